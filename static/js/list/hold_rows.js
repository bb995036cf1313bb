/**
 * Rows do not move while someone is using the list: pointing at it, moving through it with the
 * keyboard, or after scrolling it. A row that would move is updated in place, and a new one waits
 * in a hidden list. A bar shows how many. They move to their places when the bar is pressed or the
 * person leaves the list.
 */

import { put, successor } from "../live/put.js"
import { tn } from "../page/i18n.js"

const SLIDE = 180
const MAX_SLIDING = 40
const ASK_AFTER = 400

const pointing = matchMedia("(hover: hover) and (pointer: fine)")
const still = matchMedia("(prefers-reduced-motion: reduce)")

export class Holding {
  /**
   * `list` scrolls and contains `rows`, in which `put` places them. `ask` asks the server what no
   * row can know: whether it belongs in a filtered list.
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

  /** Called by `put`. True if the row has been handled, or must wait. */
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

  /** For a list whose order only the server knows: rows are updated in place, or leave. */
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

  /** Called after each change to the list, once everything has been put. */
  settle() {
    this.slide()
    const told = Number(this.list.querySelector("#rows_news")?.value ?? 0)
    const count = this.isPlaced ? this.held.length : told
    this.bar.hidden = count === 0
    const words = count ? tn("%(num)s new", "%(num)s new", count) : ""
    if (this.bar.textContent !== words) this.bar.textContent = words
  }

  /** Whether the person has left is only known a moment later. */
  soon() {
    if (this.held.length) requestAnimationFrame(() => this.isBusy() || this.let())
  }

  show() {
    if (!this.isPlaced) return window.Turbo.visit(location.href, { action: "replace" })
    this.let()
    this.list.scrollTop = 0
  }

  /** The waiting rows go where `put` would place them. */
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
