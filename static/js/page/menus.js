/**
 * Menus are <details class="menu"> and so work without scripts; this closes them and moves in them:
 * with the arrow keys, or by the first letters of a choice.
 */

import { withoutAccents } from "./without_accents.js"

/** Milliseconds in which the next letter continues the same word. */
const PATIENCE = 1000

let typed = ""
let typedAt = -Infinity

document.addEventListener(
  "toggle",
  ({ target }) => target.matches?.(".menu") && opened(target),
  true,
)

document.addEventListener("click", ({ target }) => {
  const opens = target.closest?.("[data-opens]")
  for (const menu of openMenus()) {
    const inside = target.closest(".menu-panel")
    const kept = menu.contains(target) && (inside || target.closest("summary"))
    // A link may load the frame beside the menu and leave this page in place.
    if (!kept || opens || target.closest("a.menu-item")) menu.open = false
  }
  const other = opens?.closest(".thread")?.querySelector(`.${opens.dataset.opens}`)
  if (other) other.open = true
})

/** The choice is being submitted. Runs before Turbo, which stops the event. */
document.addEventListener("submit", ({ target }) => sent(target), true)

// An impossible time keeps its menu open, with the reason in it.
document.addEventListener("turbo:submit-end", ({ target, detail }) => {
  if (target.matches(".menu-chosen") && detail.success) close(target.closest(".menu"))
  if (target.matches(".menu-stays") && detail.success) target.reset()
})

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[open]") ?? openMenus()[0]
  if (!menu) return
  if (event.key === "Escape") close(menu)
  else if (event.key === "ArrowDown") step(menu, event, 1)
  else if (event.key === "ArrowUp") step(menu, event, -1)
  else if (isLetter(event)) find(menu, event)
})

function sent(form) {
  const menu = form.closest(".menu")
  if (menu && !form.matches(".menu-chosen, .menu-stays")) close(menu)
}

function openMenus() {
  return [...document.querySelectorAll("details.menu[open]")]
}

function opened(menu) {
  if (!menu.open) return
  const field = menu.matches(".menu-name") && menu.querySelector("input")
  // The event fires a moment late, so someone may already be in the menu.
  if (field && field !== document.activeElement) {
    field.value = menu.closest(".thread").querySelector("thread-head").dataset.name
    field.select()
  }
  // Someone fast has already typed the name of a choice.
  if (!isContinued()) (field || first(menu))?.focus({ preventScroll: true })
  menu.querySelector(".menu-panel").scrollIntoView({ block: "nearest" })
}

/** In a part that was unfolded by its shortcut, its first choice. */
function first(menu) {
  const all = items(menu)
  const unfolded = all.filter((item) => item.closest(".menu-part[open]"))
  return unfolded.find((item) => !item.matches("summary")) ?? unfolded[0] ?? all[0]
}

function close(menu) {
  const inside = menu.contains(document.activeElement)
  typed = ""
  menu.open = false
  if (inside) menu.querySelector("summary").focus({ preventScroll: true })
}

function step(menu, event, by) {
  if (event.target.closest("input")) return
  const all = items(menu)
  const next = all[all.indexOf(document.activeElement) + by]
  event.preventDefault()
  next?.focus()
}

/** A space only continues a word; by itself, it presses the choice in focus. */
function isLetter({ key, target, ctrlKey, metaKey, altKey, isComposing }) {
  if (ctrlKey || metaKey || altKey || isComposing || target.closest?.("input,textarea"))
    return false
  return key.length === 1 && (key !== " " || isContinued())
}

function isContinued() {
  return typed !== "" && performance.now() - typedAt < PATIENCE
}

/** Move to the choice whose name begins this way, or else one of whose words does. */
function find(menu, event) {
  event.preventDefault()
  typed = (isContinued() ? typed : "") + withoutAccents(event.key)
  typedAt = performance.now()
  const named = items(menu).map((item) => [item, nameOf(item)])
  const found =
    named.find(([, name]) => name.startsWith(typed)) ??
    named.find(([, name]) => name.includes(` ${typed}`))
  found?.[0].focus()
}

function nameOf(item) {
  return withoutAccents(
    item.querySelector("span:not([aria-hidden], .menu-hint)")?.textContent ?? "",
  ).trim()
}

function items(menu) {
  return [...menu.querySelectorAll(".menu-item")].filter(
    (item) => !item.disabled && item.checkVisibility(),
  )
}
