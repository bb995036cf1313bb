/** <unread-badge conversation="7" count="12">: how many of the 12 this reader has not read. */

import { conversationElement } from "../live/conversation_element.js"
import { t } from "../page/i18n.js"
import { marks, unread } from "./marks.js"

class UnreadBadge extends conversationElement(marks) {
  show() {
    const count = unread(this.conversation, Number(this.getAttribute("count")))
    this.hidden = count === 0
    this.textContent = count > 9 ? "9+" : count
    if (count) this.append(hiddenWord(" " + t("unread")))
    this.closest(".row")?.toggleAttribute("data-unread", count > 0)
  }
}

function hiddenWord(text) {
  const word = document.createElement("span")
  word.className = "visually-hidden"
  word.textContent = text
  return word
}

customElements.define("unread-badge", UnreadBadge)
