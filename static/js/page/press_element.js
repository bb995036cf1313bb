/** Presses a button or follows a link for someone who used a shortcut or the command bar. */

/**
 * Whether the style sheet shows it, given the conversation's state and the screen's width. It may be
 * in a closed menu, or a link of the command bar itself.
 */
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

/** The next conversation that needs a reply is never the open one. */
function but() {
  const open = document.querySelector("#thread [data-conversation]")?.dataset.conversation
  return open ? `?but=${open}` : ""
}

const onMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** Ctrl, or Cmd on a Mac; text fields use the other one. */
export function hasMod({ ctrlKey, metaKey, altKey, shiftKey }) {
  return (onMac ? metaKey && !ctrlKey : ctrlKey && !metaKey) && !altKey && !shiftKey
}

/** Key names as on this keyboard. */
export function nameMods(around) {
  if (onMac) for (const key of around.querySelectorAll("[data-mod]")) key.textContent = "⌘"
}
