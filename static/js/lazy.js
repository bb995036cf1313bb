/**
 * Code that a page does not need at first. It is loaded when an element that needs it is on the
 * page, when its dialog is shown, or when what opens it is pressed; then the press takes effect.
 */

const SEEN = {
  "broadcast-form": () => import("./broadcasts/broadcast-form.js"),
  "broadcast-page": () => import("./broadcasts/broadcast-page.js"),
  "copy-button": () => import("./settings/copy-button.js"),
  "live-search": () => import("./search/live-search.js"),
  "people-picker": () => import("./broadcasts/people-picker.js"),
  "push-switch": () => import("./settings/push-switch.js"),
}
const SHOWN = {
  "#commands": () => import("./search/command-bar.js"),
}
const PRESSED = {
  "[aria-controls=emoji_picker]": () => import("./composer/emoji-picker.js"),
  "a.picture": () => import("./thread/light-box.js"),
}

const PATIENCE = 2_000 // milliseconds

const loaded = new Set()
const loading = new Map()
let passing = false

/**
 * Without a connection, nothing is loaded. The next occasion tries again, in browsers that allow
 * it.
 */
function load(selector, fetch) {
  if (loaded.has(selector)) return null
  if (!loading.has(selector)) loading.set(selector, tried(selector, fetch))
  return loading.get(selector)
}

async function tried(selector, fetch) {
  try {
    await fetch()
    loaded.add(selector)
  } catch {
    // The connection chip reports it.
  }
  loading.delete(selector)
}

/** The code that the elements inside this one need. */
function loadFor(element) {
  const needed = Object.entries(SEEN).filter(([selector]) => element.querySelector(selector))
  return needed.map(([selector, fetch]) => load(selector, fetch)).filter(Boolean)
}

/**
 * A new page waits for its code, so that no one types into a form that is not listening yet. The
 * wait is short: on a slow connection the page matters more, and its elements work once the code
 * arrives.
 */
async function hold(event) {
  const { newBody, newFrame, resume } = event.detail
  const waiting = loadFor(newBody ?? newFrame)
  if (!waiting.length) return
  event.preventDefault()
  const enough = new Promise((done) => setTimeout(done, PATIENCE))
  await Promise.race([Promise.all(waiting), enough])
  resume()
}

function show({ target }) {
  for (const [selector, fetch] of Object.entries(SHOWN)) {
    if (target.matches(selector)) load(selector, fetch)
  }
}

async function press(event) {
  if (passing || event.ctrlKey || event.metaKey || event.shiftKey) return
  for (const [selector, fetch] of Object.entries(PRESSED)) {
    const target = event.target.closest?.(selector)
    if (!target || loaded.has(selector)) continue
    event.preventDefault()
    event.stopImmediatePropagation()
    if (loading.has(selector)) return
    await load(selector, fetch)
    // Even without the code, a link to a picture works.
    passing = true
    target.click()
    passing = false
  }
}

document.addEventListener("turbo:before-render", hold)
document.addEventListener("turbo:before-frame-render", hold)
document.addEventListener("turbo:load", () => loadFor(document))
document.addEventListener("shown", show, true)
document.addEventListener("click", press, true)
loadFor(document)
