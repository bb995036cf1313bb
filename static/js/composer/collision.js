/**
 * If a colleague replies while this person is writing, nothing is sent before they have seen it.
 * The server checks this when a text is sent; here it is seen at once, from the bubbles that
 * arrive.
 */

import { t } from "../page/i18n.js"

const BETWEEN_STAFF_AND_MEMBER = ["out", "note"]

export class Collision {
  /** `box` is the <compose-box>; `chosen` is called with "send", "edit", or "discard". */
  constructor(box, chosen) {
    this.box = box
    /** The newest message's position when they began to write; null while nothing is written. */
    this.seen = null
    box.addEventListener("click", ({ target }) => {
      const choice = target.closest?.("[data-choice]")?.dataset.choice
      if (choice) this.choose(choice, chosen)
    })
  }

  /** Call after every key; `text` is the reply, even while a note is being written. */
  typed(text) {
    if (!text.trim()) this.seen = null
    else this.seen ??= newest(this.bubbles)
    if (!text.trim() || !this.isShown) this.hide()
  }

  /** Call after every change to the thread. */
  look() {
    if (this.seen === null || this.isShown) return
    const other = this.bubbles.findLast(
      (bubble) => positionOf(bubble) > this.seen && isAnothers(bubble),
    )
    if (other) this.show(other)
  }

  /**
   * Whether the question is still open; if so, moves the focus there. Not to a button: the next
   * Enter of someone who has not noticed the question must not answer it.
   */
  get isOpen() {
    if (this.isShown) this.panel.focus()
    return this.isShown
  }

  get isShown() {
    return this.panel.hasAttribute("data-collision")
  }

  get panel() {
    return this.box.querySelector(".composer-problem")
  }

  get bubbles() {
    const thread = this.box.closest(".thread")
    return [...thread.querySelectorAll(".messages > .message")]
  }

  show(bubble) {
    const shown = this.box.querySelector(".collision-template").content.cloneNode(true)
    const person = this.box.querySelector(`[data-person="${bubble.dataset.authorId}"]`)
    const name =
      person?.dataset.name ?? bubble.querySelector(".message-author")?.textContent.trim() ?? ""
    shown.querySelector("strong").textContent = t("%(name)s replied while you were writing", {
      name,
    })
    shown.querySelector(".collision-text").textContent =
      bubble.querySelector(".bubble-text")?.textContent ?? ""
    this.panel.replaceWith(shown)
  }

  choose(choice, chosen) {
    this.seen = newest(this.bubbles)
    this.hide()
    chosen(choice)
  }

  hide() {
    const panel = this.panel
    panel.replaceChildren()
    panel.removeAttribute("data-collision")
    panel.removeAttribute("role")
    panel.removeAttribute("tabindex")
    panel.className = "composer-problem"
  }
}

/** Its position in the conversation. Scheduled and waiting texts have none yet. */
function positionOf(bubble) {
  return Number.parseInt(bubble.dataset.order, 10)
}

function newest(bubbles) {
  return Math.max(0, ...bubbles.map(positionOf).filter(Number.isFinite))
}

function isAnothers({ dataset }) {
  const me = document.documentElement.dataset.staffId
  const byStaff = dataset.authorId && dataset.authorId !== me && !dataset.broadcastId
  return byStaff && BETWEEN_STAFF_AND_MEMBER.includes(dataset.kind)
}
