/**
 * Presence: what this tab reports about its reader, and what it hears about everyone else. Nothing
 * is stored: whoever is not reported again in time is gone.
 */

import { lang, tn } from "../page/i18n.js"
import { hear, live, say } from "./live.js"

// Someone who stops in the middle of a sentence is thinking; after this long, they no longer are.
const THINKING = 30_000
const JITTER = 800
// After a reconnect, how long colleagues may take to report again before they count as gone.
const REPORTED_AGAIN = 5_000

/** Milliseconds until an unrepeated state ends; undefined if it ends at once. */
function lasts(state) {
  return JSON.parse(document.documentElement.dataset.presence)[state] * 1000 || undefined
}

/** conversation -> staff id -> {name, initials, state, until} */
const places = new Map()

/** "change" events with the conversation's id as `detail`. */
export const presence = new EventTarget()

/** The others who are there now, those who are typing first: [{staffId, name, initials, state}]. */
export function others(conversation) {
  const me = document.documentElement.dataset.staffId
  const here = [...(places.get(Number(conversation)) ?? [])]
    .filter(([staffId, { until }]) => String(staffId) !== me && until > Date.now())
    .map(([staffId, person]) => ({ staffId, ...person }))
  return here.sort(
    (a, b) => (b.state === "writing") - (a.state === "writing") || a.staffId - b.staffId,
  )
}

/** "Daniel is writing…" for those who are; otherwise who is there. */
export function inWords(people) {
  if (!people.length) return ""
  const writing = people.filter(({ state }) => state === "writing")
  const names = list((writing.length ? writing : people).map(({ name }) => name.split(" ")[0]))
  if (writing.length)
    return tn("%(names)s is writing…", "%(names)s are writing…", writing.length, { names })
  return tn("%(names)s is here", "%(names)s are here", people.length, { names })
}

function list(names) {
  return new Intl.ListFormat(lang, { type: "conjunction" }).format(names)
}

hear("presence", ({ conversation, staff_id: staffId, name, initials, state }) => {
  const here = places.get(conversation) ?? new Map()
  const lasting = lasts(state)
  if (lasting) here.set(staffId, { name, initials, state, until: Date.now() + lasting })
  else here.delete(staffId)
  places.set(conversation, here)
  if (!here.size) places.delete(conversation)
  changed(conversation)
  if (lasting) setTimeout(() => forget(conversation), lasting + 50)
})

/** Whoever left while this tab was disconnected was not reported. */
function doubt() {
  const until = Date.now() + REPORTED_AGAIN
  for (const [conversation, here] of places) {
    for (const person of here.values()) person.until = Math.min(person.until, until)
    setTimeout(() => forget(conversation), REPORTED_AGAIN + 50)
  }
}

function forget(conversation) {
  const here = places.get(conversation)
  if (!here) return
  for (const [staffId, { until }] of here) {
    if (until > Date.now()) continue
    here.delete(staffId)
    changed(conversation)
  }
  if (!here.size) places.delete(conversation)
}

function changed(conversation) {
  presence.dispatchEvent(new CustomEvent("change", { detail: conversation }))
}

/* What this tab reports about its reader. */

let said = { conversation: null, state: "away" }
let timer = null
let typedIn = null
let typedAt = 0

/** Report where the reader is, if that has changed; called whenever it may have. */
export function look() {
  const conversation = opened()
  const state = conversation ? stateIn(conversation) : "away"
  if (said.conversation === conversation && said.state === state) return
  if (said.state !== "away" && said.conversation !== conversation) tell(said.conversation, "away")
  if (state !== "away" || said.conversation === conversation) tell(conversation, state)
  said = { conversation, state }
  clearTimeout(timer)
  if (state !== "away") timer = setTimeout(again, lasts(state) / 2)
}

function again() {
  const { conversation, state } = said
  look()
  if (said.conversation !== conversation || said.state !== state) return
  tell(conversation, state)
  timer = setTimeout(again, lasts(state) / 2)
}

function tell(conversation, state) {
  if (conversation) say("here", { conversation, state })
}

function opened() {
  return Number(document.querySelector("presence-faces")?.getAttribute("conversation")) || null
}

function stateIn(conversation) {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return "away"
  const writes = typedIn === conversation && Date.now() - typedAt < THINKING
  return writes ? "writing" : "viewing"
}

/** Only keys count: restoring a draft is not typing. */
document.addEventListener("input", (event) => {
  const box = event.isTrusted && event.target.closest?.("compose-box")
  if (!box) return
  typedIn = event.target.value ? Number(box.getAttribute("conversation")) : null
  typedAt = Date.now()
  look()
})

document.addEventListener("submit", ({ target }) => {
  if (!target.closest("compose-box")) return
  typedIn = null
  look()
})

/** Someone has just opened it, perhaps at another process, and wants to know who is there. */
hear("who", ({ conversation }) => {
  if (said.conversation !== conversation || said.state === "away") return
  setTimeout(
    () => said.conversation === conversation && tell(conversation, said.state),
    Math.random() * JITTER,
  )
})

live.addEventListener("state", () => {
  if (live.state === "live") doubt()
  // What was sent while offline may be lost, so it is reported again, including that no one is
  // there.
  said = { conversation: opened(), state: null }
  look()
})
window.addEventListener("focus", look)
window.addEventListener("blur", look)
document.addEventListener("visibilitychange", look)
