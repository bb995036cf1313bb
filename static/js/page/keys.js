/**
 * Keyboard shortcuts press the elements that declare them: `aria-keyshortcuts="e"`, or after a "g",
 * `data-after-g="m"`. If two elements have the same key, the first available one is pressed.
 */

import { isTyping, lettersAreOff, switchLetters } from "./is_typing.js"
import { hasMod, isOffered, nameMods, press } from "./press_element.js"

/** Milliseconds in which a key after "g" belongs to it. */
const PATIENCE = 1200

const special = {
  "?": () => () => show("keys"),
  "/": () => searching() ?? pressing("/"),
  u: goBack,
  g: () => () => (wentAt = performance.now()),
}

let wentAt = -Infinity

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return
  if (event.key === "Escape" && event.target.matches?.("textarea")) event.target.blur()
  if (event.repeat || event.defaultPrevented) return
  const what = hasMod(event) ? withMod(event.key) : isTyping(event) ? null : alone(event.key)
  if (!what) return
  event.preventDefault()
  what()
})

document.addEventListener("click", ({ target }) => {
  const shows = target.closest?.("[data-shows]")?.dataset.shows
  if (shows) show(shows)
})

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-letters]")) switchLetters(target.checked)
})

function withMod(key) {
  const bar = document.getElementById("commands")
  if (key.toLowerCase() === "k" && bar?.open) return () => bar.close()
  if (document.querySelector("dialog[open]")) return null
  if (key.toLowerCase() === "k") return () => show("commands")
  return key === "." ? pressing("Control+.") : null
}

function alone(key) {
  const isSecond = performance.now() - wentAt < PATIENCE
  wentAt = -Infinity
  if (isSecond && key.length === 1) return going(key) ?? (() => {})
  return special[key]?.() ?? (/^[a-z]$/.test(key) ? pressing(key) : null)
}

function going(key) {
  const place = document.querySelector(`[data-after-g="${CSS.escape(key)}"]`)
  return place && (() => press(place))
}

function pressing(key) {
  const named = [...document.querySelectorAll(`[aria-keyshortcuts~="${key}"]`)]
  const offered = named.find(isOffered)
  return offered && (() => press(offered))
}

function searching() {
  const field = document.getElementById("search_field")
  return field && (() => field.select())
}

/** To the list: if only one pane is shown, by its back link; otherwise to the open row. */
function goBack() {
  const back = [...document.querySelectorAll("#thread .back")].find(isOffered)
  if (back) return () => press(back)
  const row =
    document.querySelector(".row-link[aria-current]") ?? document.querySelector(".row-link")
  return row && (() => row.focus())
}

function show(id) {
  const dialog = document.getElementById(id)
  if (!dialog || dialog.open) return
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false
  for (const box of dialog.querySelectorAll("[data-letters]")) box.checked = !lettersAreOff()
  nameMods(dialog)
  dialog.showModal()
  dialog.dispatchEvent(new Event("shown"))
}
