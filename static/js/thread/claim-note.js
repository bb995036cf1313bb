/** <claim-note>: says once per assignee that this conversation is assigned to someone else. */

import { t } from "../page/i18n.js"

class ClaimNote extends HTMLElement {
  connectedCallback() {
    this.box = this.closest("compose-box")
    this.stop = new AbortController()
    const { signal } = this.stop
    this.addEventListener("click", (event) => this.answered(event), { signal })
    this.box.addEventListener("sent", () => this.heed(), { signal })
    this.changes = new MutationObserver(() => this.show())
    this.changes.observe(this.closest(".thread"), { childList: true, subtree: true })
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
    this.changes.disconnect()
  }

  get assignee() {
    return this.closest(".thread").querySelector("thread-head")?.dataset.assigneeId
  }

  get place() {
    return `claim:${document.documentElement.dataset.staffId}:${this.box.conversation}`
  }

  show() {
    const { assignee } = this
    const name = assignee && this.box.querySelector(`[data-person="${assignee}"]`)?.dataset.name
    this.hidden = !name || sessionStorage.getItem(this.place) === assignee
    const words = name ? t("This is assigned to %(name)s.", { name }) : ""
    const shown = this.querySelector(".claim-words")
    if (shown.textContent !== words) shown.textContent = words
  }

  answered({ target }) {
    if (!target.closest("button")) return
    this.heed()
    this.box.field.focus({ preventScroll: true })
  }

  heed() {
    if (this.hidden) return
    sessionStorage.setItem(this.place, this.assignee)
    this.hidden = true
  }
}

customElements.define("claim-note", ClaimNote)
