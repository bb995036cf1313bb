/**
 * <live-room name="conversation:7" since="812">: keeps its content up to date. With `since`, the
 * server sends what is newer; without, what differs from the rows here, in the list given by
 * `view`, `filter`, and `sort`.
 */

import { join, leave, live } from "./live.js"
import { put } from "./put.js"

const EVERY = 60_000
// A room that is left and entered again in one navigation is kept.
const LEAVE_AFTER = 1_500
const MIN_RELOAD_INTERVAL = 30_000

let reloaded = 0

class LiveRoom extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    live.addEventListener("state", () => live.state === "live" && this.join(), { signal })
    live.addEventListener("look", () => this.join(), { signal })
    window.addEventListener("online", () => this.join(), { signal })
    document.addEventListener("visibilitychange", () => this.join(), { signal })
    this.timer = setInterval(() => this.join(), EVERY)
    this.join()
  }

  disconnectedCallback() {
    this.stop.abort()
    clearInterval(this.timer)
    const name = this.name
    setTimeout(() => isHere(name) || leave(name), LEAVE_AFTER)
  }

  get name() {
    return this.getAttribute("name")
  }

  async join() {
    this.wanted = document.visibilityState === "visible"
    if (this.joining) return
    this.joining = true
    // Requested again meanwhile: the response on its way may be outdated.
    while (this.wanted && this.isConnected) {
      this.wanted = false
      const askedAt = performance.now()
      const answer = await join({ room: this.name, ...this.held() })
      if (answer && this.isConnected) this.hear(answer, askedAt)
    }
    this.joining = false
  }

  held() {
    if (this.hasAttribute("since")) return { since: Number(this.getAttribute("since")) }
    const mine = [...this.querySelectorAll("[id][data-revision]")].filter(
      (element) => element.closest("live-room") === this,
    )
    const have = Object.fromEntries(mine.map(({ id, dataset }) => [id, Number(dataset.revision)]))
    const [view, filter, sort] = ["view", "filter", "sort"].map((name) => this.getAttribute(name))
    return { have, view, filter, sort }
  }

  hear(answer, askedAt) {
    if (answer.ok) {
      put(answer.html)
      this.tell(answer.drafts, askedAt)
      // Only here: a push may have been lost, and a cursor moved by a later push would hide that.
      if (this.hasAttribute("since") && answer.since != null)
        this.setAttribute("since", answer.since)
    } else if (answer.reason === "signed_out") {
      location.reload()
    } else if (answer.reason === "reload" && Date.now() - reloaded > MIN_RELOAD_INTERVAL) {
      reloaded = Date.now()
      window.Turbo.visit(location.href, { action: "replace" })
    }
  }

  tell(drafts, askedAt) {
    if (!drafts) return
    const detail = { room: this.name, drafts, askedAt }
    live.dispatchEvent(new CustomEvent("drafts", { detail }))
  }
}

function isHere(name) {
  return Boolean(document.querySelector(`live-room[name="${CSS.escape(name)}"]`))
}

customElements.define("live-room", LiveRoom)
