/** Times on the church's clock, in the format of date and time fields: "2026-11-22T15:40". */

import { locale, t } from "../page/i18n.js"
import { formatOf } from "./formats.js"

const LATER = 3 * 3_600_000
const MORNING = "08:00"
// A text late in the evening would wake its recipient.
const EVENING = "21:00"
const MINUTE = 60_000

const WALL = {
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
}
const SHOWN = { weekday: "short", hour: "numeric", minute: "2-digit" }
// The next Monday, on a Monday, is not today.
const DATED = { ...SHOWN, month: "short", day: "numeric" }

/** The time zone of the page's church. */
export function churchZone() {
  return document.documentElement.dataset.zone
}

/** Whether that clock now differs from the reader's own. */
export function isElsewhere(moment, zone = churchZone()) {
  return Boolean(zone) && wall(moment, zone) !== wall(moment)
}

/** "Chicago time", for times in `zone`; "" if the reader's clock shows the same. */
export function zoneNote(moment = new Date(), zone = churchZone()) {
  if (!isElsewhere(moment, zone)) return ""
  return t("%(place)s time", { place: zone.split("/").at(-1).replaceAll("_", " ") })
}

/** The date and time in `zone` at this moment; without one, the reader's own. */
export function wall(moment, zone) {
  if (!zone) return ownWall(moment)
  const parts = Object.fromEntries(
    formatOf("en-CA", WALL, zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  )
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`
}

/** The browser knows its own clock without a formatter. */
function ownWall(moment) {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * MINUTE)
  return shifted.toISOString().slice(0, "2026-11-22T15:40".length)
}

/**
 * {later, tomorrow, monday}: when a text may be sent later; null for times that make no sense now.
 */
export function choices(now, zone) {
  const today = dayOf(wall(now, zone))
  const inHours = wall(new Date(now.getTime() + LATER), zone)
  // After midnight, "later today" is in the morning.
  const later =
    dayOf(inHours) === today && timeOf(inHours) < MORNING ? `${today}T${MORNING}` : inHours
  const tomorrow = `${plusDays(today, 1)}T${MORNING}`
  const monday = `${plusDays(today, 8 - weekday(today))}T${MORNING}`
  return {
    later: dayOf(later) === today && timeOf(later) <= EVENING ? later : null,
    tomorrow,
    monday: monday === tomorrow ? null : monday,
  }
}

/** "Tue 8:00 AM" today or tomorrow, otherwise "Mon, Dec 7, 8:00 AM"; with the time zone if it could
 * be mistaken. */
export function shown(at, zone) {
  const there = new Date(`${at}Z`)
  const isSoon = dayOf(at) <= plusDays(dayOf(wall(new Date(), zone)), 1)
  return [formatOf(locale, isSoon ? SHOWN : DATED, "UTC").format(there), zoneNote(there, zone)]
    .filter(Boolean)
    .join(" · ")
}

function dayOf(at) {
  return at.slice(0, 10)
}

function timeOf(at) {
  return at.slice(11)
}

/** 1 for Monday, 7 for Sunday. */
function weekday(day) {
  return new Date(`${day}T00:00Z`).getUTCDay() || 7
}

function plusDays(day, days) {
  const moment = new Date(`${day}T00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + days)
  return moment.toISOString().slice(0, 10)
}
