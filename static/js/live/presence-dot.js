/**
 * <presence-dot conversation="7">: shows in a row that a colleague is there, and whether they are
 * typing.
 */

import { conversationElement } from "./conversation_element.js"
import { inWords, others, presence } from "./presence.js"

class PresenceDot extends conversationElement(presence) {
  show() {
    const people = others(this.conversation)
    const words = inWords(people)
    this.hidden = !people.length
    if (this.hidden && !this.firstChild) return
    this.dataset.state = people[0]?.state ?? ""
    this.title = words
    const label = document.createElement("span")
    label.className = "visually-hidden"
    label.textContent = words
    this.replaceChildren(...(words ? [label] : []))
  }
}

customElements.define("presence-dot", PresenceDot)
