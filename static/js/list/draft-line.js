/** <draft-line conversation="7">: this reader's unsent draft there. */

import { live } from "../live/live.js"
import { runsFromRight, t } from "../page/i18n.js"

/** conversation -> {reply, note}: drafts from any of this person's screens. */
const begun = new Map()
const lines = new Set()

/** `known`: the page's drafts, {"7": {"reply": "Dear Naomi"}}. */
export function noteDrafts(known) {
  begun.clear()
  for (const [conversation, bodies] of Object.entries(known))
    begun.set(Number(conversation), bodies)
  show()
}

function show() {
  for (const line of lines) line.show()
}

live.addEventListener("draft", ({ detail: { conversation, kind, body } }) => {
  begun.set(conversation, { ...begun.get(conversation), [kind]: body })
  show()
})

live.addEventListener("drafts", ({ detail: { room, drafts } }) => {
  if (room === "inbox") noteDrafts(drafts)
})

class DraftLine extends HTMLElement {
  connectedCallback() {
    lines.add(this)
    this.show()
  }

  disconnectedCallback() {
    lines.delete(this)
  }

  show() {
    const { reply, note } = begun.get(Number(this.getAttribute("conversation"))) ?? {}
    const text = (reply || note || "").trim()
    this.hidden = !text
    const words = text ? t("Draft: %(text)s", { text }) : ""
    if (this.textContent === words) return
    this.textContent = words
    // The draft decides the direction, not our label; a narrow row shows its beginning.
    const [first = ""] = text.match(/\p{L}/u) ?? []
    if (text) this.dir = runsFromRight(first) ? "rtl" : "ltr"
    else this.removeAttribute("dir")
  }
}

customElements.define("draft-line", DraftLine)
