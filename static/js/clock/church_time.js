/** Times on the church's own clock, written as date and time fields have them: "2026-11-22T15:40". */

import { lang, t } from "../page/words.js"

const LATER = 3 * 3_600_000
const MORNING = "08:00"
// Whoever is texted late in the evening is woken.
const EVENING = "21:00"

/** The zone of the church whose page this is. */
export function churchZone() {
  return document.documentElement.dataset.zone
}

/** Whether that clock shows something else at this moment than this reader's own. */
export function isElsewhere(moment, zone = churchZone()) {
  return Boolean(zone) && wall(moment, zone) !== wall(moment)
}

/** "Chicago time", for what is said by the clock of `zone`; "" where the reader's own shows the same. */
export function zoneNote(moment = new Date(), zone = churchZone()) {
  if (!isElsewhere(moment, zone)) return ""
  return t("%(place)s time", { place: zone.split("/").at(-1).replaceAll("_", " ") })
}

/** What the clock of `zone` shows at this moment; without one, the reader's own. */
export function wall(moment, zone) {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  })
  const parts = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, value]),
  )
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`
}

/** {later, tomorrow, monday}: when a text may be sent later; null for what makes no sense now. */
export function choices(now, zone) {
  const today = dayOf(wall(now, zone))
  const later = wall(new Date(now.getTime() + LATER), zone)
  const tomorrow = `${plusDays(today, 1)}T${MORNING}`
  const monday = `${plusDays(today, 8 - weekday(today))}T${MORNING}`
  return {
    later: dayOf(later) === today && timeOf(later) <= EVENING ? later : null,
    tomorrow,
    monday: monday === tomorrow ? null : monday,
  }
}

/** "Mon, 8:00 AM", and whose time that is where one could be mistaken. */
export function shown(at, zone) {
  const format = new Intl.DateTimeFormat(lang, {
    timeZone: "UTC",
    weekday: "short",
    hour: "numeric",
    minute: "2-digit",
  })
  const there = new Date(`${at}Z`)
  return [format.format(there), zoneNote(there, zone)].filter(Boolean).join(" · ")
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
