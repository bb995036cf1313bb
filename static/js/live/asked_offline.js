/**
 * A page requested while offline opens once the connection is back, in its pane, unless something
 * else was requested meanwhile. Until then, the connection chip says so.
 */

import { visit } from "../../vendor/turbo.js"
import { live } from "./live.js"

const AGAIN = 3_000
const PANE = "thread"

const known = new WeakSet()
let timer = null

document.addEventListener("turbo:fetch-request-error", (event) => {
  const { error, request } = event.detail
  known.add(error)
  if (event.target.id !== PANE || !request.isSafe) return
  event.preventDefault() // Turbo would only log it
  live.ask(request.url.href)
  // The socket may not have noticed yet, or may be connected although the page briefly was not.
  timer = setTimeout(open, AGAIN)
})

/**
 * Turbo rethrows the error where no one can catch it. A request that it has canceled, such as a
 * search for one letter fewer, is not an error.
 */
window.addEventListener("unhandledrejection", (event) => {
  if (known.has(event.reason) || event.reason?.name === "AbortError") event.preventDefault()
})

live.addEventListener("state", open)
document.addEventListener(
  "turbo:before-fetch-request",
  ({ target }) => target.id === PANE && forget(),
)
document.addEventListener("turbo:load", forget)

function open() {
  if (live.state === "live" && live.asked) visit(live.asked, { frame: PANE })
}

function forget() {
  clearTimeout(timer)
  live.ask(null)
}
