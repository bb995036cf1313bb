/** <composer-tabs>: switches between a reply, which the member gets, and a note among staff. */

class ComposerTabs extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.box = this.closest("compose-box")
    this.addEventListener("click", ({ target }) => this.choose(target.closest("[role=tab]")), {
      signal,
    })
    this.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.box.addEventListener("turned", () => this.show(), { signal })
    // It may have turned before.
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  get tabs() {
    return [...this.querySelectorAll("[role=tab]")]
  }

  choose(tab) {
    if (!tab) return
    this.box.turnTo(tab.dataset.kind)
    this.box.field.focus({ preventScroll: true })
  }

  pressed(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return
    event.preventDefault()
    const other = this.tabs.find((tab) => tab.ariaSelected !== "true")
    if (!other.checkVisibility()) return
    this.box.turnTo(other.dataset.kind)
    other.focus()
  }

  show() {
    for (const tab of this.tabs) {
      const chosen = tab.dataset.kind === this.box.kind
      tab.ariaSelected = String(chosen)
      tab.tabIndex = chosen ? 0 : -1
    }
    const { field } = this.box
    const { label, placeholder } = this.tabs.find((tab) => tab.ariaSelected === "true").dataset
    field.ariaLabel = label
    field.placeholder = placeholder
  }
}

customElements.define("composer-tabs", ComposerTabs)
