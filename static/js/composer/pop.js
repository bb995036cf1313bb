/** Panels above the composer: one at a time, closed by Esc or a click outside. */

export class Pop extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.box = this.closest("compose-box")
    this.button = this.box.querySelector(`[aria-controls="${this.id}"]`)
    this.button.addEventListener("click", () => (this.hidden ? this.open() : this.close()), {
      signal,
    })
    document.addEventListener("keydown", (event) => this.pressedKey(event), { signal })
    document.addEventListener("pointerdown", (event) => this.pressedOutside(event), { signal })
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.escaped(event), {
      signal,
    })
  }

  /** From wherever the focus is: as long as it is open, single keys are no shortcuts. */
  pressedKey(event) {
    if (event.key === "Escape" && !this.hidden && !event.defaultPrevented) this.escaped(event)
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  get field() {
    return this.box.querySelector(".composer-text")
  }

  open() {
    for (const other of this.box.querySelectorAll(".pop")) if (other !== this) other.close?.()
    this.hidden = false
    this.button.ariaExpanded = "true"
  }

  close() {
    this.hidden = true
    this.button.ariaExpanded = "false"
  }

  pressedOutside({ target }) {
    if (!this.hidden && !this.contains(target) && !this.button.contains(target)) this.close()
  }

  escaped(event) {
    event.stopPropagation()
    this.close()
    this.field.focus({ preventScroll: true })
  }
}
