/** Recent choices in the command bar; forgotten with the tab, like everything that names people. */

const MAX_RECENT = 8

export function recent(most) {
  return kept().slice(0, most)
}

export function remember({ id, person }) {
  if (id === "words" || id.startsWith("reply:")) return
  const others = kept().filter((one) => one.id !== id)
  sessionStorage.setItem(place(), JSON.stringify([{ id, person }, ...others].slice(0, MAX_RECENT)))
}

function kept() {
  return JSON.parse(sessionStorage.getItem(place()) ?? "[]")
}

function place() {
  return `recent:${document.documentElement.dataset.staffId}`
}
