/**
 * <push-switch>: turns notifications in this browser on and off, or says why they are unavailable.
 */

import { keepOn, turnOff, wasOn } from "../live/push.js"
import { t } from "../page/i18n.js"

class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.says = this.querySelector("[data-says]")
    this.hint = this.querySelector("[data-hint]")
    this.button = this.querySelector("button")
    this.button.onclick = () => this.turn()
    this.show()
  }

  async show() {
    const hindrance = this.hindrance()
    if (hindrance) return this.tell("off", ...hindrance)
    const registration = await navigator.serviceWorker.ready
    const found = await registration.pushManager.getSubscription()
    if ((found || wasOn()) && Notification.permission === "granted") {
      // Sent again: the server forgets a browser that was gone, and sessions end.
      if (
        await keepOn().then(
          () => true,
          () => false,
        )
      )
        return this.showOn()
    }
    this.tell("off", t("This browser does not get notifications."), "", t("Turn on"))
  }

  showOn() {
    this.tell("on", t("This browser gets notifications."), "", t("Turn off"))
  }

  /** Why it is unavailable, and what to do about it. */
  hindrance() {
    if (!window.isSecureContext)
      return [
        t("Not available at this address."),
        t("Browsers allow notifications only over HTTPS. Your administrator can set that up."),
      ]
    if (isOnIos() && !isInstalled())
      return [
        t("Not available yet."),
        t(
          "On an iPhone or iPad, first put the inbox on the home screen: tap Share, then “Add to Home Screen”, and open it from there.",
        ),
      ]
    if (!(navigator.serviceWorker && window.PushManager && window.Notification))
      return [t("This browser cannot get notifications."), t("Use a newer browser.")]
    if (Notification.permission === "denied")
      return [
        t("Notifications are blocked in this browser."),
        t(
          "Allow them for this page in your browser's settings, next to its address, and reload the page.",
        ),
      ]
    return null
  }

  async turn() {
    this.button.disabled = true
    try {
      await (this.dataset.state === "on" ? this.turnOff() : this.turnOn())
    } catch {
      this.tell(
        "off",
        t("That did not work."),
        t("The browser's notification service cannot be reached. Please try again later."),
        t("Turn on"),
      )
    }
    this.button.disabled = false
  }

  async turnOn() {
    if ((await Notification.requestPermission()) !== "granted") return this.show()
    await keepOn()
    this.showOn()
  }

  async turnOff() {
    await turnOff()
    this.tell("off", t("This browser does not get notifications."), "", t("Turn on"))
  }

  tell(state, words, hint = "", offer = "") {
    this.dataset.state = state
    this.says.textContent = words
    this.hint.textContent = hint
    this.button.hidden = !offer
    this.button.textContent = offer
    this.button.classList.toggle("button-main", state === "off")
  }
}

function isOnIos() {
  return (
    /iPhone|iPad|iPod/.test(navigator.userAgent) ||
    (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1)
  )
}

function isInstalled() {
  return navigator.standalone === true || matchMedia("(display-mode: standalone)").matches
}

customElements.define("push-switch", PushSwitch)
