/**
 * Rows do not jump under somebody's hand. While they point at the list, walk through it with the
 * keys or have scrolled it, a row that would move is changed where it stands, and a new one waits
 * in a list of its own, out of sight. A bar says how many; they take their places when the bar is
 * pressed, or the hand is gone.
 */

import { put, successor } from "../live/put.js"
import { tn } from "../page/words.js"

const SLIDE = 180
const MAX_SLIDING = 40
const ASK_AFTER = 400

const pointing = matchMedia("(hover: hover) and (pointer: fine)")
const still = matchMedia("(prefers-reduced-motion: reduce)")

export class Holding {
  /**
   * `list` scrolls and holds `rows`, in which `put` places them. `ask` looks at the server for what
   * no row can say by itself: whether it belongs in a list that is narrowed.
   */
  constructor(list, rows, ask) {
    Object.assign(this, { list, rows, ask, letting: false, tops: null })
    this.waiting = document.createElement("ul")
    this.waiting.hidden = true
    this.bar = document.createElement("button")
    Object.assign(this.bar, { type: "button", className: "button rows-new", hidden: true })
    list.prepend(this.bar)
    list.append(this.waiting)
    rows.hold = (element, before) => this.hold(element, before)
  }

  listen(signal) {
    this.bar.addEventListener("click", () => this.show(), { signal })
    for (const event of ["pointerleave", "focusout", "scroll", "change"]) {
      this.list.addEventListener(event, () => this.soon(), { signal, passive: true })
    }
    document.addEventListener("visibilitychange", () => this.soon(), { signal })
  }

  /** Asked by `put`. True: the row has been seen to, or has to wait. */
  hold(element, before) {
    const here = before?.parentElement === this.rows
    const listed = "listed" in element.dataset
    delete element.dataset.listed
    if (!this.isPlaced) return this.follow(element, before, here, listed)
    if (this.letting || listed || !this.rows.children.length) return false
    if (here ? this.stays(element, before) : !successor(this.rows, element)) return false
    if (!this.isBusy()) {
      this.remember()
      return false
    }
    element.dataset.held = ""
    if (here) before.replaceWith(element)
    else {
      before?.remove()
      this.waiting.append(element)
    }
    return true
  }

  /** In a list whose order only the server knows: rows change where they stand, or leave. */
  follow(element, before, here, listed) {
    if (here) before.replaceWith(element)
    else if (listed) this.rows.append(element)
    else this.askSoon()
    return true
  }

  askSoon() {
    this.asking ??= setTimeout(() => {
      this.asking = null
      this.ask()
    }, ASK_AFTER)
  }

  get isPlaced() {
    return !this.list.hasAttribute("unplaced")
  }

  stays(element, before) {
    const next = successor(this.rows, element)
    return next === before || next === before.nextElementSibling
  }

  isBusy() {
    if (document.visibilityState === "hidden") return false
    const hovered = pointing.matches && this.list.matches(":hover")
    const scrolled = this.list.scrollTop > 0
    return (
      hovered ||
      scrolled ||
      Boolean(this.list.querySelector(".row :focus-visible, .row-pick:checked"))
    )
  }

  get held() {
    return [...this.rows.querySelectorAll("[data-held]"), ...this.waiting.children]
  }

  /** Everything has been put; called after each change of the list. */
  settle() {
    this.slide()
    const told = Number(this.list.querySelector("#rows_news")?.value ?? 0)
    const count = this.isPlaced ? this.held.length : told
    this.bar.hidden = count === 0
    const words = tn("%(num)s new", "%(num)s new", count)
    if (this.bar.textContent !== words) this.bar.textContent = words
  }

  /** What the hand has left is true a moment later. */
  soon() {
    if (this.held.length) requestAnimationFrame(() => this.isBusy() || this.let())
  }

  show() {
    if (!this.isPlaced) return window.Turbo.visit(location.href, { action: "replace" })
    this.let()
    this.list.scrollTop = 0
  }

  /** The held take their places, as `put` knows them. */
  let() {
    const held = this.held
    this.remember()
    this.letting = true
    for (const row of held) {
      const again = document.createDocumentFragment()
      again.append(row.cloneNode(true))
      delete again.firstChild.dataset.held
      put(again)
    }
    this.letting = false
  }

  remember() {
    if (still.matches || this.tops) return
    this.tops = new Map(this.sliding.map((row) => [row.id, row.offsetTop]))
  }

  slide() {
    const { tops } = this
    this.tops = null
    if (!tops) return
    const moved = this.sliding.map((row) => [row, tops.get(row.id), row.offsetTop])
    for (const [row, from, to] of moved) {
      if (from === to) continue
      const start = from === undefined ? { opacity: 0 } : { translate: `0 ${from - to}px` }
      row.animate([start, {}], { duration: SLIDE, easing: "ease-out" })
    }
  }

  get sliding() {
    return [...this.rows.children].slice(0, MAX_SLIDING)
  }
}
