/** <local-time datetime="2026-11-22T09:30:00Z" format="time">: a moment, in this reader's own time. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" })
const date = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" })
const dateWithYear = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" })
const longDate = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  month: "long",
  day: "numeric",
})
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" })

const formats = {
  time: (moment) => time.format(moment),
  day: dayName,
  relative,
  age,
  soon,
  full: (moment) => `${dateWithYear.format(moment)}, ${time.format(moment)}`,
}

export function dayName(moment, now = new Date()) {
  const days = daysBetween(moment, now)
  if (days === 0) return "Today"
  if (days === 1) return "Yesterday"
  return moment.getFullYear() === now.getFullYear()
    ? longDate.format(moment)
    : dateWithYear.format(moment)
}

export function fullTime(moment) {
  return full.format(moment)
}

/** For lists: a moment ago, this hour, today, this week, longer ago. */
function relative(moment, now) {
  const days = daysBetween(moment, now)
  if (now - moment < MINUTE) return "now"
  if (now - moment < HOUR) return `${Math.floor((now - moment) / MINUTE)} min`
  if (days === 0) return time.format(moment)
  if (days === 1) return "Yesterday"
  if (days < 7) return weekday.format(moment)
  return moment.getFullYear() === now.getFullYear()
    ? date.format(moment)
    : dateWithYear.format(moment)
}

/** How long somebody has waited, once that is worth saying. */
function age(moment, now) {
  const passed = now - moment
  if (passed < HOUR) return ""
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`
  const days = Math.floor(passed / DAY)
  return days === 1 ? "1 day" : `${days} days`
}

/** A moment to come, as one would say it. */
function soon(moment, now) {
  const days = daysBetween(now, moment)
  if (days === 0) return time.format(moment)
  const day =
    days === 1 ? "tomorrow" : days > 1 && days < 7 ? weekday.format(moment) : date.format(moment)
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
    const text = formats[this.getAttribute("format") ?? "full"](moment, new Date())
    if (this.textContent !== text) this.textContent = text
    this.title = fullTime(moment)
  }
}

customElements.define("local-time", LocalTime)

setInterval(() => {
  for (const element of document.querySelectorAll("local-time")) element.show()
}, MINUTE)
