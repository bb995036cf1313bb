/** <writing-line conversation="7">: that a colleague is writing there, in the place of the last text. */

import { inWords, others, presence } from "../presence.js"

class WritingLine extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    presence.addEventListener("change", ({ detail }) => detail === this.conversation && this.show(), {
      signal: this.stop.signal,
    })
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  get conversation() {
    return Number(this.getAttribute("conversation"))
  }

  show() {
    const writing = others(this.conversation).filter(({ state }) => state === "writing")
    this.hidden = !writing.length
    const words = inWords(writing)
    if (this.textContent !== words) this.textContent = words
  }
}

customElements.define("writing-line", WritingLine)
