/**
 * <presence-faces conversation="7">: the colleagues who have this conversation open, with a ring
 * while they type, and in words who is typing.
 */

import { t } from "../page/i18n.js"
import { conversationElement } from "./conversation_element.js"
import { inWords, look, others, presence } from "./presence.js"

const MAX_FACES = 4
// Screen readers hear once that someone is typing, not after every pause.
const SAID_AGAIN_AFTER = 60_000

class PresenceFaces extends conversationElement(presence) {
  connectedCallback() {
    this.saidAt = new Map()
    this.faces = element("span", "presence-list")
    this.words = element("span", "presence-words")
    this.words.setAttribute("aria-hidden", "true")
    this.status = element("span", "visually-hidden")
    this.status.setAttribute("role", "status")
    this.replaceChildren(this.faces, this.words, this.status)
    super.connectedCallback()
    look()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    // It may be put back or replaced before anyone could notice.
    queueMicrotask(look)
  }

  show() {
    const people = others(this.conversation)
    const shown = people.slice(0, MAX_FACES).map(face)
    if (people.length > MAX_FACES) shown.push(more(people.slice(MAX_FACES)))
    this.faces.replaceChildren(...shown)
    const writing = people.filter(({ state }) => state === "writing")
    this.words.textContent = inWords(writing)
    this.announce(writing)
  }

  announce(writing) {
    const now = Date.now()
    const news = writing.filter(
      ({ staffId }) => now - (this.saidAt.get(staffId) ?? 0) > SAID_AGAIN_AFTER,
    )
    for (const { staffId } of writing) this.saidAt.set(staffId, now)
    if (news.length) this.status.textContent = inWords(news)
    else if (!writing.length) this.status.textContent = ""
  }
}

function face(person) {
  const shown = element("span", "avatar presence-face")
  shown.dataset.hue = person.staffId % 8
  shown.dataset.state = person.state
  const initials = element("span", "")
  initials.setAttribute("aria-hidden", "true")
  initials.textContent = person.initials
  return named(shown, titleOf(person), initials)
}

function more(people) {
  const count = element("span", "")
  count.setAttribute("aria-hidden", "true")
  count.textContent = `+${people.length}`
  return named(
    element("span", "avatar avatar-plain presence-face"),
    people.map(titleOf).join("\n"),
    count,
  )
}

function titleOf({ name, state }) {
  return state === "writing" ? t("%(name)s is writing…", { name }) : t("%(name)s is here", { name })
}

function named(shown, name, ...content) {
  const hidden = element("span", "visually-hidden")
  hidden.textContent = name
  shown.title = name
  shown.append(...content, hidden)
  return shown
}

function element(name, classes) {
  const made = document.createElement(name)
  made.className = classes
  return made
}

customElements.define("presence-faces", PresenceFaces)
