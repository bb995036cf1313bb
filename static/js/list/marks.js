/** How far this person has read: conversation -> inbound texts read. */

import { hear, live } from "../live/live.js"

// The most that the server answers at once.
const MAX_ASKED = 200

// A tab may stay open for weeks. What is forgotten is fetched again when it is shown.
const MAX_READ = 5_000

const read = new Map()
const asked = new Set()
let timer = null

/** "change" events with the conversation's id as `detail`. */
export const marks = new EventTarget()

/** Marks only increase, so a late update changes nothing. */
export function mark(conversation, count) {
  const id = Number(conversation)
  if ((read.get(id) ?? -1) >= count) return
  read.set(id, count)
  if (read.size > MAX_READ) read.delete(read.keys().next().value)
  marks.dispatchEvent(new CustomEvent("change", { detail: id }))
}

/** Marked as unread by this person: the only update that lowers a mark. */
function unmark(conversation, count) {
  read.delete(Number(conversation))
  mark(conversation, count)
}

/** How many of `count` inbound texts are unread; 0 until that is known. */
export function unread(conversation, count) {
  const id = Number(conversation)
  if (!read.has(id)) ask(id)
  return Math.max(0, count - (read.get(id) ?? count))
}

/** Rows that arrive live contain no mark, so marks are fetched, many at a time. */
function ask(id) {
  if (asked.has(id)) return
  asked.add(id)
  if (timer === null) timer = setTimeout(fetchAsked, 50)
}

/** After being offline, get what was read or marked as unread elsewhere meanwhile. */
function recheck() {
  for (const id of read.keys()) ask(id)
}

hear("read", ({ conversation, inbound_read: count }) => mark(conversation, count))
hear("unread", ({ conversation, inbound_read: count }) => unmark(conversation, count))
live.addEventListener("state", () => live.state === "live" && recheck())
live.addEventListener("look", recheck)

async function fetchAsked() {
  const ids = [...asked].slice(0, MAX_ASKED)
  const before = new Map(ids.map((id) => [id, read.get(id)]))
  for (const id of ids) asked.delete(id)
  timer = asked.size ? setTimeout(fetchAsked, 50) : null
  const address = document.querySelector("row-list[marks-url]")?.getAttribute("marks-url")
  if (!address) return
  const response = await fetch(`${address}?ids=${ids.join(",")}`).catch(() => null)
  if (!response?.ok) return
  const found = await response.json()
  for (const id of ids) {
    // Changes made here since the request are newer than the response.
    if (read.get(id) === before.get(id)) unmark(id, found[id] ?? 0)
    else mark(id, found[id] ?? 0)
  }
}
