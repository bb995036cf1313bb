/**
 * <zone-note>: " · Chicago time", after a time on the church's clock, unless the reader's clock
 * shows the same; with `alone`, "Chicago time".
 */

import { zoneNote } from "./church_time.js"

class ZoneNote extends HTMLElement {
  connectedCallback() {
    const note = zoneNote()
    this.textContent = !note || this.hasAttribute("alone") ? note : ` · ${note}`
  }
}

customElements.define("zone-note", ZoneNote)
