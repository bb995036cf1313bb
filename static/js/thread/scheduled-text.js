/**
 * <scheduled-text at="2026-11-29T14:00:00Z">: its form uses the church's clock. Its bubble is
 * replaced whenever the text changes; what is typed in the form survives that.
 */

import { churchZone, wall } from "../clock/church_time.js"
import { t } from "../page/i18n.js"

/**
 * Bubble's id -> {conversation, revision, body, at}: typed but not saved when its thread was left.
 */
const left = new Map()

document.addEventListener("turbo:load", giveBackWhatIsLeft)
document.addEventListener("turbo:frame-load", giveBackWhatIsLeft)

/** The text was sent or undone since its thread was left: keep what was typed. */
function giveBackWhatIsLeft() {
  const box = document.querySelector("compose-box")
  for (const [bubble, { conversation, body }] of left) {
    if (conversation !== box?.conversation) continue
    left.delete(bubble)
    giveTo(box, body)
  }
}

function giveTo(box, body) {
  box.giveBack(body)
  box.tell(t("The scheduled text was sent or canceled in the meantime. Your text is still here."))
}

class ScheduledText extends HTMLElement {
  connectedCallback() {
    const { id, dataset } = this.closest(".message")
    this.bubble = id
    this.revision = dataset.revision
    this.box = this.closest(".thread").querySelector("compose-box")
    this.fold = this.querySelector("details")
    this.setTime()
    this.fold.addEventListener("toggle", () => this.opened())
    this.querySelector(".scheduled-leave").addEventListener("click", () => this.close())
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.close())
    this.form = this.querySelector(".scheduled-form")
    this.form.addEventListener("turbo:submit-start", () => this.save())
    if (left.has(this.bubble)) this.bringBack(left.get(this.bubble))
    left.delete(this.bubble)
  }

  /**
   * While saving, a replaced bubble does not carry over the form, unless the server refuses the
   * change.
   */
  save() {
    this.isSaving = true
    const { form } = this
    // On the document, because the form may be gone by then.
    document.addEventListener("turbo:submit-end", function ended({ detail }) {
      if (detail.formSubmission.formElement !== form) return
      document.removeEventListener("turbo:submit-end", ended)
      form.closest("scheduled-text").answered(detail)
    })
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
    return (
      this.fold.open &&
      (this.field.value !== this.field.defaultValue || this.time.value !== this.at)
    )
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
    this.form.reset()
    this.querySelector(".menu-problem").replaceChildren()
    this.setTime()
    this.fold.open = false
    this.querySelector("summary").focus({ preventScroll: true })
  }

  answered({ success }) {
    if (success) return
    this.isSaving = false
    if (!this.isConnected) this.handOn()
  }

  /**
   * Once we know what happened to the text: what is typed goes into its new form, or into the
   * composer. A form that was only opened is open again.
   */
  handOn() {
    if (!this.fold.open) return
    const { bubble, box, revision, isWrittenOn } = this
    const typed = {
      conversation: box.conversation,
      revision,
      body: this.field.value,
      at: this.time.value,
    }
    setTimeout(() => {
      const next = document.getElementById(bubble)?.querySelector("scheduled-text")
      if (next && !isWrittenOn) next.fold.open = true
      else if (next) next.bringBack(typed)
      else if (!isWrittenOn) return
      else if (box.isConnected) giveTo(box, typed.body)
      else left.set(bubble, typed)
    })
  }

  bringBack({ revision, body, at }) {
    this.field.value = body
    this.time.value = at
    const changed = t("A colleague changed it in the meantime. Your text is still here.")
    this.querySelector(".menu-problem").textContent = revision === this.revision ? "" : changed
    this.fold.open = true
    this.field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

customElements.define("scheduled-text", ScheduledText)
