/** <mention-mark staff="2 5">: shows these staff that a colleague has mentioned them. */

import { t } from "../page/i18n.js"

class MentionMark extends HTMLElement {
  connectedCallback() {
    this.hidden = !this.getAttribute("staff")
      .split(" ")
      .includes(document.documentElement.dataset.staffId)
    if (this.hidden || this.label) return
    this.label = document.createElement("span")
    this.label.className = "visually-hidden"
    this.title = this.label.textContent = t("You are mentioned")
    this.append(this.label)
  }
}

customElements.define("mention-mark", MentionMark)
