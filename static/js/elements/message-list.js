/**
 * <message-list conversation="7" read-url="…" inbound-count="12" inbound-read="9">: the bubbles
 * of a thread. What it adds to them are attributes; the bubbles come and go by `put`.
 */

import { group } from "../grouping.js"
import { mark } from "../marks.js"
import { ScrollKeeper } from "../scroll_keeper.js"

class MessageList extends HTMLElement {
  connectedCallback() {
    this.pane = this.querySelector(".thread-scroll")
    this.jump = this.querySelector(".jump")
    this.keeper = new ScrollKeeper(this.pane, () => this.articles)
    this.inbound = Number(this.getAttribute("inbound-count"))
    this.read = Number(this.getAttribute("inbound-read"))
    this.news = 0
    this.seen = new Set(this.articles.map((article) => article.id))
    mark(this.conversation, this.read)
    this.markFirstUnread()
    this.listen()
    this.refresh()
    const unread = this.pane.querySelector("[data-new]")
    if (unread) this.keeper.toItem(unread)
    else this.keeper.toEnd()
    this.noteRead()
  }

  disconnectedCallback() {
    this.stop.abort()
    for (const observer of this.observers) observer.disconnect()
  }

  get conversation() {
    return Number(this.getAttribute("conversation"))
  }

  get articles() {
    return [...this.pane.querySelectorAll(".message")]
  }

  listen() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.pane.addEventListener("scroll", () => this.scrolled(), { signal, passive: true })
    this.jump.addEventListener("click", () => this.keeper.toEnd(gentle()), { signal })
    window.addEventListener("focus", () => this.noteRead(), { signal })
    document.addEventListener("visibilitychange", () => this.noteRead(), { signal })
    const changes = new MutationObserver(() => this.changed())
    changes.observe(this.pane, { childList: true, subtree: true })
    const sizes = new ResizeObserver(() => this.keeper.restore())
    sizes.observe(this.pane)
    sizes.observe(this.pane.querySelector(".messages"))
    this.older = new IntersectionObserver(
      ([entry]) => entry.isIntersecting && entry.target.click(),
      { root: this.pane, rootMargin: "600px 0px 0px" },
    )
    this.observers = [changes, sizes, this.older]
  }

  /** Where they stopped reading, before any of this came. */
  markFirstUnread() {
    const unread = this.inbound - this.read
    const received = this.articles.filter((article) => article.dataset.direction === "in")
    if (unread > 0) this.firstNew = received.at(-unread)?.id ?? received[0]?.id
  }

  refresh() {
    const first = this.firstNew && document.getElementById(this.firstNew)
    first?.setAttribute("data-new", "")
    group(this.articles)
    this.older.disconnect()
    const link = this.pane.querySelector("[data-older] a")
    if (link) this.older.observe(link)
  }

  changed() {
    const fresh = this.articles.filter((article) => !this.seen.has(article.id))
    const older = fresh.filter((article) => !this.isAfterSeen(article))
    for (const article of fresh) this.seen.add(article.id)
    this.refresh()
    for (const article of fresh) if (!older.includes(article)) this.welcome(article)
    this.keeper.restore()
    this.showJump()
    this.noteRead()
  }

  isAfterSeen(article) {
    for (let other = article.nextElementSibling; other; other = other.nextElementSibling) {
      if (this.seen.has(other.id) && other.dataset.order !== "~") return false
    }
    return true
  }

  welcome(article) {
    article.setAttribute("data-fresh", "")
    const { direction } = article.dataset
    if (article.hasAttribute("data-own")) return this.keeper.toEnd()
    if (direction === "in") this.inbound += 1
    if (!this.keeper.atEnd && direction !== "event") this.news += 1
    this.announce(article)
  }

  announce(article) {
    const inbound = article.dataset.direction === "in"
    const name = inbound
      ? document.querySelector(".thread-name")
      : article.querySelector(".message-author")
    const who = name ? `${name.textContent.trim()}: ` : ""
    const text = article.querySelector(".bubble-text, .event-line span")?.textContent || "Photo"
    document.getElementById("announcer").textContent = who + text
  }

  scrolled() {
    this.keeper.remember()
    this.showJump()
    this.noteRead()
  }

  showJump() {
    if (this.keeper.atEnd) this.news = 0
    this.jump.hidden = this.keeper.atEnd || (!this.news && this.keeper.distance < 400)
    const words = this.news === 1 ? "1 new message" : `${this.news} new messages`
    this.jump.querySelector(".jump-text").textContent = this.news ? words : "Newest"
    this.jump.toggleAttribute("data-news", this.news > 0)
  }

  /** Read is what stood on a screen that somebody was looking at. */
  async noteRead() {
    const looking = document.visibilityState === "visible" && document.hasFocus()
    if (!looking || !this.keeper.atEnd || this.read >= this.inbound) return
    const before = this.read
    this.read = this.inbound
    const answer = await fetch(this.getAttribute("read-url"), { method: "POST" }).catch(() => null)
    if (answer?.ok) mark(this.conversation, this.read)
    else this.read = before
  }
}

function gentle() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth"
}

customElements.define("message-list", MessageList)
