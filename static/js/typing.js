/** Whether a key that was pressed belongs to a text, a dialog or the browser, and is no command. */
export function isTyping({ target, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return true
  return Boolean(target.closest?.("input, textarea, select"))
}
