/**
 * A list below a field that keeps the focus: arrows move in it, Enter and Tab choose, Esc closes.
 */

export class OptionList {
  /**
   * `list` contains the role="option" elements; `choose` gets one of them, `leave` gets nothing.
   */
  constructor(list, { choose, leave, moved = () => {} }) {
    Object.assign(this, { list, choose, leave, moved })
    list.addEventListener("mousedown", (event) => event.preventDefault()) // keeps the field focused
    list.addEventListener("mousemove", (event) => this.pointed(event))
    list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]")
      if (option) this.choose(option)
    })
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")].filter((option) => !option.hidden)
  }

  get current() {
    return this.options.find((option) => option.ariaSelected === "true")
  }

  set current(option) {
    for (const other of this.list.querySelectorAll("[role=option]")) {
      other.ariaSelected = String(other === option)
    }
    option?.scrollIntoView({ block: "nearest" })
    this.moved(option)
  }

  /** Only one is highlighted. A list that moves under a resting pointer changes nothing. */
  pointed({ target, screenX, screenY }) {
    const place = `${screenX} ${screenY}`
    const hasMoved = this.place && this.place !== place
    this.place = place
    const option = target.closest("[role=option]:not([aria-disabled])")
    if (hasMoved && option && option !== this.current) this.current = option
  }

  first() {
    this.current = this.options[0]
  }

  /** True if the list handled the key. */
  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
    if (event.key === "Escape") this.leave()
    else if (event.key === "ArrowDown") this.move(1)
    else if (event.key === "ArrowUp") this.move(-1)
    else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey && this.current)
      this.choose(this.current)
    else return false
    event.preventDefault()
    event.stopImmediatePropagation()
    return true
  }

  move(by) {
    const all = this.options
    const at = all.indexOf(this.current) + by
    this.current = all[(at + all.length) % all.length]
  }
}
