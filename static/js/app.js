/** Everything a page needs, in the order in which it has to be there. */

import { letStylesIn } from "./no_turbo_style.js"
import { StreamActions, config } from "../vendor/turbo.js"
import { put } from "./put.js"
import "./title.js"
import "./menus.js"
import "./back.js"
import "./keys.js"
import "./keyboard_inset.js"
import "./elements/row-list.js"
import "./elements/unread-badge.js"
import "./elements/needs-reply-count.js"
import "./elements/local-time.js"
import "./elements/thread-head.js"
import "./elements/message-list.js"
import "./elements/segment-meter.js"
import "./elements/compose-box.js"
import "./elements/broadcast-form.js"
import "./elements/copy-button.js"
import "./elements/own-zone.js"
import "./elements/connection-chip.js"
import "./elements/live-room.js"

letStylesIn()

// No bar, then: panes show by themselves that they are busy. Timers take no greater number.
config.drive.progressBarDelay = 2_000_000_000

StreamActions.put = function () {
  put(this.templateContent)
}

// An answer without the pane that was asked for, such as an error or the sign-in, is a page.
document.addEventListener("turbo:frame-missing", (event) => {
  event.preventDefault()
  event.detail.visit(event.detail.response)
})
