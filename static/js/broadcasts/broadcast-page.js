/**
 * <broadcast-page>: a broadcast's progress, and its recipients with one outcome. The numbers arrive
 * live; the list follows them until someone loads more of it or moves within it.
 */

const PAUSE = 700
const PAGE = 50

class BroadcastPage extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.addEventListener("click", (event) => this.clicked(event), { signal })
    this.addEventListener("turbo:frame-load", () => this.mark(), { signal })
    this.changes = new MutationObserver(() => this.follow())
    this.changes.observe(this.querySelector('[id^="broadcast_place_"]'), { childList: true })
    this.shown = this.count
    this.mark()
  }

  disconnectedCallback() {
    this.stop.abort()
    this.asked?.abort()
    this.changes.disconnect()
    clearTimeout(this.waiting)
  }

  get frame() {
    return this.querySelector("#recipients")
  }

  get list() {
    return this.querySelector(".recipients-list")
  }

  get part() {
    return this.querySelector(`.part[data-part="${this.list.dataset.outcome}"]`)
  }

  /** What must change before the list is worth loading again. */
  get count() {
    const all = [...this.querySelectorAll(".part")].map(
      ({ dataset }) => `${dataset.part} ${dataset.count}`,
    )
    return this.chosen ? `${this.chosen} ${this.part?.dataset.count}` : all.join()
  }

  clicked({ target }) {
    const part = target.closest(".part")
    if (!part) return
    this.chosen = part.dataset.part
    // An earlier request's response would replace this choice.
    this.asked?.abort()
  }

  mark() {
    for (const part of this.querySelectorAll(".part")) {
      if (part.dataset.part === this.list.dataset.outcome) part.setAttribute("aria-current", "true")
      else part.removeAttribute("aria-current")
    }
  }

  follow() {
    this.mark()
    if (this.count === this.shown || this.waiting) return
    this.waiting = setTimeout(() => this.reload(), PAUSE)
  }

  async reload() {
    this.waiting = null
    this.shown = this.count
    const isRead =
      this.list.contains(document.activeElement) ||
      this.querySelectorAll(".recipient").length > PAGE
    if (isRead) return
    const html = await this.ask()
    if (!html || !this.isConnected) return
    const page = new DOMParser().parseFromString(html, "text/html")
    this.list.replaceWith(page.querySelector(".recipients-list"))
    this.follow()
  }

  async ask() {
    const { url } = this.list.dataset
    const address = this.chosen ? `${url}?outcome=${this.chosen}` : url
    this.asked?.abort()
    this.asked = new AbortController()
    const { signal } = this.asked
    try {
      const answer = await fetch(address, { headers: { "Turbo-Frame": "recipients" }, signal })
      return answer.ok && (await answer.text())
    } catch {
      return null
    }
  }
}

customElements.define("broadcast-page", BroadcastPage)
