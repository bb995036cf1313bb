/**
 * <message-list conversation="7" read-url="…" inbound-count="12" inbound-read="9">: the bubbles of
 * a thread. It only adds attributes to them; the bubbles come and go by `put`. With `at`, it starts
 * at that bubble; texts newer than the page around it follow below a gap.
 */

import { mark } from "../list/marks.js"
import { t, tn } from "../page/i18n.js"
import { fold } from "./folding.js"
import { group } from "./grouping.js"
import { ScrollKeeper } from "./scroll_keeper.js"

const FOUND_FOR = 2_500

class MessageList extends HTMLElement {
  connectedCallback() {
    this.pane = this.querySelector(".thread-scroll")
    this.jump = this.querySelector(".jump")
    this.keeper = new ScrollKeeper(
      this.pane,
      () => this.articles,
      () => !this.gap,
    )
    this.inbound = Number(this.getAttribute("inbound-count"))
    this.read = Number(this.getAttribute("inbound-read"))
    this.news = 0
    this.seen = new Set(this.articles.map((article) => article.id))
    mark(this.conversation, this.read)
    this.gapBefore = this.gap
    if (!this.gap) this.markFirstUnread()
    this.listen()
    this.refresh()
  }

  /** Once it is laid out: reading sizes earlier would lay out the page once more. */
  begin() {
    this.hasBegun = true
    fold(this.articles)
    this.scrollToBeginning()
    this.noteRead()
  }

  resized() {
    // Browsers report what is not displayed, too.
    if (!this.isDisplayed) return
    if (this.hasBegun) this.keeper.restore()
    else this.begin()
  }

  get isDisplayed() {
    return this.pane.clientHeight > 0
  }

  scrollToBeginning() {
    const found = document.getElementById(this.getAttribute("at"))
    const first = found ?? this.pane.querySelector("[data-new]")
    if (first) this.keeper.toItem(first)
    else this.keeper.toEnd()
    found?.setAttribute("data-found", "")
    setTimeout(() => found?.removeAttribute("data-found"), FOUND_FOR)
    this.showJump()
  }

  disconnectedCallback() {
    this.hasBegun = false
    this.stop.abort()
    for (const observer of this.observers) observer.disconnect()
  }

  get conversation() {
    return Number(this.getAttribute("conversation"))
  }

  /** The gap where newer texts are missing; scrolling down to it loads them. */
  get gap() {
    return this.pane.querySelector(".newer")
  }

  get articles() {
    return [...this.pane.querySelectorAll(".message")]
  }

  listen() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.pane.addEventListener("scroll", () => this.scrolled(), { signal, passive: true })
    this.jump.addEventListener("click", () => this.toNewest(), { signal })
    window.addEventListener("focus", () => this.noteRead(), { signal })
    document.addEventListener("visibilitychange", () => this.noteRead(), { signal })
    // Not words that a bubble or a link writes into itself, such as times.
    const changes = new MutationObserver((all) => all.some(movesElements) && this.changed())
    changes.observe(this.pane, { childList: true, subtree: true })
    const sizes = new ResizeObserver(() => this.resized())
    sizes.observe(this.pane)
    sizes.observe(this.pane.querySelector(".messages"))
    this.more = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting) target.click()
      },
      { root: this.pane, rootMargin: "600px 0px" },
    )
    this.observers = [changes, sizes, this.more]
  }

  /** Where they stopped reading, before any new texts arrived. */
  markFirstUnread() {
    const unread = this.inbound - this.read
    const received = this.articles.filter((article) => article.dataset.kind === "in")
    if (unread > 0) this.firstNew = received.at(-unread)?.id ?? received[0]?.id
  }

  refresh() {
    const first = this.firstNew && document.getElementById(this.firstNew)
    first?.setAttribute("data-new", t("New since you were here"))
    group(this.articles)
    if (this.hasBegun) fold(this.articles)
    this.more.disconnect()
    for (const link of this.pane.querySelectorAll("[data-older] a, .newer a"))
      this.more.observe(link)
  }

  changed() {
    const fresh = this.articles.filter((article) => !this.seen.has(article.id))
    const news = fresh.filter((article) => this.isNews(article))
    for (const article of fresh) this.seen.add(article.id)
    this.gapBefore = this.gap
    this.refresh()
    for (const article of news) this.welcome(article)
    this.keeper.restore()
    this.showJump()
    this.noteRead()
  }

  /** Not loaded by scrolling: it has just arrived. */
  isNews(article) {
    if (this.gapBefore && !this.isBelowGap(article)) return false
    for (let other = article.nextElementSibling; other; other = other.nextElementSibling) {
      if (this.seen.has(other.id) && !other.dataset.order.startsWith("~")) return false
    }
    return true
  }

  isBelowGap(article) {
    const { gap } = this
    return Boolean(gap && gap.compareDocumentPosition(article) & Node.DOCUMENT_POSITION_FOLLOWING)
  }

  /** What is below a gap is far away, so the thread is opened again, at its end. */
  toNewest() {
    if (!this.gap) return this.keeper.toEnd(gentle())
    window.Turbo.visit(this.getAttribute("thread-url"), { frame: "thread", action: "replace" })
  }

  welcome(article) {
    article.setAttribute("data-fresh", "")
    const { kind } = article.dataset
    if (article.hasAttribute("data-own")) return this.gap ? this.toNewest() : this.keeper.toEnd()
    if (kind === "in") this.inbound += 1
    // A note may mention this person; the server knows whether it does.
    if (kind === "note") this.called = true
    if (!this.keeper.atEnd && kind !== "event") this.news += 1
    this.announce(article)
  }

  announce(article) {
    const inbound = article.dataset.kind === "in"
    const name = inbound
      ? document.querySelector(".thread-name")
      : article.querySelector(".message-author")
    const who = name ? `${name.textContent.trim()}: ` : ""
    const words = article.querySelector(".bubble-text, .event-line span")?.textContent
    const attached = article.querySelector(".pictures")?.getAttribute("aria-label")
    const said = [attached, words].filter(Boolean).join(". ")
    document.getElementById("announcer").textContent = who + said
  }

  scrolled() {
    this.keeper.remember()
    this.showJump()
    this.noteRead()
  }

  showJump() {
    if (this.keeper.atEnd) this.news = 0
    this.jump.hidden = this.keeper.atEnd || (!this.news && !this.gap && this.keeper.distance < 400)
    const words = tn("%(num)s new message", "%(num)s new messages", this.news)
    this.jump.querySelector(".jump-text").textContent = this.news ? words : t("Newest")
    this.jump.toggleAttribute("data-news", this.news > 0)
  }

  /** A text is read once it was on a screen that someone was looking at. */
  async noteRead() {
    if (!this.hasBegun) return
    const looking = document.visibilityState === "visible" && document.hasFocus()
    const nothingNew = this.read >= this.inbound && !this.called
    if (!looking || !this.keeper.atEnd || nothingNew || !this.isDisplayed) return
    const before = this.read
    this.read = this.inbound
    this.called = false
    const answer = await fetch(this.getAttribute("read-url"), { method: "POST" }).catch(() => null)
    if (answer?.ok) mark(this.conversation, this.read)
    else this.read = before
  }
}

function movesElements({ addedNodes, removedNodes }) {
  return [...addedNodes, ...removedNodes].some((node) => node.nodeType === Node.ELEMENT_NODE)
}

function gentle() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth"
}

customElements.define("message-list", MessageList)
