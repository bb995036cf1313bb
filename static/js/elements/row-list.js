/**
 * <row-list view="needs-reply" marks='{"7": 12}'>: rows that open in the thread pane. It marks the
 * one that is open, moves with the arrow keys or j and k, and asks for more at its end.
 */

import { mark } from "../marks.js"
import { isTyping } from "../typing.js"

/** How far each list was scrolled, for the way back to it. */
const scrolled = new Map()

class RowList extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.readMarks()
    this.scrollTop = scrolled.get(this.place) ?? 0
    this.addEventListener("scroll", () => scrolled.set(this.place, this.scrollTop), { signal, passive: true })
    this.addEventListener("click", (event) => this.stayInView(event), { signal, capture: true })
    document.addEventListener("keydown", (event) => this.step(event), { signal })
    document.addEventListener("turbo:frame-load", () => this.markOpen(), { signal })
    this.changes = new MutationObserver(() => this.refresh())
    this.changes.observe(this, { childList: true, subtree: true })
    this.end = new IntersectionObserver(([entry]) => entry.isIntersecting && entry.target.click(), {
      root: this,
      rootMargin: "400px",
    })
    this.refresh()
  }

  disconnectedCallback() {
    this.stop.abort()
    this.changes.disconnect()
    this.end.disconnect()
  }

  get place() {
    return location.pathname.split("/")[1] + (this.getAttribute("view") ?? "")
  }

  readMarks() {
    const marks = JSON.parse(this.getAttribute("marks") ?? "{}")
    for (const row of this.querySelectorAll(".row[data-inbound-count]")) {
      const id = row.id.replace("conversation_", "")
      mark(id, marks[id] ?? 0)
    }
  }

  refresh() {
    this.markOpen()
    this.end.disconnect()
    const more = this.querySelector("a[data-turbo-stream]")
    if (more) this.end.observe(more)
  }

  markOpen() {
    const open = document.querySelector("#thread [data-conversation], #thread [data-broadcast]")
    const { conversation, broadcast } = open?.dataset ?? {}
    const id = conversation ? `conversation_${conversation}` : `broadcast_${broadcast}`
    for (const row of this.querySelectorAll(".row")) {
      const link = row.querySelector(".row-link")
      if (row.id === id) link.setAttribute("aria-current", "true")
      else link.removeAttribute("aria-current")
    }
  }

  /** A row does not know in which view it stands; the address should, for a reload. */
  stayInView(event) {
    const link = event.target.closest(".row-link")
    const view = this.getAttribute("view")
    if (link && view && view !== "all") link.search = `?view=${view}`
  }

  step(event) {
    const inList = this.contains(event.target)
    const down = event.key === "j" || (inList && event.key === "ArrowDown")
    const up = event.key === "k" || (inList && event.key === "ArrowUp")
    if ((!down && !up) || isTyping(event)) return
    const links = [...this.querySelectorAll(".row-link")]
    const current = links.findIndex((link) => link === document.activeElement)
    const from = current >= 0 ? current : links.findIndex((link) => link.ariaCurrent === "true")
    const next = links[Math.max(0, from + (down ? 1 : -1))]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
}

customElements.define("row-list", RowList)
