/** When a key that was pressed is no command. */

const LETTERS = "letters"

/** It belongs to a text, a dialog or the browser, or keys of one letter are switched off. */
export function isTyping({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return true
  if (key.length === 1 && lettersAreOff()) return true
  return Boolean(target.closest?.("input, textarea, select"))
}

/** Whoever speaks to their computer, or slips, would set them off without meaning to. */
export function lettersAreOff() {
  return localStorage.getItem(LETTERS) === "off"
}

export function switchLetters(on) {
  if (on) localStorage.removeItem(LETTERS)
  else localStorage.setItem(LETTERS, "off")
}
