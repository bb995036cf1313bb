/**
 * Keys that press what says so: `aria-keyshortcuts="e"`. Of two with the same key the one that is
 * offered is pressed; whether the menu around it is open does not matter.
 */

import { isTyping } from "./typing.js"

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return
  if (event.key === "Escape" && event.target.matches?.("textarea")) event.target.blur()
  if (event.repeat || event.defaultPrevented || isTyping(event)) return
  const press = event.key === "?" ? () => show("keys") : pressing(event.key)
  if (!press) return
  event.preventDefault()
  press()
})

document.addEventListener("click", ({ target }) => {
  const shows = target.closest?.("[data-shows]")?.dataset.shows
  if (shows) show(shows)
})

function pressing(key) {
  if (!/^[a-z]$/.test(key)) return null
  const named = [...document.querySelectorAll(`[aria-keyshortcuts="${key}"]`)]
  const button = named.find((element) => isOffered(element))
  return button && (() => button.click())
}

/** Not put away by the style sheet, be it for the state of the conversation or the screen's width. */
function isOffered(element) {
  const form = element.closest("form")
  return [element, form].every((one) => !one || getComputedStyle(one).display !== "none")
}

function show(id) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false))
  document.getElementById(id)?.showModal()
}
