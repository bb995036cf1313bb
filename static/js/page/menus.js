/**
 * Menus are <details class="menu"> and so work without scripts; this closes them and moves in them.
 */

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
  ;(field || items(menu)[0])?.focus({ preventScroll: true })
  menu.querySelector(".menu-panel").scrollIntoView({ block: "nearest" })
}

function close(menu) {
  const inside = menu.contains(document.activeElement)
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

function items(menu) {
  return [...menu.querySelectorAll(".menu-item")].filter((item) => item.checkVisibility())
}
