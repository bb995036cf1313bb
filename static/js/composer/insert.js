/** Inserts text into a field as if it were typed, so that the browser's undo removes it. */
export function insert(field, text, start = field.selectionStart, end = field.selectionEnd) {
  field.focus({ preventScroll: true })
  field.setSelectionRange(start, end)
  if (!text && start === end) return
  const command = text ? "insertText" : "delete"
  // Deprecated, but the only way that supports undo.
  if (document.execCommand(command, false, text)) return
  field.setRangeText(text, start, end, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
}
