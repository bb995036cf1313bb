/**
 * <send-menu zone="America/Chicago">: more ways to send: then finish or snooze the conversation, or
 * wait until a time on the church's clock. Its buttons submit the composer.
 */

import { choices, shown, wall } from "../clock/church_time.js"
import { t } from "../page/i18n.js"

class SendMenu extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.menu = this.querySelector(".menu-send")
    this.input = this.querySelector("input")
    this.menu.addEventListener("toggle", (event) => this.toggled(event), { signal, capture: true })
    // Its toggle event comes a moment late: the shortcut may have been pressed again by then.
    this.closing = new MutationObserver(() => this.menu.open || this.fold())
    this.closing.observe(this.menu, { attributes: true, attributeFilter: ["open"] })
    this.input.addEventListener("input", () => this.chose(), { signal })
    this.input.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.closest("compose-box").addEventListener("sent", () => (this.menu.open = false), { signal })
    this.addEventListener("click", (event) => this.clicked(event), { signal })
  }

  disconnectedCallback() {
    this.stop.abort()
    this.closing.disconnect()
  }

  get chosen() {
    return this.querySelector(".send-chosen button")
  }

  toggled({ target }) {
    if (target === this.menu) return target.open && this.fill()
    if (!target.open || this.menu.open) return
    // Opened by its shortcut while the surrounding menu was closed, which then moves to a time.
    this.fill()
    this.menu.open = true
  }

  /** Otherwise the menu would be unfolded the next time, and begin there. */
  fold() {
    for (const part of this.querySelectorAll(".menu-part")) part.open = false
  }

  /** The times that make sense now. */
  fill() {
    const now = new Date()
    const zone = this.getAttribute("zone")
    const times = choices(now, zone)
    for (const item of this.querySelectorAll("[data-when]")) {
      const at = times[item.dataset.when]
      item.hidden = !at
      item.value = at ?? ""
      item.querySelector(".menu-hint").textContent = at ? shown(at, zone) : ""
    }
    this.input.min = wall(now, zone)
    this.input.value ||= times.tomorrow
    this.chose()
  }

  chose() {
    this.chosen.value = this.input.value
    this.querySelector(".send-problem").textContent = ""
  }

  pressed(event) {
    if (event.key !== "Enter") return
    event.preventDefault() // the form's first button would be pressed
    this.chosen.click()
  }

  clicked(event) {
    if (!event.target.closest(".send-chosen button") || this.isToCome) return
    event.preventDefault()
    this.querySelector(".send-problem").textContent = t("Please choose a future date and time.")
    this.input.focus()
  }

  get isToCome() {
    return this.input.value > wall(new Date(), this.getAttribute("zone"))
  }
}

customElements.define("send-menu", SendMenu)
