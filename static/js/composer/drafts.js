/**
 * Drafts follow this person to every device: they are sent to the server while being written. Until
 * the server has confirmed them, this browser keeps them, even without a connection.
 */

import { live } from "../live/live.js"

const PAUSE = 500
const AGAIN = 5_000
const MAX_ECHOES = 20
// The most that a request may contain once encoded. Longer drafts stay in this browser only.
const MAX_LENGTH = 60_000

/** "change" events with {conversation, kind, body} as `detail`: written on another screen. */
export const drafts = new EventTarget()

/** Key in the store -> what the server has, as far as we know. */
const stored = new Map()
/** Key in the store -> when it was last written here or sent from here. */
const touchedAt = new Map()
/** What this tab has sent and will get back: [key, body] each. */
let echoes = []
let timer = null
let busy = false

/** Drafts that came with a newly opened page. */
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

/** One after another, so that the last change is what the server keeps. */
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
  if (response.redirected || response.status === 401) return false // kept until they sign in again
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
  // What is being written here is newer, and will be sent to the other screens.
  if (localStorage.getItem(name) !== null) return
  stored.set(name, body)
  drafts.dispatchEvent(new CustomEvent("change", { detail: { conversation, kind, body } }))
}

/** What was written on other screens while offline, unless something newer was written here. */
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

/** If someone else signs in to this browser, they neither see nor send these. */
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

/**
 * The page is closing, so no response can be read; with a connection, the draft still gets there.
 */
function leave(name) {
  post(name)
  if (live.state === "live") localStorage.removeItem(name)
}
