/**
 * <writing-line conversation="7">: says that a colleague is typing there, in place of the last
 * text.
 */

import { conversationElement } from "./conversation_element.js"
import { inWords, others, presence } from "./presence.js"

class WritingLine extends conversationElement(presence) {
  show() {
    const writing = others(this.conversation).filter(({ state }) => state === "writing")
    this.hidden = !writing.length
    const words = inWords(writing)
    if (this.textContent !== words) this.textContent = words
  }
}

customElements.define("writing-line", WritingLine)
