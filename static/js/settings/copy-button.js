/** <copy-button><code>…</code><button hidden>: the button copies the code's text. */

import { t } from "../page/i18n.js"

class CopyButton extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button")
    button.hidden = !navigator.clipboard
    button.onclick = async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent)
      button.querySelector("span").textContent = t("Copied")
    }
  }
}

customElements.define("copy-button", CopyButton)
