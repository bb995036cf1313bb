/**
 * <local-time datetime="2026-11-22T09:30:00Z" format="time">: a time in the reader's own zone. With
 * clock="church" it was chosen by the church's clock and is shown by it; only for the formats
 * "soon" and "full".
 */

import { locale, t, tn } from "../page/words.js"
import { churchZone, isElsewhere, wall, zoneNote } from "./church_time.js"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const { time, weekday, date, dateWithYear } = formatsOf(undefined)
const longDate = new Intl.DateTimeFormat(locale, {
  weekday: "long",
  month: "long",
  day: "numeric",
})
const full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" })
const fullWithZone = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" })

const formats = {
  time: (moment) => time.format(moment),
  day: dayName,
  relative,
  age,
  soon,
  date: (moment) => dateWithYear.format(moment),
  full: (moment) => `${dateWithYear.format(moment)}, ${time.format(moment)}`,
}

const theirs = {
  soon(moment, now, zone) {
    const { time, weekday, date, name } = formatsOf(zone)
    const days = (midnight(wall(moment, zone)) - midnight(wall(now, zone))) / DAY
    return `${soonWords(moment, days, { time, weekday, date })} ${nameIn(name, moment)}`
  },
  full(moment, _now, zone) {
    const { time, dateWithYear } = formatsOf(zone)
    return `${dateWithYear.format(moment)}, ${time.format(moment)} · ${zoneNote(moment, zone)}`
  },
}

/** Formatters for times in `zone`; undefined is the reader's own. */
function formatsOf(zone) {
  const made = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  return {
    time: made({ hour: "numeric", minute: "2-digit" }),
    weekday: made({ weekday: "short" }),
    date: made({ month: "short", day: "numeric" }),
    dateWithYear: made({ dateStyle: "medium" }),
    name: made({ timeZoneName: "short" }),
  }
}

/** "CST" */
function nameIn(format, moment) {
  return format.formatToParts(moment).find(({ type }) => type === "timeZoneName").value
}

function midnight(wallTime) {
  return Date.parse(wallTime.slice(0, 10))
}

export function dayName(moment, now = new Date()) {
  const days = daysBetween(moment, now)
  if (days === 0) return t("Today")
  if (days === 1) return t("Yesterday")
  return moment.getFullYear() === now.getFullYear()
    ? longDate.format(moment)
    : dateWithYear.format(moment)
}

export function fullTime(moment) {
  return full.format(moment)
}

/** For lists: just now, this hour, today, this week, or earlier. */
function relative(moment, now) {
  const days = daysBetween(moment, now)
  if (now - moment < MINUTE) return t("now")
  if (now - moment < HOUR)
    return t("%(minutes)s min", { minutes: Math.floor((now - moment) / MINUTE) })
  if (days === 0) return time.format(moment)
  if (days === 1) return t("Yesterday")
  if (days < 7) return weekday.format(moment)
  return moment.getFullYear() === now.getFullYear()
    ? date.format(moment)
    : dateWithYear.format(moment)
}

/** How long someone has waited, once that is worth showing. */
function age(moment, now) {
  const passed = now - moment
  if (passed < HOUR) return ""
  if (passed < DAY) return t("%(hours)s h", { hours: Math.floor(passed / HOUR) })
  const days = Math.floor(passed / DAY)
  return tn("%(num)s day", "%(num)s days", days)
}

/** A future time, as people say it. */
function soon(moment, now) {
  return soonWords(moment, daysBetween(now, moment), { time, weekday, date })
}

function soonWords(moment, days, { time, weekday, date }) {
  if (days === 0) return time.format(moment)
  const day =
    days === 1 ? t("tomorrow") : days > 1 && days < 7 ? weekday.format(moment) : date.format(moment)
  return `${day}, ${time.format(moment)}`
}

function daysBetween(earlier, later) {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY)
}

function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate())
}

class LocalTime extends HTMLElement {
  static observedAttributes = ["datetime"]

  connectedCallback() {
    this.show()
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show()
  }

  show() {
    const moment = new Date(this.getAttribute("datetime"))
    if (Number.isNaN(moment.getTime())) return
    const format = this.getAttribute("format") ?? "full"
    const zone =
      this.getAttribute("clock") === "church" && isElsewhere(moment) ? churchZone() : null
    const text = zone
      ? theirs[format](moment, new Date(), zone)
      : formats[format](moment, new Date())
    if (this.textContent !== text) this.textContent = text
    // In either case, show the time on the reader's own clock.
    this.title = zone ? fullWithZone.format(moment) : fullTime(moment)
  }
}

customElements.define("local-time", LocalTime)

setInterval(() => {
  for (const element of document.querySelectorAll("local-time")) element.show()
}, MINUTE)
