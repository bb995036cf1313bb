/** What every page needs, in load order; lazy.js loads the rest. */

// Must come first: see its comment.
import "./page/no_turbo_style.js"

import { config, StreamActions } from "../vendor/turbo.js"
import { put } from "./live/put.js"
import { ask } from "./page/ask.js"
import { letStylesIn } from "./page/no_turbo_style.js"

import "./page/title.js"
import "./page/install.js"
import "./page/signing_out.js"
import "./page/menus.js"
import "./page/back.js"
import "./page/keys.js"
import "./page/keyboard_inset.js"
import "./page/needs-reply-count.js"
import "./page/same-count.js"
import "./page/passing-note.js"

import "./clock/local-time.js"
import "./clock/waiting-time.js"
import "./clock/own-zone.js"
import "./clock/zone-note.js"

import "./list/row-list.js"
import "./list/prefetch.js"
import "./list/unread-badge.js"
import "./list/draft-line.js"
import "./list/mention-mark.js"
import "./list/pane-divider.js"
import "./list/row-verbs.js"
import "./list/list-beside.js"

import "./thread/thread-head.js"
import "./thread/message-list.js"
import "./thread/undo-button.js"
import "./thread/scheduled-text.js"
import "./thread/details-pane.js"
import "./thread/about-form.js"
import "./thread/claim-note.js"

import "./composer/segment-meter.js"
import "./composer/compose-box.js"
import "./composer/composer-tabs.js"
import "./composer/mention-list.js"
import "./composer/saved-replies.js"
import "./composer/send-menu.js"
import "./composer/undone-text.js"

import "./live/arrival_alert.js"
import "./live/asked_offline.js"
import "./live/writing-line.js"
import "./live/connection-chip.js"
import "./live/push-lost.js"
import "./live/live-room.js"
import "./live/presence-faces.js"
import "./live/presence-dot.js"

import "./lazy.js"

letStylesIn()

// No progress bar: panes show that they are busy. This is the longest delay that timers take.
config.drive.progressBarDelay = 2_000_000_000
config.forms.confirm = ask

StreamActions.put = function () {
  put(this.templateContent)
}

// A response without the requested pane, such as an error or the sign-in page, is a page.
document.addEventListener("turbo:frame-missing", (event) => {
  event.preventDefault()
  event.detail.visit(event.detail.response)
})
