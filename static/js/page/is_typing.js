/** Whether a pressed key is not a shortcut. */

const LETTERS = "letters"

/** Whatever is open over the page. Its keys belong to it: a letter may be the start of a name. */
const OPEN = "dialog[open], details.menu[open], .pop:not([hidden]), [role=listbox]:not([hidden])"
const TEXT = "input, textarea, select, [contenteditable]"

/**
 * It belongs to a text field, to something open over the page, or to the browser, or single-letter
 * shortcuts are turned off.
 */
export function isTyping({ key, target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || isAnythingOpen()) return true
  if (key.length === 1 && lettersAreOff()) return true
  return Boolean(target.closest?.(TEXT))
}

function isAnythingOpen() {
  return [...document.querySelectorAll(OPEN)].some((one) => one.checkVisibility())
}

/** Speech input or a slip would trigger them by accident. */
export function lettersAreOff() {
  return localStorage.getItem(LETTERS) === "off"
}

export function switchLetters(on) {
  if (on) localStorage.removeItem(LETTERS)
  else localStorage.setItem(LETTERS, "off")
}
