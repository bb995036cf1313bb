/**
 * <zone-note>: " · Chicago time", after a time by the church's clock, unless one's own shows the same;
 * "Chicago time" where it stands `alone`.
 */

import { zoneNote } from "./church_time.js"

class ZoneNote extends HTMLElement {
  connectedCallback() {
    const note = zoneNote()
    this.textContent = !note || this.hasAttribute("alone") ? note : ` · ${note}`
  }
}

customElements.define("zone-note", ZoneNote)
