/**
 * Texts that were sent here and are not known to be stored there yet. They survive a reload and
 * the end of their tab, and go under the key they were given first, so that trying again, even from
 * two tabs, can never make two of one.
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
 * "waiting" and "refused" events with the entry as `detail`. Who takes a refused one back prevents
 * the default, which is to keep it as the draft of its conversation.
 */
export const outbox = new EventTarget()

/**
 * `entry`: {key, url, body, conversation, kind, draftUrl, fields}; `fields` go along, such as what
 * is to be done with the conversation then.
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
    // When it is gone, another tab was quicker.
    if (localStorage.getItem(STORE + entry.key) === null) settle(entry)
    else if (!(await post(entry))) break
  }
  busy.delete(conversation)
}

/** True when the entry is settled, one way or the other. */
async function post(entry) {
  const response = await fetch(entry.url, {
    method: "POST",
    headers: { Accept: "text/vnd.turbo-stream.html" },
    body: new URLSearchParams({ ...entry.fields, body: entry.body, key: entry.key }),
    signal: AbortSignal.timeout(ANSWER_WITHIN),
  }).catch(() => null)
  if (!response || response.status >= 500 || response.status === 429) return wait(entry)
  if (response.redirected || response.status === 401) {
    location.reload() // signed out: the text waits here until they are back
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

/** Another person who signs in at this tab does not send what the one before had written. */
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
