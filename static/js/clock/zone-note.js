/**
 * <zone-note>: " · Chicago time", after a time on the church's clock, unless the reader's clock
 * shows the same.
 */

import { whenIdle } from "../page/idle.js"
import { zoneNote } from "./church_time.js"

class ZoneNote extends HTMLElement {
  /** Most stand in closed menus, and the first clock of another zone takes a cheap phone a while. */
  connectedCallback() {
    whenIdle(() => this.show())
  }

  show() {
    const note = zoneNote()
    this.textContent = note && ` · ${note}`
  }
}

customElements.define("zone-note", ZoneNote)
