/** <scheduled-text at="2026-11-29T14:00:00Z">: its form speaks of that moment by the church's clock. */

import { churchZone, wall } from "../church_time.js"

class ScheduledText extends HTMLElement {
  connectedCallback() {
    this.setTime()
    this.fold = this.querySelector("details")
    this.fold.addEventListener("toggle", () => this.opened())
    this.querySelector(".scheduled-leave").addEventListener("click", () => this.close())
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.close())
  }

  setTime() {
    const zone = churchZone()
    if (zone) this.time.value = wall(new Date(this.getAttribute("at")), zone)
  }

  get time() {
    return this.querySelector("[name=at]")
  }

  opened() {
    if (!this.fold.open) return
    const zone = churchZone()
    if (zone) this.time.min = wall(new Date(), zone)
    const field = this.querySelector("textarea")
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
}

customElements.define("scheduled-text", ScheduledText)
