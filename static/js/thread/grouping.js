/** How a bubble looks depends on its neighbors and on the viewer. */

import { dayName, fullTime } from "../clock/local-time.js"

const TOGETHER = 5 * 60_000

/** Mark each bubble's day, whether it is the viewer's own, and its place in its group. */
export function group(articles) {
  const staffId = document.documentElement.dataset.staffId
  let before = null
  for (const article of articles) {
    const moment = new Date(article.dataset.at)
    // Scheduled texts belong to no past day.
    const later = article.dataset.status === "scheduled"
    const newDay = !later && (!before || dayOf(before) !== dayOf(article))
    const joined = !newDay && belongTogether(before, article)
    setOrRemove(article, "data-day", newDay && dayName(moment))
    article.toggleAttribute("data-own", Boolean(staffId) && article.dataset.authorId === staffId)
    article.toggleAttribute("data-joins-above", joined)
    article.toggleAttribute("data-joins-below", false)
    before?.toggleAttribute("data-joins-below", joined)
    article.title ||= fullTime(moment)
    before = article
  }
}

function belongTogether(before, article) {
  const [a, b] = [before.dataset, article.dataset]
  return (
    a.kind === b.kind &&
    b.kind !== "event" &&
    !hasFailed(a.status) &&
    !hasFailed(b.status) &&
    a.status !== "scheduled" &&
    b.status !== "scheduled" &&
    a.authorId === b.authorId &&
    !a.broadcastId &&
    !b.broadcastId &&
    !article.hasAttribute("data-new") &&
    new Date(b.at) - new Date(a.at) < TOGETHER
  )
}

function hasFailed(status) {
  return status === "failed" || status === "undelivered"
}

function dayOf(article) {
  return new Date(article.dataset.at).toDateString()
}

function setOrRemove(element, name, value) {
  if (!value) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}
