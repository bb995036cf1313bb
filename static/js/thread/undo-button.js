/**
 * <undo-button author="5" seconds="5">: undoes a text that was just sent, for its author and for
 * this long. It counts on this screen's own clock from when it first saw the text, since clocks may
 * differ.
 */

const firstSeen = new Map()

class UndoButton extends HTMLElement {
  connectedCallback() {
    const { id } = this.closest(".message")
    if (!firstSeen.has(id)) firstSeen.set(id, performance.now())
    const left =
      Number(this.getAttribute("seconds")) * 1_000 - (performance.now() - firstSeen.get(id))
    const mine = this.getAttribute("author") === document.documentElement.dataset.staffId
    this.hidden = !mine || left <= 0
    if (!this.hidden) this.timer = setTimeout(() => (this.hidden = true), left)
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }
}

customElements.define("undo-button", UndoButton)
