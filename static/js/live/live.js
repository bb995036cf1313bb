/** This tab's one socket. <live-room> elements join rooms; what is pushed is put. */

import { put } from "./put.js"
import { socket } from "./socket.js"

const ANSWER_WITHIN = 10_000
const KNOCK_AGAIN = 5_000
// Milliseconds. After longer than this, a connection may have died silently: a proxy or a sleeping
// laptop ends it, and the socket would notice only after 45 seconds.
const AWAY = 4_000
const PATIENCE = 2_500

/**
 * "state" events: "live", "connecting", or "offline", also available as `live.state`.
 * "asked" events: `live.asked` has changed.
 * "arrived" events: a member's text arrived in this church.
 * "look" events: much has changed at once, and each room catches up.
 * "draft" events: a draft from another of this person's screens, as `detail`.
 * "drafts" events: all of their drafts in a room, as of when it was requested.
 */
class Live extends EventTarget {
  state = "connecting"
  /** The URL of a page that could not be loaded, which opens when the connection is back. */
  asked = null

  change(state) {
    if (this.state === state) return
    this.state = state
    this.dispatchEvent(new Event("state"))
  }

  ask(url) {
    if (this.asked === url) return
    this.asked = url
    this.dispatchEvent(new Event("asked"))
  }
}

export const live = new Live()

socket.on("connect", () => live.change("live"))
socket.on("disconnect", (reason) => {
  live.change(navigator.onLine ? "connecting" : "offline")
  // If the server disconnects us, the library does not reconnect by itself.
  if (reason === "io server disconnect") setTimeout(connect, KNOCK_AGAIN)
})
socket.on("connect_error", () => {
  live.change(navigator.onLine ? "connecting" : "offline")
  if (!socket.active) setTimeout(connect, KNOCK_AGAIN)
})
socket.on("put", (html, news = []) => {
  put(html)
  for (const name of news) live.dispatchEvent(new Event(name))
})
socket.on("look", () => live.dispatchEvent(new Event("look")))
socket.on("draft", (detail) => live.dispatchEvent(new CustomEvent("draft", { detail })))
socket.on("signed_out", () => location.reload())

window.addEventListener("online", connectNow)
// Once Socket.IO has closed the connection: it would send a last word first, and wait for that.
window.addEventListener("offline", () => setTimeout(hangUp))
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connectNow()
  seen()
})
// A laptop that sleeps hides no page, but its clock jumps.
setInterval(seen, AWAY / 2)
document.addEventListener("turbo:load", connect)

/** Connect where someone is signed in, and nowhere else. */
function connect() {
  if (!document.documentElement.dataset.staffId) socket.disconnect()
  // A socket that is already connecting would connect twice.
  else if (!socket.active) socket.connect()
}

/** Whatever is sent while offline is lost, and the socket would notice late. */
function hangUp() {
  socket.disconnect()
  live.change("offline")
  // Some browsers report this wrongly.
  setTimeout(connect, KNOCK_AGAIN)
}

/** Without waiting for the next retry. */
function connectNow() {
  if (socket.connected) checkLine()
  else renew()
}

let seenAt = Date.now()
let asking = false

/** After a while away, find out within seconds whether the connection still works. */
function seen() {
  if (document.visibilityState !== "visible") return
  const wasAway = Date.now() - seenAt > AWAY
  seenAt = Date.now()
  if (wasAway) checkLine()
}

/** Ask once; without an answer in time, open a new socket. */
async function checkLine() {
  if (!socket.connected || asking) return
  const asked = socket.id
  asking = true
  try {
    await socket.ask(PATIENCE, "alive")
  } catch {
    if (socket.id === asked) renew()
  }
  asking = false
}

function renew() {
  socket.disconnect()
  live.change(navigator.onLine ? "connecting" : "offline")
  connect()
}

/**
 * Enter a room and get what was missed. Null if there is no answer; it is requested again later.
 */
export async function join(request) {
  if (!socket.connected) return null
  try {
    return await socket.ask(ANSWER_WITHIN, "join", request)
  } catch {
    return null
  }
}

export function leave(room) {
  if (socket.connected) socket.emit("leave", { room })
}

/** Sent now or not at all: it would be wrong by the time the connection is back. */
export function say(event, data) {
  if (socket.connected) socket.emit(event, data)
}

/** Forward the server's events to listeners. */
export function hear(event, handler) {
  socket.on(event, handler)
}
