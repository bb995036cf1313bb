/**
 * <compose-box conversation="7">: where a reply is written. Send shows the bubble at once under a
 * fresh key; the outbox carries it from there, for as long as that takes.
 */

import { outbox, send, waitingIn } from "../outbox.js"
import { put } from "../put.js"

class ComposeBox extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.form = this.querySelector(".composer-form")
    this.field = this.querySelector("textarea")
    this.form.addEventListener("submit", (event) => this.submit(event), { signal })
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.field.addEventListener("input", () => this.typed(), { signal })
    outbox.addEventListener("waiting", ({ detail }) => this.showWaiting(detail), { signal })
    outbox.addEventListener("refused", ({ detail }) => this.takeBack(detail), { signal })
    this.nudge = this.querySelector(".nudge")
    this.nudge.addEventListener("click", (event) => this.nudged(event), { signal })
    this.gate = new MutationObserver(() => this.obeyGate())
    this.gate.observe(this, { childList: true })
    this.obeyGate()
    this.bringDraft()
    for (const entry of waitingIn(this.conversation)) this.showPending(entry)
  }

  disconnectedCallback() {
    this.stop.abort()
    this.gate.disconnect()
  }

  get conversation() {
    return this.getAttribute("conversation")
  }

  get draft() {
    return `draft:${document.documentElement.dataset.staffId}:${this.conversation}`
  }

  /** The gate is a fragment beside the form, put whenever it opens or closes. */
  obeyGate() {
    const refused = Boolean(this.querySelector(".gate[data-refusal]"))
    this.querySelector("fieldset").disabled = refused
  }

  bringDraft() {
    this.field.value = sessionStorage.getItem(this.draft) ?? ""
    this.typed()
    if (matchMedia("(hover: hover) and (pointer: fine)").matches) this.field.focus({ preventScroll: true })
  }

  typed() {
    const text = this.field.value
    if (text) sessionStorage.setItem(this.draft, text)
    else sessionStorage.removeItem(this.draft)
    this.querySelector(".composer-send").disabled = !text.trim()
    this.querySelector(".composer-problem").replaceChildren()
    this.fit()
  }

  /** From one line to eight; what more there is scrolls. */
  fit() {
    if (CSS.supports("field-sizing", "content")) return
    this.field.style.height = "auto"
    this.field.style.height = `${this.field.scrollHeight}px`
  }

  pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.repeat || event.isComposing) return
    const onDesktop = matchMedia("(hover: hover) and (pointer: fine)").matches
    if (!onDesktop && !event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    this.form.requestSubmit()
  }

  submit(event) {
    event.preventDefault()
    const body = this.field.value.trim()
    if (!body) return
    const entry = { key: newKey(), url: this.form.action, body, conversation: this.conversation }
    this.setText("")
    this.showPending(entry)
    this.field.focus({ preventScroll: true })
    send(entry)
    this.offerToTake()
  }

  /** Whoever answers may well go on answering. */
  offerToTake() {
    const head = this.closest(".thread").querySelector("thread-head")
    this.nudge.hidden = this.nudge.hasAttribute("data-no") || head.dataset.assigneeId !== ""
  }

  nudged({ target }) {
    if (!target.closest("button")) return
    const no = Boolean(target.closest(".nudge-no"))
    this.nudge.toggleAttribute("data-no", no)
    this.nudge.hidden = no
  }

  setText(text) {
    this.field.value = text
    this.field.dispatchEvent(new Event("input", { bubbles: true }))
  }

  showPending({ key, body, waiting }) {
    const content = this.querySelector("#pending_message").content.cloneNode(true)
    const article = content.querySelector("article")
    const now = new Date().toISOString()
    article.id = `message_${key}`
    article.dataset.at = now
    article.querySelector(".message-time").setAttribute("datetime", now)
    article.querySelector(".bubble-text").textContent = body
    put(content)
  }

  showWaiting({ key, conversation }) {
    if (conversation !== this.conversation) return
    const status = document.getElementById(`message_${key}`)?.querySelector(".status")
    if (!status) return
    status.dataset.status = "waiting"
    status.querySelector(".status-words").textContent = navigator.onLine
      ? "Not sent yet, trying again"
      : "Not sent yet, will go when you are back online"
  }

  /** The server will not have it: the words go back to where they were written. */
  takeBack({ key, body, conversation }) {
    document.getElementById(`message_${key}`)?.remove()
    if (conversation !== this.conversation) return
    const typedSince = this.field.value
    this.setText(typedSince ? `${body}\n${typedSince}` : body)
  }
}

/** Also where crypto.randomUUID is not, which is any address without TLS but this machine's own. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID()
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0]
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16)
  })
}

customElements.define("compose-box", ComposeBox)
