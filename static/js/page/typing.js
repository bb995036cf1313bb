/** Whether a pressed key is not a shortcut. */

const LETTERS = "letters"

/**
 * It belongs to a text field, a dialog, or the browser, or single-letter shortcuts are turned off.
 */
export function isTyping({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return true
  if (key.length === 1 && lettersAreOff()) return true
  return Boolean(target.closest?.("input, textarea, select"))
}

/** Speech input or a slip would trigger them by accident. */
export function lettersAreOff() {
  return localStorage.getItem(LETTERS) === "off"
}

export function switchLetters(on) {
  if (on) localStorage.removeItem(LETTERS)
  else localStorage.setItem(LETTERS, "off")
}
