/** <connection-chip>: empty while all is live; otherwise what is wrong, and what is safe. */

import { t } from "../page/i18n.js"
import { live } from "./live.js"

const NOTICED_AFTER = 1_500
const HOPELESS_AFTER = 120_000

class ConnectionChip extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    for (const event of ["state", "asked"]) {
      live.addEventListener(event, () => this.follow(), { signal: this.stop.signal })
    }
    this.follow()
  }

  disconnectedCallback() {
    this.stop.abort()
    this.clear()
  }

  clear() {
    clearTimeout(this.noticed)
    clearTimeout(this.hopeless)
  }

  follow() {
    this.clear()
    if (live.asked) return this.tell(t("No internet connection. The page opens when it is back."))
    if (live.state === "live") return this.tell("")
    if (live.state === "offline") return this.tell(t("No internet connection. Your text is saved."))
    this.noticed = setTimeout(() => this.tell(t("Reconnecting…")), NOTICED_AFTER)
    this.hopeless = setTimeout(() => this.offerReload(), HOPELESS_AFTER)
  }

  tell(words) {
    this.toggleAttribute("data-shown", Boolean(words))
    this.textContent = words
  }

  offerReload() {
    this.tell(t("Still no connection."))
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = t("Reload")
    button.addEventListener("click", () => location.reload())
    this.append(" ", button)
  }
}

customElements.define("connection-chip", ConnectionChip)
