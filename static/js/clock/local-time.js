/**
 * <local-time datetime="2026-11-22T09:30:00Z" format="time">: a time in the reader's own zone. With
 * clock="church" it was chosen by the church's clock and is shown by it; only for the formats
 * "soon" and "full".
 */

import { locale, t, tn } from "../page/i18n.js"
import { whenIdle } from "../page/idle.js"
import { churchZone, isElsewhere, wall, zoneNote } from "./church_time.js"
import { formatOf } from "./formats.js"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const FORMATS = {
  time: { hour: "numeric", minute: "2-digit" },
  weekday: { weekday: "short" },
  date: { month: "short", day: "numeric" },
  longDate: { weekday: "long", month: "long", day: "numeric" },
  dateWithYear: { dateStyle: "medium" },
  wholeDate: { weekday: "short", year: "numeric", month: "short", day: "numeric" },
  full: { dateStyle: "full", timeStyle: "short" },
  fullWithZone: { dateStyle: "full", timeStyle: "long" },
}

const formats = {
  time: (moment) => write("time", moment),
  day: dayName,
  relative,
  age,
  soon: (moment, now) => soonWords(moment, daysBetween(now, moment)),
  date: (moment) => write("dateWithYear", moment),
  full: (moment) => `${write("wholeDate", moment)}, ${write("time", moment)}`,
}

const theirs = {
  soon(moment, now, zone) {
    const days = (midnight(wall(moment, zone)) - midnight(wall(now, zone))) / DAY
    return `${soonWords(moment, days, zone)} · ${zoneNote(moment, zone)}`
  },
  full(moment, _now, zone) {
    const [date, time] = ["wholeDate", "time"].map((name) => write(name, moment, zone))
    return `${date}, ${time} · ${zoneNote(moment, zone)}`
  },
}

/** In `zone`; without one, in the reader's own. */
function write(name, moment, zone) {
  return formatOf(locale, FORMATS[name], zone).format(moment)
}

function midnight(wallTime) {
  return Date.parse(wallTime.slice(0, 10))
}

export function dayName(moment, now = new Date()) {
  const days = daysBetween(moment, now)
  if (days === 0) return t("Today")
  if (days === 1) return t("Yesterday")
  const day = write(
    moment.getFullYear() === now.getFullYear() ? "longDate" : "dateWithYear",
    moment,
  )
  return day.charAt(0).toLocaleUpperCase(locale) + day.slice(1)
}

export function fullTime(moment) {
  return write("full", moment)
}

/** For lists: just now, this hour, today, this week, or earlier. */
function relative(moment, now) {
  const days = daysBetween(moment, now)
  if (now - moment < MINUTE) return t("now")
  if (now - moment < HOUR)
    return t("%(minutes)s min", { minutes: Math.floor((now - moment) / MINUTE) })
  if (days === 0) return write("time", moment)
  if (days === 1) return t("Yesterday")
  if (days < 7) return write("weekday", moment)
  return write(moment.getFullYear() === now.getFullYear() ? "date" : "dateWithYear", moment)
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
function soonWords(moment, days, zone) {
  const time = write("time", moment, zone)
  if (days === 0) return time
  const name = days > 1 && days < 7 ? "weekday" : "date"
  const day = days === 1 ? t("tomorrow") : write(name, moment, zone)
  return `${day}, ${time}`
}

function daysBetween(earlier, later) {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY)
}

function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate())
}

// A browser's first formatter takes a cheap phone a fifth of a second. The page is shown first.
let isReady = false

class LocalTime extends HTMLElement {
  static observedAttributes = ["datetime"]

  connectedCallback() {
    this.show()
  }

  /** The first value is shown when the element is connected. */
  attributeChangedCallback(_name, before) {
    if (before !== null && this.isConnected) this.show()
  }

  get moment() {
    return new Date(this.getAttribute("datetime"))
  }

  /** The church's zone, if its clock decides and differs from the reader's. */
  zoneAt(moment) {
    const isChosen = this.getAttribute("clock") === "church"
    return isChosen && isElsewhere(moment) ? churchZone() : undefined
  }

  show() {
    const { moment } = this
    if (!isReady || Number.isNaN(moment.getTime())) return
    const format = this.getAttribute("format") ?? "full"
    const zone = this.zoneAt(moment)
    const text = zone
      ? theirs[format](moment, new Date(), zone)
      : formats[format](moment, new Date())
    if (this.textContent !== text) this.textContent = text
    this.removeAttribute("title")
  }

  /** In either case, the title is the time on the reader's own clock. */
  explain() {
    const { moment } = this
    if (this.title || Number.isNaN(moment.getTime())) return
    this.title = write(this.zoneAt(moment) ? "fullWithZone" : "full", moment)
  }
}

customElements.define("local-time", LocalTime)

// A title is written when someone points at the time, because phones never show it.
document.addEventListener("pointerover", ({ target }) => target.closest?.("local-time")?.explain())

function showAll() {
  for (const element of document.querySelectorAll("local-time")) element.show()
}

whenIdle(() => {
  isReady = true
  showAll()
})
setInterval(showAll, MINUTE)
