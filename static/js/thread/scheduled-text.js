/**
 * <scheduled-text at="2026-11-29T14:00:00Z">: its form speaks of that moment by the church's clock.
 * Its bubble comes anew whenever the text changes; what is typed in the form outlives that.
 */

import { churchZone, wall } from "../clock/church_time.js"
import { t } from "../page/words.js"

/** Bubble's id -> {body, at}: typed and not saved when its thread was left. */
const left = new Map()

class ScheduledText extends HTMLElement {
  connectedCallback() {
    this.bubble = this.closest(".message").id
    this.box = this.closest(".thread").querySelector("compose-box")
    this.fold = this.querySelector("details")
    this.setTime()
    this.fold.addEventListener("toggle", () => this.opened())
    this.querySelector(".scheduled-leave").addEventListener("click", () => this.close())
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.close())
    this.addEventListener("turbo:submit-start", () => (this.isSaving = true))
    this.addEventListener("turbo:submit-end", ({ detail }) => this.answered(detail))
    if (left.has(this.bubble)) this.bringBack(left.get(this.bubble))
    left.delete(this.bubble)
  }

  disconnectedCallback() {
    if (!this.isSaving) this.handOn()
  }

  setTime() {
    const zone = churchZone()
    this.at = zone ? wall(new Date(this.getAttribute("at")), zone) : ""
    this.time.value = this.at
  }

  get field() {
    return this.querySelector("textarea")
  }

  get time() {
    return this.querySelector("[name=at]")
  }

  get isWrittenOn() {
    return this.fold.open && (this.field.value !== this.field.defaultValue || this.time.value !== this.at)
  }

  opened() {
    if (!this.fold.open) return
    const zone = churchZone()
    if (zone) this.time.min = wall(new Date(), zone)
    const { field } = this
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
    this.scrollIntoView({ block: "nearest" })
  }

  close() {
    this.querySelector("form").reset()
    this.querySelector(".menu-problem").replaceChildren()
    this.setTime()
    this.fold.open = false
    this.querySelector("summary").focus({ preventScroll: true })
  }

  answered({ success }) {
    this.isSaving = false
    // The answer may have brought the bubble anew, without what it would not take.
    if (!success && !this.isConnected) this.handOn()
  }

  /** Once it is known what has become of the text: into its next form, or where replies are written. */
  handOn() {
    if (!this.isWrittenOn) return
    const { bubble, box } = this
    const typed = { body: this.field.value, at: this.time.value }
    setTimeout(() => {
      const next = document.getElementById(bubble)?.querySelector("scheduled-text")
      if (next) next.bringBack(typed, t("A colleague changed it meanwhile. What you typed stands here."))
      else if (box.isConnected) box.giveBack(typed.body)
      else left.set(bubble, typed)
    })
  }

  bringBack({ body, at }, why = "") {
    this.field.value = body
    this.time.value = at
    this.querySelector(".menu-problem").textContent = why
    this.fold.open = true
    this.field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

customElements.define("scheduled-text", ScheduledText)
