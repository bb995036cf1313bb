/**
 * <saved-replies data-url="…">: the church's saved replies, opened by "/" at the start of a line or
 * by its button. What is typed after the "/" searches them; the chosen one replaces it.
 */

import { insert } from "./insert.js"
import { OptionList } from "./option_list.js"
import { Pop } from "./pop.js"

const PAUSE = 120
const SLASHED = /(?:^|\n)\/([^\n/]{0,60})$/

class SavedReplies extends Pop {
  connectedCallback() {
    super.connectedCallback()
    const { signal } = this.stop
    this.search = this.querySelector("input")
    this.frame = this.querySelector("turbo-frame")
    this.preview = this.querySelector(".saved-reading")
    this.list = new OptionList(this.frame, {
      choose: (option) => this.choose(option),
      leave: () => this.close(),
      moved: (option) => this.show(option),
    })
    this.search.addEventListener("input", () => this.ask(this.search.value), { signal })
    this.field.addEventListener("input", () => this.typed(), { signal })
    for (const field of [this.field, this.search]) {
      field.addEventListener("keydown", (event) => this.pressed(event), { signal, capture: true })
    }
    this.frame.addEventListener("pointerover", (event) => this.pointed(event), { signal })
    this.frame.addEventListener("turbo:frame-load", () => this.found(), { signal })
    this.frame.addEventListener("turbo:fetch-request-error", () => (this.isAsking = false), {
      signal,
    })
  }

  /** The text after a "/" at the start of the caret's line; null if there is none. */
  get slashed() {
    return SLASHED.exec(this.field.value.slice(0, this.field.selectionStart))?.[1] ?? null
  }

  typed() {
    const { slashed } = this
    if (slashed === null || this.box.kind !== "reply") return this.isSlashed && this.close()
    if (this.hidden && slashed) return // closed before, and typing continued
    if (this.hidden) this.openAt("")
    this.ask(slashed)
  }

  open() {
    this.openAt(null)
    this.search.value = ""
    this.ask("")
    this.search.focus({ preventScroll: true })
  }

  openAt(slashed) {
    super.open()
    this.isSlashed = slashed !== null
    this.querySelector(".saved-search").hidden = this.isSlashed
  }

  close() {
    super.close()
    this.isSlashed = this.isWanted = false
    this.field.removeAttribute("aria-activedescendant")
  }

  ask(q) {
    const src = `${this.dataset.url}?${new URLSearchParams({ q: q.trim() })}`
    clearTimeout(this.timer)
    this.isAsking = this.frame.getAttribute("src") !== src
    if (!this.isAsking) return this.found()
    const pause = this.frame.hasAttribute("src") ? PAUSE : 0
    this.timer = setTimeout(() => this.frame.setAttribute("src", src), pause)
  }

  found() {
    this.isAsking = false
    this.list.first()
    if (this.isWanted && this.list.current) this.choose(this.list.current)
    this.isWanted = false
  }

  pressed(event) {
    if (this.hidden || event.isComposing) return
    const isEarly = this.isAsking || !this.list.current
    if (event.key !== "Enter" || !isEarly) return this.list.pressed(event)
    // Enter before the response arrives chooses from what it brings; a "/" without results is not
    // sent.
    event.preventDefault()
    event.stopImmediatePropagation()
    if (this.isAsking) this.isWanted = true
    else this.close()
  }

  choose(option) {
    const { body } = option.dataset
    const end = this.field.selectionStart
    const start = this.isSlashed ? end - this.slashed.length - 1 : end
    const until = this.isSlashed ? end : this.field.selectionEnd
    this.close()
    insert(this.field, this.fitted(body, start, until), start, until)
  }

  /** With spaces from the text before and after it. */
  fitted(body, start, until) {
    const { value } = this.field
    const seam = body.includes("\n") ? "\n" : " "
    const before = /\S$/.test(value.slice(0, start)) ? seam : ""
    const after = /^[^\s.,;:!?)]/.test(value.slice(until)) ? seam : ""
    return before + body + after
  }

  pointed({ target }) {
    const option = target.closest("[role=option]")
    if (option && option !== this.list.current) this.list.current = option
  }

  show(option) {
    this.preview.textContent = option?.dataset.body ?? ""
    if (option?.id) this.field.setAttribute("aria-activedescendant", option.id)
  }
}

customElements.define("saved-replies", SavedReplies)
