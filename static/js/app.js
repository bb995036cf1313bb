/** Everything a page needs, in the order in which it has to be there. */

import { letStylesIn } from "./no_turbo_style.js"
import { StreamActions, config } from "../vendor/turbo.js"
import { ask } from "./ask.js"
import { put } from "./put.js"
import "./title.js"
import "./news.js"
import "./install.js"
import "./signing_out.js"
import "./menus.js"
import "./back.js"
import "./asked_offline.js"
import "./keys.js"
import "./keyboard_inset.js"
import "./elements/row-list.js"
import "./elements/unread-badge.js"
import "./elements/needs-reply-count.js"
import "./elements/local-time.js"
import "./elements/waiting-time.js"
import "./elements/draft-line.js"
import "./elements/writing-line.js"
import "./elements/mention-mark.js"
import "./elements/same-count.js"
import "./elements/passing-note.js"
import "./elements/pane-divider.js"
import "./elements/row-verbs.js"
import "./elements/thread-head.js"
import "./elements/message-list.js"
import "./elements/live-search.js"
import "./elements/command-bar.js"
import "./elements/undo-button.js"
import "./elements/scheduled-text.js"
import "./elements/light-box.js"
import "./elements/details-pane.js"
import "./elements/about-form.js"
import "./elements/segment-meter.js"
import "./elements/compose-box.js"
import "./elements/composer-tabs.js"
import "./elements/claim-note.js"
import "./elements/mention-list.js"
import "./elements/emoji-picker.js"
import "./elements/saved-replies.js"
import "./elements/send-menu.js"
import "./elements/taken-back.js"
import "./elements/people-picker.js"
import "./elements/list-beside.js"
import "./elements/broadcast-form.js"
import "./elements/broadcast-page.js"
import "./elements/copy-button.js"
import "./elements/own-zone.js"
import "./elements/zone-note.js"
import "./elements/connection-chip.js"
import "./elements/live-room.js"
import "./elements/presence-faces.js"
import "./elements/presence-dot.js"
import "./elements/push-switch.js"

letStylesIn()

// No bar, then: panes show by themselves that they are busy. Timers take no greater number.
config.drive.progressBarDelay = 2_000_000_000
config.forms.confirm = ask

StreamActions.put = function () {
  put(this.templateContent)
}

// An answer without the pane that was asked for, such as an error or the sign-in, is a page.
document.addEventListener("turbo:frame-missing", (event) => {
  event.preventDefault()
  event.detail.visit(event.detail.response)
})
