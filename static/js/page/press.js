/** Pressing a button or following a link for somebody who used a key or the command bar instead. */

/** Not put away by the style sheet, be it for the state of the conversation or the screen's width.
    Whether the menu around it is open does not matter, nor for the command bar's own links. */
export function isOffered(element) {
  if (element.disabled) return false
  for (let one = element; one && !one.matches(".places"); one = one.parentElement) {
    if (getComputedStyle(one).display === "none") return false
  }
  return true
}

export function press(element) {
  if (element.hasAttribute("data-but")) element.search = but()
  element.click()
}

/** The next who waits is somebody else than whoever is open. */
function but() {
  const open = document.querySelector("#thread [data-conversation]")?.dataset.conversation
  return open ? `?but=${open}` : ""
}

const onMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** Ctrl, or on a Mac Cmd: each leaves the other to the text fields. */
export function hasMod({ ctrlKey, metaKey, altKey, shiftKey }) {
  return (onMac ? metaKey && !ctrlKey : ctrlKey && !metaKey) && !altKey && !shiftKey
}

/** Keys as this keyboard has them. */
export function nameMods(around) {
  if (onMac) for (const key of around.querySelectorAll("[data-mod]")) key.textContent = "⌘"
}
