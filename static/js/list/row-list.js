/**
 * <row-list view="needs-reply" listing="/inbox?…" marks='{"7": 12}' drafts='{"7": {"reply":
 * "Dear"}}'>: rows that open in the thread pane. It is one Tab stop; inside, the arrow keys or j
 * and k move. It marks the open row, and loads more at its end.
 */

import { isTyping } from "../page/is_typing.js"
import { noteDrafts } from "./draft-line.js"
import { Holding } from "./hold_rows.js"
import { mark } from "./marks.js"
import { Picking } from "./picking.js"

/** How far each list was scrolled, for going back to it. */
const scrolled = new Map()
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }

class RowList extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.heard = new Map()
    this.readMarks()
    noteDrafts(JSON.parse(this.getAttribute("drafts") ?? "{}"))
    this.wayBack = scrolled.get(this.place) ?? 0
    this.addEventListener("scroll", () => this.scrolled(), { signal, passive: true })
    for (const moved of ["pointerdown", "wheel", "keydown"])
      this.addEventListener(moved, () => this.stayHere(), { signal, passive: true })
    for (const press of ["pointerdown", "click"])
      this.addEventListener(press, (event) => this.stayInView(event), { signal, capture: true })
    this.addEventListener("focusin", ({ target }) => this.rove(target), { signal })
    document.addEventListener("keydown", (event) => this.step(event), { signal })
    document.addEventListener("turbo:frame-load", () => this.markOpen(), { signal })
    this.holding ??= new Holding(this, this.rows, () => this.closest("live-room")?.join())
    this.holding.listen(signal)
    this.picking ??= new Picking(this, this.rows)
    this.picking.listen(signal)
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
    return location.pathname.split("/")[1] + (this.getAttribute("listing") ?? "")
  }

  get rows() {
    return this.querySelector(".rows")
  }

  get links() {
    return [...this.rows.querySelectorAll(".row-link")]
  }

  readMarks() {
    const marks = JSON.parse(this.getAttribute("marks") ?? "{}")
    for (const row of this.querySelectorAll(".row[data-inbound-count]")) {
      const id = row.id.replace("conversation_", "")
      mark(id, marks[id] ?? 0)
    }
  }

  /** Scroll to the earlier position once there are enough rows. Until then, the end loads more. */
  goBack() {
    if (!this.wayBack) return
    this.scrollTop = this.wayBack
    const isThere = this.scrollTop >= this.wayBack - 1
    if (isThere || !this.querySelector("a[data-turbo-stream]")) this.stayHere()
  }

  stayHere() {
    this.wayBack = 0
  }

  scrolled() {
    if (!this.wayBack) scrolled.set(this.place, this.scrollTop)
  }

  refresh() {
    this.goBack()
    this.markOpen()
    this.announce()
    this.holding.settle()
    this.picking.settle()
    this.rove(document.activeElement)
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

  /** Announces new texts; for the open conversation, its thread does that. */
  announce() {
    const isFirstLook = !this.heard.size
    for (const row of this.querySelectorAll(".row[data-inbound-count]")) {
      const count = Number(row.dataset.inboundCount)
      const before = this.heard.get(row.id) ?? (row.previousElementSibling ? count : 0)
      this.heard.set(row.id, count)
      if (isFirstLook || count <= before || row.querySelector("[aria-current]")) continue
      const [who, text] = [".row-name", ".row-text"].map((part) =>
        row.querySelector(part).textContent.trim(),
      )
      document.getElementById("announcer").textContent = `${who}: ${text}`
    }
  }

  /** The Tab key stops at one row: the last one used, otherwise the open one. */
  rove(focused) {
    const { links } = this
    const row = focused?.closest?.(".row")
    if (row && this.rows.contains(row)) this.last = row.id
    const stop =
      links.find((link) => link.closest(".row").id === this.last) ??
      links.find((link) => link.ariaCurrent === "true") ??
      links[0]
    for (const link of links) link.tabIndex = link === stop ? 0 : -1
  }

  /** A row does not know which list it is in; the URL should, for a reload. */
  stayInView(event) {
    const link = event.target.closest(".row-link")
    const listing = this.getAttribute("listing")
    if (link && listing) link.search = new URL(listing, location.href).search
  }

  step(event) {
    const inList = this.rows.contains(event.target)
    const by = event.key === "j" ? 1 : event.key === "k" ? -1 : inList ? STEPS[event.key] : 0
    if (!by || isTyping(event)) return
    const { links } = this
    const current = links.indexOf(document.activeElement)
    const from = current >= 0 ? current : links.findIndex((link) => link.ariaCurrent === "true")
    const next = links[Math.min(links.length - 1, Math.max(0, from + by))]
    if (!next) return
    event.preventDefault()
    next.focus()
  }
}

customElements.define("row-list", RowList)
