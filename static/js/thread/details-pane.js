/**
 * <details-pane>: about the member. Beside the thread if there is room, otherwise over it. This
 * browser remembers whether it should be shown beside, and which of its sections are open.
 */

import { renderStreamMessage } from "../../vendor/turbo.js"
import { live } from "../live/live.js"

// Pixels for both, of which the thread keeps 400.
const ROOM = 700
// Pixels: by default, the details are shown beside the thread only if the window has room for both.
const WIDE = "(min-width: 1400px)"
// In rem: the room that the labels beside the head's icons need.
const WORDS = 38.75
// Milliseconds: changes within this time are fetched together.
const PAUSE = 400
const WANTED = "details:wanted"
const FOLDS = "details:folds"

class DetailsPane extends HTMLElement {
  connectedCallback() {
    this.hidden = false
    this.thread = this.closest(".thread")
    this.frame = this.querySelector("turbo-frame")
    this.button = this.thread.querySelector(".details-button")
    this.stop = new AbortController()
    const { signal } = this.stop
    this.thread.addEventListener("click", ({ target }) => this.clicked(target), { signal })
    this.querySelector(".details-close").addEventListener("click", () => this.close(), { signal })
    this.thread.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.addEventListener("click", ({ target }) => this.folding(target), { signal })
    this.addEventListener("turbo:frame-load", () => this.loaded(), { signal })
    live.addEventListener("state", () => live.state === "live" && this.refreshSoon(), { signal })
    this.changes = new MutationObserver((changes) => changes.some(bringsCard) && this.refreshSoon())
    this.size = new ResizeObserver(() => this.fit())
    // It reports at once, as soon as the page is laid out.
    this.size.observe(this.thread)
  }

  disconnectedCallback() {
    this.stop.abort()
    this.size.disconnect()
    this.changes.disconnect()
    clearTimeout(this.timer)
  }

  /** The button in the head, the member's name there, and the menu item on phones. */
  clicked(target) {
    if (!target.closest(".details-button, .thread-who, [data-turns=details]")) return
    target.closest(".menu")?.removeAttribute("open")
    this.turn(!this.isOpen)
  }

  get isBeside() {
    return this.thread.hasAttribute("data-beside")
  }

  get isOpen() {
    return this.isBeside ? this.isWanted : this.hasAttribute("data-over")
  }

  /** The person's last choice; before that, whether the window has room. */
  get isWanted() {
    const chosen = localStorage.getItem(WANTED)
    return chosen ? chosen === "yes" : matchMedia(WIDE).matches
  }

  fit() {
    this.width = this.thread.clientWidth
    this.thread.toggleAttribute("data-beside", this.width >= ROOM)
    this.show()
  }

  turn(open) {
    if (!this.isBeside) this.toggleAttribute("data-over", open)
    else localStorage.setItem(WANTED, open ? "yes" : "no")
    this.show()
    if (open && !this.isBeside) this.querySelector(".details-close").focus({ preventScroll: true })
  }

  close() {
    this.turn(false)
    this.button.focus({ preventScroll: true })
  }

  show() {
    this.toggleAttribute("data-shown", this.isOpen)
    this.button.ariaExpanded = String(this.isOpen)
    const isSplit = this.isBeside && this.isOpen
    const left = isSplit ? this.thread.querySelector(".thread-main").clientWidth : this.width
    this.thread.toggleAttribute("data-narrow", left < WORDS * rem())
  }

  pressed(event) {
    const busy = event.defaultPrevented || document.querySelector("dialog[open], .menu[open]")
    if (event.key === "Escape" && !busy && this.hasAttribute("data-over")) this.close()
  }

  get folds() {
    return JSON.parse(localStorage.getItem(FOLDS) ?? "{}")
  }

  /**
   * Not on "toggle", which also fires for every section when it is added, before it is restored.
   */
  folding(target) {
    const fold = target.closest(".fold > summary")?.parentElement
    if (!fold) return
    const folds = { ...this.folds, [fold.dataset.fold]: !fold.open }
    localStorage.setItem(FOLDS, JSON.stringify(folds))
  }

  refold() {
    const { folds } = this
    for (const fold of this.querySelectorAll(".fold"))
      fold.open = folds[fold.dataset.fold] ?? fold.open
  }

  /** The card is put whenever the conversation changes, so other details may have changed, too. */
  loaded() {
    this.refold()
    this.changes.observe(this.querySelector(".details-card"), { childList: true })
  }

  refreshSoon() {
    clearTimeout(this.timer)
    if (this.frame.hasAttribute("complete")) this.timer = setTimeout(() => this.refresh(), PAUSE)
  }

  async refresh() {
    const headers = { Accept: "text/vnd.turbo-stream.html" }
    const answer = await fetch(this.frame.src, { headers }).catch(() => null)
    if (answer?.ok && !answer.redirected && this.isConnected)
      renderStreamMessage(await answer.text())
  }
}

/** In pixels; larger for people who need larger text. */
function rem() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}

function bringsCard({ addedNodes }) {
  return [...addedNodes].some((node) => node.matches?.(".person"))
}

customElements.define("details-pane", DetailsPane)
