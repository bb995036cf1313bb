/**
 * <segment-meter>: how the text in its form will be sent, in a few words, and which characters cost
 * extra, with a button that replaces them. It blocks sending a text that is too long: nothing is
 * ever cut off.
 */

import { t, tn } from "../page/i18n.js"
import { FIRST_NAME, merge, unknownIn } from "./fields.js"
import { insert } from "./insert.js"
import { plain } from "./plain_characters.js"
import { measure } from "./segments.js"

// Characters, as in inbox/rules/segments.py.
const MAX_CHARACTERS = 1_600
const MAX_NAMED = 4
const LITTLE_ROOM = 20
// A typical first name's length; real ones differ from member to member.
const SOME_NAME = "Naomi"

class SegmentMeter extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    const form = this.closest("form")
    this.field = form.querySelector("textarea")
    this.field.addEventListener("input", () => this.show(), { signal })
    form.addEventListener("submit", (event) => this.stops(event), { signal, capture: true })
    form.addEventListener("reset", () => setTimeout(() => this.show()), { signal })
    this.addEventListener("click", ({ target }) => target.closest("button") && this.makePlain(), {
      signal,
    })
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  get text() {
    return merge(this.field.value.trim(), SOME_NAME)
  }

  /** By how many characters the text is too long; 0 if it fits. */
  get over() {
    return Math.max(0, [...this.text].length - MAX_CHARACTERS)
  }

  /** A {field} that no one fills in, where the text is sent at once; saved replies may have some. */
  get unknown() {
    const isNote = this.closest("compose-box")?.dataset.kind === "note"
    return this.hasAttribute("sends") && !isNote ? unknownIn(this.text) : undefined
  }

  /** Before any other listener: the author must correct what the server would refuse. */
  stops(event) {
    if (!this.over && !this.unknown) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.complain()
  }

  complain() {
    this.show()
    const words = this.over
      ? t("A text can have at most 1,600 characters. Shorten it, or send it in two parts.")
      : t("Nothing was sent. Correct it, or leave out the braces.")
    const complaint = line("meter-complaint", words)
    complaint.role = "alert"
    this.explain(complaint)
    this.field.focus()
  }

  show() {
    const { over } = this
    this.replaceChildren()
    this.toggleAttribute("data-over", over > 0)
    if (over) return this.append(line("meter-count", tooMany(over)))
    this.count()
    const field = unknownIn(this.text)
    this.toggleAttribute("data-unknown", Boolean(field))
    if (field) this.explain(line("meter-unknown", unfilled(field)))
  }

  count() {
    const { text } = this
    const measured = measure(text)
    const special = measured.encoding === "UCS-2"
    this.toggleAttribute("data-special", special)
    this.toggleAttribute("data-much", measured.count > 1 || measured.left <= LITTLE_ROOM)
    if (text) this.append(line("meter-count", count(measured)))
    if (special) this.explain(...why(text, measured))
  }

  /** Everything it has to explain, in one line. */
  explain(...content) {
    const said = this.querySelector(".meter-why") ?? this.appendChild(line("meter-why"))
    said.append(...(said.hasChildNodes() ? [" "] : []), ...content)
  }

  makePlain() {
    const before = this.field.value
    const signs = measure(before).culprits.map(visible).join(" ")
    insert(this.field, plain(before), 0, before.length)
    this.explain(t("Replaced: %(signs)s", { signs }))
  }
}

function count({ count, left }) {
  const texts = tn("%(num)s text", "%(num)s texts", count)
  return count > 1 || left <= LITTLE_ROOM ? t("%(texts)s, %(left)s left", { texts, left }) : texts
}

function why(text, { culprits }) {
  const named = culprits.slice(0, MAX_NAMED).flatMap((one) => [line("culprit", visible(one)), " "])
  const rest = culprits.length > MAX_NAMED ? t("and others") : ""
  const words = tn("takes more room", "take more room", culprits.length)
  const said = [...named, `${rest} ${words}`]
  return measure(plain(text)).encoding === "GSM-7" ? [...said, " ", button()] : said
}

function unfilled(field) {
  return t("%(field)s is not replaced; only %(known)s is.", { field, known: FIRST_NAME })
}

function tooMany(over) {
  return tn("%(num)s character too many", "%(num)s characters too many", over)
}

function line(name, ...content) {
  const made = document.createElement("span")
  made.className = name
  made.append(...content)
  return made
}

function button() {
  const made = document.createElement("button")
  made.type = "button"
  made.className = "meter-plain"
  made.textContent = t("Use plain characters")
  return made
}

function visible(culprit) {
  return /^[\s\p{Cf}]$/u.test(culprit) ? t("special space") : culprit
}

customElements.define("segment-meter", SegmentMeter)
