/**
 * <compose-box conversation="7" data-kind="reply">: writes a reply or a note. Send shows the bubble
 * at once under a new key; the outbox delivers it from there, however long that takes.
 */

import { put } from "../live/put.js"
import { t } from "../page/i18n.js"
import { Collision } from "./collision.js"
import { drafts, keep, settle, unsaved } from "./drafts.js"
import { merge } from "./fields.js"
import { outbox, send, waitingIn } from "./outbox.js"

const KINDS = ["reply", "note"]

class ComposeBox extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector(".composer-form")
    this.field = this.querySelector(".composer-text")
    this.nudge = this.querySelector(".nudge")
    this.meter = this.querySelector("segment-meter")
    this.collision = new Collision(this, (choice) => this.collided(choice))
    /** What was chosen besides Send, for the text that is held back. */
    this.held = {}
    this.listen()
    this.bringDrafts()
    this.look()
    if (isDesk()) this.field.focus({ preventScroll: true })
    for (const entry of waitingIn(this.conversation)) this.showPending(entry)
  }

  disconnectedCallback() {
    this.stop.abort()
    this.thread.disconnect()
  }

  listen() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.form.addEventListener("submit", (event) => this.submit(event), { signal })
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.field.addEventListener("input", () => this.typed(), { signal })
    this.nudge.addEventListener("click", (event) => this.nudged(event), { signal })
    document.addEventListener("keydown", (event) => this.called(event), { signal })
    outbox.addEventListener("waiting", ({ detail }) => this.showWaiting(detail), { signal })
    outbox.addEventListener("refused", (event) => this.refused(event), { signal })
    drafts.addEventListener("change", ({ detail }) => this.follow(detail), { signal })
    this.thread = new MutationObserver(() => this.look())
    this.thread.observe(this.closest(".thread"), { childList: true, subtree: true })
  }

  get conversation() {
    return this.getAttribute("conversation")
  }

  get kind() {
    return this.dataset.kind
  }

  /** Fragments near this one are put whenever the conversation changes. */
  look() {
    const refused = Boolean(this.querySelector(".gate[data-refusal]"))
    // A reply that was begun stays in sight. Nobody is turned back from a note: what they go on
    // typing must not reach the member.
    const onlyNotes = refused && !this.texts.reply.trim()
    this.toggleAttribute("data-only-notes", onlyNotes)
    if (onlyNotes) this.turnTo("note")
    this.querySelector("fieldset").disabled = refused && this.kind === "reply"
    this.collision.look()
  }

  /** The page contains the server's draft; anything typed while it loaded is newer. */
  bringDrafts() {
    this.texts = { reply: this.field.defaultValue, note: this.dataset.note ?? "" }
    const typed = this.field.value === this.texts.reply ? null : this.field.value
    for (const kind of KINDS) {
      settle(this.conversation, kind, this.texts[kind])
      this.texts[kind] = unsaved(this.conversation, kind) ?? this.texts[kind]
    }
    this.setText(typed ?? this.texts.reply)
  }

  /** Written on another of this person's screens. */
  follow({ conversation, kind, body }) {
    if (String(conversation) !== this.conversation) return
    this.texts[kind] = body
    if (kind !== this.kind) {
      this.look()
      return this.markTabs()
    }
    const caret = this.field.selectionStart
    const isAtEnd = caret === this.field.value.length
    this.setText(body)
    if (!isAtEnd) this.field.setSelectionRange(caret, caret)
  }

  /** Switch to the other tab, which has its own draft. */
  turnTo(kind) {
    if (kind === this.kind) return
    this.dataset.kind = kind
    this.setText(this.texts[kind])
    this.look()
    this.dispatchEvent(new Event("turned"))
  }

  typed() {
    const body = this.field.value
    this.texts[this.kind] = body
    const { conversation, kind } = this
    keep({ conversation, kind, body, url: this.dataset.draftUrl })
    this.querySelector(".send").toggleAttribute("data-empty", !body.trim())
    for (const button of this.querySelectorAll(".send button")) button.disabled = !body.trim()
    this.collision.typed(this.texts.reply)
    this.markTabs()
    this.fit()
  }

  markTabs() {
    for (const kind of KINDS) {
      const tab = this.querySelector(`[role=tab][data-kind="${kind}"]`)
      tab.toggleAttribute("data-written", kind !== this.kind && Boolean(this.texts[kind].trim()))
    }
  }

  /** Grows from one line to eight; more text scrolls. */
  fit() {
    if (CSS.supports("field-sizing", "content")) return
    this.field.style.height = "auto"
    this.field.style.height = `${this.field.scrollHeight}px`
  }

  /** Ctrl+J, from anywhere. */
  called(event) {
    const command = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
    if (!command || event.key.toLowerCase() !== "j" || document.querySelector("dialog[open]"))
      return
    event.preventDefault()
    this.field.focus()
  }

  pressed(event) {
    if (event.key !== "Enter" || event.repeat || event.isComposing || event.defaultPrevented) return
    const command = event.ctrlKey || event.metaKey
    if (!command && (event.shiftKey || !isDesk() || !this.hasAttribute("enter-sends"))) return
    event.preventDefault()
    const done = command && event.shiftKey && this.kind === "reply"
    this.form.requestSubmit(done ? this.querySelector(".send-done") : undefined)
  }

  submit(event) {
    event.preventDefault()
    const { name, value } = event.submitter ?? {}
    this.post(name ? { [name]: value } : {})
  }

  post(chosen) {
    const { conversation, kind } = this
    const body = this.field.value.trim()
    const isReply = kind === "reply"
    this.held = chosen
    if (!body || (isReply && this.collision.isOpen)) return
    if (this.meter.over || this.meter.unknown) return this.meter.complain()
    const url = isReply ? this.form.action : this.dataset.noteUrl
    const fields = isReply ? { ...chosen, seen: this.collision.seen } : {}
    const entry = {
      key: newKey(),
      url,
      body,
      conversation,
      kind,
      fields,
      draftUrl: this.dataset.draftUrl,
    }
    this.setText("")
    this.showPending(entry)
    this.field.focus({ preventScroll: true })
    this.dispatchEvent(new Event("sent"))
    send(entry)
    if (isReply && !chosen.at && !chosen.then) this.offerToTake()
  }

  /** What to do with a text that has collided with a colleague's reply. */
  collided(choice) {
    if (choice === "discard") this.setText("")
    if (choice === "send") this.post(this.held)
    else this.field.focus()
  }

  /** Keep the focus: people who have replied often reply again. */
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

  /** Put the caret at the end, even if the page contained the same text. */
  setText(text) {
    this.field.value = text
    const { length } = this.field.value
    if (this.field.selectionEnd !== length) this.field.setSelectionRange(length, length)
    this.field.dispatchEvent(new Event("input", { bubbles: true }))
  }

  showPending({ key, body, kind = "reply", fields }) {
    const content = this.querySelector(`.pending-${kind}`).content.cloneNode(true)
    const article = content.querySelector("article")
    const now = new Date().toISOString()
    article.id = `message_${key}`
    article.dataset.at = now
    article.querySelector(".message-time")?.setAttribute("datetime", now)
    article.querySelector(".bubble-text").textContent =
      kind === "reply" ? this.addressed(body) : body
    if (fields?.at) article.querySelector(".status-words").textContent = t("Will be sent later")
    // Above the scheduled texts, where its place will be: it does not jump when the server answers.
    else article.dataset.order = "~"
    put(content)
  }

  /** The text as it will be sent. */
  addressed(body) {
    return merge(body, this.closest(".thread").querySelector("thread-head").dataset.firstName)
  }

  showWaiting({ key, conversation }) {
    if (conversation !== this.conversation) return
    const status = document.getElementById(`message_${key}`)?.querySelector(".status")
    if (!status) return
    status.dataset.status = "waiting"
    status.querySelector(".status-words").textContent = navigator.onLine
      ? t("Not sent yet, trying again")
      : t("Not sent yet. It will be sent when you are back online.")
  }

  /** The server refused it: the text returns to the composer. */
  refused(event) {
    const { key, body, kind = "reply", conversation, fields } = event.detail
    document.getElementById(`message_${key}`)?.remove()
    if (conversation !== this.conversation) return
    event.preventDefault()
    const { seen, ...chosen } = fields ?? {}
    this.held = chosen
    this.giveBack(body, kind)
  }

  /** Why it was refused; the response to the next text clears this. */
  tell(words) {
    const problem = this.querySelector(".composer-problem")
    if (problem.hasAttribute("data-collision")) return
    problem.setAttribute("role", "alert")
    problem.textContent = words
  }

  /** Text to continue writing, which is not yet a reply to anyone. */
  giveBack(body, kind = "reply") {
    this.nudge.hidden = true
    const text = [body, this.texts[kind]].filter(Boolean).join("\n")
    this.texts[kind] = text
    this.turnTo(kind)
    this.setText(text)
  }
}

function isDesk() {
  return matchMedia("(hover: hover) and (pointer: fine)").matches
}

/** Also where crypto.randomUUID is missing: on any URL without TLS except this machine's own. */
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID()
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => {
    const random = crypto.getRandomValues(new Uint8Array(1))[0]
    return (Number(digit) ^ (random & (15 >> (Number(digit) / 4)))).toString(16)
  })
}

customElements.define("compose-box", ComposeBox)
