/**
 * Texts sent here that the server may not have stored yet. They survive a reload and the end of
 * their tab, and are always sent under their first key, so that retries, even from two tabs, can
 * never create duplicates.
 */

import { renderStreamMessage } from "../../vendor/turbo.js"
import { live } from "../live/live.js"
import { keep } from "./drafts.js"

const STORE = "outbox:"
const FIRST_PAUSE = 2_000
const MAX_PAUSE = 30_000
const ANSWER_WITHIN = 20_000

let entries = Object.keys(localStorage)
  .filter((name) => name.startsWith(STORE))
  .map((name) => JSON.parse(localStorage.getItem(name)))
  .sort((a, b) => a.at - b.at)
let pause = FIRST_PAUSE
let timer = null
const busy = new Set()

/**
 * "waiting" and "refused" events with the entry as `detail`. To take a refused entry back, prevent
 * the default, which keeps it as the draft of its conversation.
 */
export const outbox = new EventTarget()

/**
 * `entry`: {key, url, body, conversation, kind, draftUrl, fields}. `fields` are sent along, such as
 * what to do with the conversation afterward.
 */
export function send(entry) {
  const whole = { ...entry, staff: staffId(), at: Date.now() }
  entries.push(whole)
  localStorage.setItem(STORE + entry.key, JSON.stringify(whole))
  flush()
}

export function waitingIn(conversation) {
  return entries.filter((entry) => entry.conversation === conversation && isMine(entry))
}

export function flush() {
  clearTimeout(timer)
  for (const conversation of new Set(entries.filter(isMine).map((entry) => entry.conversation))) {
    flushOne(conversation)
  }
}

/** One after another within a conversation, so that texts arrive in the order they were written. */
async function flushOne(conversation) {
  if (busy.has(conversation)) return
  busy.add(conversation)
  while (waitingIn(conversation).length) {
    const entry = waitingIn(conversation)[0]
    // If it is gone, another tab was faster.
    if (localStorage.getItem(STORE + entry.key) === null) settle(entry)
    else if (!(await post(entry))) break
  }
  busy.delete(conversation)
}

/** True once the entry is settled, one way or the other. */
async function post(entry) {
  const response = await fetch(entry.url, {
    method: "POST",
    headers: { Accept: "text/vnd.turbo-stream.html" },
    body: new URLSearchParams({ ...entry.fields, body: entry.body, key: entry.key }),
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  }).catch(() => null)
  if (!response || response.status >= 500 || response.status === 429) return wait(entry)
  if (response.redirected || response.status === 401) {
    location.reload() // signed out: the text waits here until they sign in again
    return false
  }
  settle(entry)
  pause = FIRST_PAUSE
  if (!response.ok) refuse(entry)
  if (isStream(response)) renderStreamMessage(await response.text())
  return true
}

function settle(entry) {
  entries = entries.filter((other) => other !== entry)
  localStorage.removeItem(STORE + entry.key)
}

function refuse(entry) {
  const refused = new CustomEvent("refused", { detail: entry, cancelable: true })
  const { conversation, kind, body, draftUrl: url } = entry
  if (outbox.dispatchEvent(refused) && url) keep({ conversation, kind, body, url })
}

function wait(entry) {
  outbox.dispatchEvent(new CustomEvent("waiting", { detail: entry }))
  clearTimeout(timer)
  timer = setTimeout(flush, pause)
  pause = Math.min(pause * 1.5, MAX_PAUSE)
  return false
}

function isStream(response) {
  return response.headers.get("Content-Type")?.startsWith("text/vnd.turbo-stream.html")
}

/** If someone else signs in to this tab, it does not send what the previous person wrote. */
function isMine(entry) {
  return entry.staff === staffId()
}

function staffId() {
  return document.documentElement.dataset.staffId
}

window.addEventListener("online", flush)
live.addEventListener("state", () => live.state === "live" && flush())
document.addEventListener("turbo:load", flush)
window.addEventListener("beforeunload", (event) => {
  if (entries.some(isMine)) event.preventDefault()
})
