/**
 * <live-search>: a form that submits itself as you type, and a frame with the results.
 * With `enter-opens`, Enter opens the only result, and otherwise goes to the first.
 */

const PAUSE = 200

class LiveSearch extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.form = this.querySelector("form.search")
    this.field = this.form.querySelector("input[type=search]")
    this.asked = this.field.defaultValue.trim()
    this.form.addEventListener("input", (event) => this.typed(event), { signal })
    this.form.addEventListener("compositionend", () => this.soon(), { signal })
    this.form.addEventListener("submit", (event) => this.asking(event), { signal })
    this.addEventListener("turbo:frame-load", ({ target }) => this.found(target), { signal })
    this.addEventListener("turbo:submit-end", ({ detail }) => detail.success || this.failed(), {
      signal,
    })
    this.addEventListener("keydown", (event) => this.step(event), { signal })
    // Continue from what is already there, such as after going back.
    this.field.setSelectionRange(this.field.value.length, this.field.value.length)
    // Typed before this code loaded.
    this.soon()
  }

  disconnectedCallback() {
    this.stop.abort()
    clearTimeout(this.waiting)
  }

  typed(event) {
    this.isChoosing = false
    if (!event.isComposing) this.soon()
  }

  soon() {
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.ask(), PAUSE)
  }

  /** One at a time: Turbo logs an error for a response that it may not read. */
  ask() {
    const isNew = this.field.value.trim() !== this.asked
    if (isNew && !this.isBusy) this.form.requestSubmit()
  }

  asking(event) {
    if (this.isBusy) return event.preventDefault()
    clearTimeout(this.waiting)
    this.asked = this.field.value.trim()
    this.isBusy = true
  }

  ready() {
    this.isBusy = false
    this.ask()
    this.choose()
  }

  found(frame) {
    if (frame.matches(".found")) this.ready()
    const words = frame.matches(".found") && frame.querySelector("[data-found]")?.dataset.found
    if (words) document.getElementById("announcer").textContent = words
  }

  /** The results are still those of before, so nothing is chosen among them. */
  failed() {
    this.isBusy = this.isChoosing = false
    const isNew = this.field.value.trim() !== this.asked
    this.asked = null
    if (isNew) this.ask()
  }

  enter(event) {
    if (event.target !== this.field || event.isComposing) return
    event.preventDefault()
    this.isChoosing = true
    this.ask()
    this.choose()
  }

  /** Once the results are those of what was typed. */
  choose() {
    if (!this.isChoosing || this.isBusy) return
    this.isChoosing = false
    const [first, second] = this.querySelectorAll(".found-row")
    if (second) first.focus()
    else first?.click()
  }

  /** From the field to the results, and back. */
  step(event) {
    if (event.key === "Enter" && this.hasAttribute("enter-opens")) this.enter(event)
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!by || event.isComposing) return
    const all = [this.field, ...this.querySelectorAll(".found-row")]
    const next = all[all.indexOf(document.activeElement) + by]
    if (!next || !all.includes(document.activeElement)) return
    event.preventDefault()
    next.focus()
  }
}

customElements.define("live-search", LiveSearch)
