/**
 * <segment-meter>: what the text field of its form will be sent as, in a few words; and which signs
 * take more room than they are worth, with a button that makes them plain.
 */

import { insert } from "../insert.js"
import { plain } from "../plain.js"
import { measure } from "../segments.js"
import { t, tn } from "../words.js"

const MOST_NAMED = 4
const LITTLE_ROOM = 20
// As long as a first name is on the whole; the real ones differ from person to person.
const SOME_NAME = "Naomi"

class SegmentMeter extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.field = this.closest("form").querySelector("textarea")
    this.field.addEventListener("input", () => this.show(), { signal })
    this.addEventListener("click", ({ target }) => target.closest("button") && this.makePlain(), { signal })
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  get text() {
    return this.field.value.trim().replaceAll("{first_name}", SOME_NAME)
  }

  show() {
    const { text } = this
    const measured = measure(text)
    const special = measured.encoding === "UCS-2"
    this.toggleAttribute("data-special", special)
    this.toggleAttribute("data-much", measured.count > 1 || measured.left <= LITTLE_ROOM)
    this.replaceChildren(...(text ? [line("meter-count", count(measured))] : []))
    if (special) this.append(this.why(text, measured))
  }

  why(text, { culprits }) {
    const named = culprits.slice(0, MOST_NAMED).flatMap((one) => [line("culprit", visible(one)), " "])
    const rest = culprits.length > MOST_NAMED ? t("and others") : ""
    const words = tn("takes more room", "take more room", culprits.length)
    const made = line("meter-why", ...named, `${rest} ${words}`)
    if (measure(plain(text)).encoding === "GSM-7") made.append(" ", button())
    return made
  }

  makePlain() {
    const before = this.field.value
    const signs = measure(before).culprits.map(visible).join(" ")
    insert(this.field, plain(before), 0, before.length)
    this.append(line("meter-why", t("Made plain: %(signs)s", { signs })))
  }
}

function count({ count, left }) {
  const texts = tn("%(num)s text", "%(num)s texts", count)
  return count > 1 || left <= LITTLE_ROOM ? t("%(texts)s, %(left)s left", { texts, left }) : texts
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
  made.textContent = t("Make plain")
  return made
}

function visible(culprit) {
  return /^[\s\p{Cf}]$/u.test(culprit) ? t("special space") : culprit
}

customElements.define("segment-meter", SegmentMeter)
