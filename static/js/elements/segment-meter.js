/** <segment-meter>: what the text field of its form will be sent as, in a few words. */

import { measure } from "../segments.js"

const MOST_NAMED = 3
const LITTLE_ROOM = 20
// As long as a first name is on the whole; the real ones differ from person to person.
const SOME_NAME = "Naomi"

class SegmentMeter extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    this.field = this.closest("form").querySelector("textarea")
    this.field.addEventListener("input", () => this.show(), { signal: this.stop.signal })
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  show() {
    const text = this.field.value.trim().replaceAll("{first_name}", SOME_NAME)
    const { encoding, count, left, culprits } = measure(text)
    this.replaceChildren()
    this.toggleAttribute("data-special", encoding === "UCS-2")
    if (!text) return
    const room = count > 1 || left <= LITTLE_ROOM ? ` · ${left} left` : ""
    this.append(count === 1 ? `1 text${room}` : `${count} texts${room}`)
    if (culprits.length) this.append(why(culprits))
  }
}

function why(culprits) {
  const words = document.createElement("span")
  const named = culprits.slice(0, MOST_NAMED).map(visible)
  const rest = culprits.length > MOST_NAMED ? " and others" : ""
  words.className = "meter-why"
  words.textContent = `${named.join("  ")}${rest} ${culprits.length > 1 ? "take" : "takes"} more room`
  return words
}

function visible(culprit) {
  return /^\s$/u.test(culprit) ? "special space" : culprit
}

customElements.define("segment-meter", SegmentMeter)
