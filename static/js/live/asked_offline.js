/**
 * What is asked for while there is no line opens when the line is back, in the pane it was asked for
 * in, unless something else was asked for meanwhile. Until then the connection chip says so.
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
  event.preventDefault() // Turbo would tell the console alone
  live.ask(request.url.href)
  // The socket may not have noticed yet, or have a line where the page had none for a moment.
  timer = setTimeout(open, AGAIN)
})

/**
 * Turbo throws the error again after telling of it, where nobody can catch it. And what it no longer
 * wants, such as what was looked for one letter ago, is no error at all.
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
