/**
 * <broadcast-form audience-url="/broadcasts/audience">: composes a broadcast. While you type, the
 * server counts whom it will reach, and the draft is kept for this person only. With `editing`, the
 * form starts from the saved broadcast and keeps no draft.
 */

import { zoneNote } from "../clock/church_time.js"
import { merge } from "../composer/fields.js"
import { put } from "../live/put.js"
import { locale, t } from "../page/i18n.js"

import "./people-picker.js"

const PAUSE = 350
const FIRST_WORDS = 140

class BroadcastForm extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.form = this.querySelector("form")
    this.body = this.form.elements.body
    this.picker = this.querySelector("people-picker")
    customElements.upgrade(this.picker)
    this.bringDraft()
    this.addEventListener("input", () => this.changed(), { signal })
    this.addEventListener("click", (event) => this.insert(event), { signal })
    this.addEventListener("turbo:submit-end", ({ detail }) => this.ended(detail), { signal })
    this.describe()
    this.count()
  }

  disconnectedCallback() {
    this.stop.abort()
    this.counting?.abort()
    clearTimeout(this.waiting)
  }

  get draft() {
    return `broadcast:${document.documentElement.dataset.staffId}`
  }

  bringDraft() {
    const kept = this.isEditing ? null : read(this.draft)
    if (this.body.value || !kept) return
    this.body.value = kept.body
    for (const [name, value] of kept.chosen) this.check(name, value)
    for (const person of kept.people) this.picker.add(person)
    if (kept.at) this.form.elements.at.value = kept.at
    this.body.dispatchEvent(new Event("input", { bubbles: true }))
  }

  check(name, value) {
    const field = this.form.querySelector(`[name="${name}"][value="${value}"]`)
    if (field) field.checked = true
  }

  get isEditing() {
    return this.hasAttribute("editing")
  }

  keepDraft() {
    if (this.isEditing) return
    const chosen = [...this.form.querySelectorAll(":checked")].map(({ name, value }) => [
      name,
      value,
    ])
    const { body, at } = this.form.elements
    const kept = { body: body.value, at: at.value, chosen, people: this.picker.people }
    if (body.value || kept.people.length) localStorage.setItem(this.draft, JSON.stringify(kept))
    else localStorage.removeItem(this.draft)
  }

  changed() {
    this.keepDraft()
    this.describe()
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.count(), PAUSE)
  }

  async count() {
    this.counting?.abort()
    this.counting = new AbortController()
    const answer = await fetch(this.getAttribute("audience-url"), {
      method: "POST",
      body: new URLSearchParams(new FormData(this.form)),
      signal: this.counting.signal,
    }).catch(() => null)
    const html = answer?.ok ? await answer.text().catch(() => "") : ""
    if (!html || !this.isConnected) return
    const open = this.querySelector(".audience-left")?.open
    put(html)
    this.querySelector(".audience-left")?.toggleAttribute("open", Boolean(open))
    this.describe()
  }

  /** What pressing Send would do, on the button and in its confirmation. */
  describe() {
    const { question, questionLater, send, willing, whom, name, reading } =
      this.querySelector("#audience_people").dataset
    if (!question) return
    const button = this.querySelector(".form-foot .button-main")
    const later = this.form.elements.when.value === "later"
    const written = this.body.value.trim().replace(/\s+/g, " ")
    const text = name ? merge(written, name) : written
    const words = text.length > FIRST_WORDS ? `${text.slice(0, FIRST_WORDS).trimEnd()}…` : text
    const quoted = t("“%(words)s”", { words })
    const read = text === written ? quoted : `${reading}: ${quoted}`
    const asked = later ? [questionLater, whom, read, this.moment()] : [question, whom, read]
    button.dataset.turboConfirm = asked.join("\n")
    button.dataset.yes = later ? t("Schedule") : send
    button.disabled = willing === "0" || Boolean(this.querySelector("[data-too-long]"))
    const now = willing === "0" ? t("Send") : `${send}…`
    this.querySelector(".broadcast-send").textContent = later ? t("Schedule…") : now
  }

  moment() {
    const chosen = new Date(this.form.elements.at.value)
    if (Number.isNaN(chosen.getTime())) return ""
    const when = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" })
    const zone = zoneNote(chosen)
    if (zone)
      return t("It will be sent on %(when)s (%(zone)s).", { when: when.format(chosen), zone })
    return t("It will be sent on %(when)s, church time.", { when: when.format(chosen) })
  }

  insert({ target }) {
    const words = target.closest("[data-insert]")?.dataset.insert
    if (!words) return
    const { selectionStart: start, selectionEnd: end } = this.body
    this.body.focus()
    this.body.setRangeText(words, start, end, "end")
    this.body.dispatchEvent(new Event("input", { bubbles: true }))
  }

  ended({ success }) {
    if (success && !this.isEditing) localStorage.removeItem(this.draft)
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name))
  } catch {
    return null
  }
}

customElements.define("broadcast-form", BroadcastForm)
