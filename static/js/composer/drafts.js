/**
 * What somebody has begun to write is theirs on every device: it goes to the server while they
 * write. Until it is known to be there, it is kept in this browser, whatever becomes of the line.
 */

import { live } from "../live/live.js"

const PAUSE = 500
const AGAIN = 5_000
const MAX_ECHOES = 20
// What a request may bring, as it is encoded. What is longer is kept in this browser alone.
const MAX_LENGTH = 60_000

/** "change" events with {conversation, kind, body} as `detail`: written at another screen. */
export const drafts = new EventTarget()

/** Name in the store -> what the server holds, as far as that is known. */
const stored = new Map()
/** Name in the store -> when it was last written or sent from here. */
const touchedAt = new Map()
/** What was sent from here and will be told to this tab, too: [name, body] each. */
let echoes = []
let timer = null
let busy = false

/** What a page that was just opened brought along. */
export function settle(conversation, kind, body) {
  stored.set(nameOf(conversation, kind), body)
}

/** `draft`: {conversation, kind, body, url}. */
export function keep({ conversation, kind, body, url }) {
  const name = nameOf(conversation, kind)
  touchedAt.set(name, performance.now())
  if (stored.get(name) === body) return localStorage.removeItem(name)
  localStorage.setItem(name, JSON.stringify({ url, body }))
  clearTimeout(timer)
  timer = setTimeout(flush, PAUSE)
}

/** What this browser has and the server may not; null for nothing. */
export function unsaved(conversation, kind) {
  return JSON.parse(localStorage.getItem(nameOf(conversation, kind)))?.body ?? null
}

/** One after another, so that the last word is the last one there. */
export async function flush() {
  clearTimeout(timer)
  if (busy) return
  busy = true
  while (waiting().length) {
    if (!(await post(waiting()[0]))) break
  }
  busy = false
}

async function post(name) {
  const entry = localStorage.getItem(name)
  const { url, body } = JSON.parse(entry)
  const kind = name.split(":").at(-1)
  stored.delete(name)
  echoes = [...echoes.slice(-MAX_ECHOES), [name, body]]
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams({ kind, body }),
    keepalive: true,
  }).catch(() => null)
  if (!response || response.status >= 500 || response.status === 429) return later()
  if (response.redirected || response.status === 401) return false // kept until they are back
  stored.set(name, body)
  touchedAt.set(name, performance.now())
  if (localStorage.getItem(name) === entry) localStorage.removeItem(name)
  return true
}

function later() {
  clearTimeout(timer)
  timer = setTimeout(flush, AGAIN)
  return false
}

function heard({ detail: { conversation, kind, body } }) {
  const name = nameOf(conversation, kind)
  if (isEcho(name, body)) return
  // What is being written here is newer, and will be told to the others.
  if (localStorage.getItem(name) !== null) return
  stored.set(name, body)
  drafts.dispatchEvent(new CustomEvent("change", { detail: { conversation, kind, body } }))
}

/** What was written at other screens while the line was down, unless something came after it. */
function caughtUp({ detail: { room, drafts: begun, askedAt } }) {
  const conversation = Number(room.replace("conversation:", ""))
  if (!conversation) return
  for (const kind of ["reply", "note"]) {
    const name = nameOf(conversation, kind)
    const body = begun[conversation]?.[kind] ?? ""
    const isOld = (touchedAt.get(name) ?? -Infinity) > askedAt
    if (isOld || stored.get(name) === body) continue
    heard({ detail: { conversation, kind, body } })
  }
}

function isEcho(name, body) {
  const at = echoes.findIndex(([other, said]) => other === name && said === body)
  if (at >= 0) echoes.splice(at, 1)
  return at >= 0
}

/** Another person who signs in at this browser neither sees nor sends them. */
function mine() {
  return `draft:${document.documentElement.dataset.staffId}:`
}

function nameOf(conversation, kind) {
  return `${mine()}${conversation}:${kind}`
}

function waiting() {
  return Object.keys(localStorage).filter((name) => name.startsWith(mine()) && fits(name))
}

function fits(name) {
  return encodeURIComponent(localStorage.getItem(name)).length < MAX_LENGTH
}

live.addEventListener("draft", heard)
live.addEventListener("drafts", caughtUp)
live.addEventListener("state", () => live.state === "live" && flush())
window.addEventListener("online", flush)
document.addEventListener("turbo:load", flush)
document.addEventListener(
  "visibilitychange",
  () => document.visibilityState === "hidden" && flush(),
)
window.addEventListener("pagehide", () => waiting().forEach(leave))

/** There is no time left to hear an answer; with the line up, it is sent and goes. */
function leave(name) {
  post(name)
  if (live.state === "live") localStorage.removeItem(name)
}
