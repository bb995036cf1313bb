/**
 * Code that a page does not need at first. It is fetched when an element that needs it is on the
 * page, when its dialog is shown, or when what opens it is pressed; the press then takes effect.
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

/** Without a connection nothing is loaded. The next occasion tries again, in browsers that allow it. */
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
    // The connection chip says so.
  }
  loading.delete(selector)
}

/** What the elements inside of this one need. */
function loadFor(element) {
  const needed = Object.entries(SEEN).filter(([selector]) => element.querySelector(selector))
  return needed.map(([selector, fetch]) => load(selector, fetch)).filter(Boolean)
}

/**
 * A new page waits for its code, so that nothing is typed into a form that does not listen yet; but
 * not for long: on a bad line the page is worth more, and its elements come alive when the code does.
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
    // Even without the code: a link to a picture leads there by itself.
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
