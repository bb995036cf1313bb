/** <same-count of="counts_mine">: repeats a view's count where the rail has no room for it. */

class SameCount extends HTMLElement {
  connectedCallback() {
    this.changes = new MutationObserver(() => this.show())
    this.changes.observe(document.querySelector(".rail"), { childList: true, subtree: true })
    this.show()
  }

  disconnectedCallback() {
    this.changes.disconnect()
  }

  show() {
    const count = document.getElementById(this.getAttribute("of"))
    this.replaceChildren(...(count && !count.hidden ? count.cloneNode(true).childNodes : []))
  }
}

customElements.define("same-count", SameCount)
