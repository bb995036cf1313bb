/** The one socket of this tab. Rooms are joined by <live-room>; what is pushed is put. */

import { io } from "../../vendor/socket.io.js"
import { put } from "./put.js"

const ANSWER_WITHIN = 10_000
const KNOCK_AGAIN = 5_000
// Away for longer than that, a line may have died without a word: a proxy or a sleeping laptop
// ends it, and the socket would notice after 45 seconds.
const AWAY = 4_000
const PATIENCE = 2_500

/**
 * "state" events: "live", "connecting" or "offline", also to be read from `live.state`.
 * "asked" events: `live.asked` has changed.
 * "arrived" events: a member's text arrived in this church.
 * "look" events: much has changed at once, and each room asks for what it does not have.
 * "draft" events: what this person has written at another screen, as `detail`.
 * "drafts" events: all that they had begun in a room when it was asked for.
 */
class Live extends EventTarget {
  state = "connecting"
  /** The address of what was asked for in vain, and opens when the line is back. */
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

const socket = io({
  path: "/socket.io",
  transports: ["websocket"],
  withCredentials: true,
  autoConnect: false,
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 30_000,
  randomizationFactor: 0.5,
})

socket.on("connect", () => live.change("live"))
socket.on("disconnect", (reason) => {
  live.change(navigator.onLine ? "connecting" : "offline")
  // Shown out by the server, the library does not come back by itself.
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
window.addEventListener("offline", hangUp)
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connectNow()
  seen()
})
// A laptop that sleeps hides no page, and its clock leaps.
setInterval(seen, AWAY / 2)
document.addEventListener("turbo:load", connect)

/** There is a socket where somebody is signed in, and none where nobody is. */
function connect() {
  if (!document.documentElement.dataset.staffId) socket.disconnect()
  // One that is on its way already would be asked for twice.
  else if (!socket.active) socket.connect()
}

/** What goes through a line that is down is lost, and its end would be noticed late. */
function hangUp() {
  socket.disconnect()
  live.change("offline")
  // Some browsers are wrong about it.
  setTimeout(connect, KNOCK_AGAIN)
}

/** Without waiting for the turn of the next try. */
function connectNow() {
  if (socket.connected) checkLine()
  else renew()
}

let seenAt = Date.now()
let asking = false

/** Whoever comes back after a while learns within seconds whether the line is still alive. */
function seen() {
  if (document.visibilityState !== "visible") return
  const wasAway = Date.now() - seenAt > AWAY
  seenAt = Date.now()
  if (wasAway) checkLine()
}

/** One question; without an answer in time, a new socket. */
async function checkLine() {
  if (!socket.connected || asking) return
  const asked = socket.id
  asking = true
  try {
    await socket.timeout(PATIENCE).emitWithAck("alive")
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

/** Enter a room and hear what was missed. Null when there is no answer; it is asked again later. */
export async function join(request) {
  if (!socket.connected) return null
  try {
    return await socket.timeout(ANSWER_WITHIN).emitWithAck("join", request)
  } catch {
    return null
  }
}

export function leave(room) {
  if (socket.connected) socket.emit("leave", { room })
}

/** Said now or not at all: it would be wrong by the time the line is back. */
export function say(event, data) {
  if (socket.connected) socket.emit(event, data)
}

/** What the server tells, for whoever knows what to do with it. */
export function hear(event, handler) {
  socket.on(event, handler)
}
