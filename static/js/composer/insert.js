/** Puts text into a field as if it were typed: the browser's own undo takes it out again. */
export function insert(field, text, start = field.selectionStart, end = field.selectionEnd) {
  field.focus({ preventScroll: true })
  field.setSelectionRange(start, end)
  if (!text && start === end) return
  const command = text ? "insertText" : "delete"
  // Deprecated, and the one way that undo knows of.
  if (document.execCommand(command, false, text)) return
  field.setRangeText(text, start, end, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
}
