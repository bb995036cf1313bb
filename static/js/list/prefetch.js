/**
 * A conversation is requested when its row is pressed, a tenth of a second before the click. A
 * prefetch changes nothing. A row that mentions this person opens as usual, because that marks the
 * mention as seen.
 */

const LIFETIME = 3_000

let early = null

document.addEventListener("pointerdown", ask)
// The finger is scrolling.
document.addEventListener("pointercancel", drop)
document.addEventListener("turbo:before-fetch-request", use)

function ask(event) {
  drop()
  const { target, button, isPrimary, ctrlKey, metaKey, shiftKey } = event
  const link = target.closest?.(".row-link[data-turbo-frame=thread]")
  if (!link || button || !isPrimary || ctrlKey || metaKey || shiftKey) return
  if (link.ariaCurrent === "true" || link.querySelector("mention-mark:not([hidden])")) return
  const headers = { Accept: "text/html", "Turbo-Frame": "thread", "X-Sec-Purpose": "prefetch" }
  const stop = new AbortController()
  const response = fetch(link.href, { headers, signal: stop.signal })
  response.catch(() => {})
  early = { url: link.href, at: Date.now(), response, stop }
}

function drop() {
  early?.stop.abort()
  early = null
}

function use({ detail }) {
  const { url, fetchOptions } = detail
  const isWanted =
    early?.url === url.href &&
    Date.now() - early.at < LIFETIME &&
    fetchOptions.method === "GET" &&
    fetchOptions.headers["Turbo-Frame"] === "thread"
  if (isWanted) {
    detail.fetchRequest = early
    early = null
  } else {
    drop()
  }
}
