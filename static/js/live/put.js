/** The one verb that changes a page: fragments are put in, in any order and any number of times. */

/** Element id -> the newest revision this tab has put. It outlives navigation on purpose. */
const newest = new Map()
// A tab may stay open for weeks.
const MAX_KNOWN = 5_000

/** `html`: fragments as text or as a DocumentFragment. Root elements without an id are ignored. */
export function put(html) {
  for (const element of [...fragment(html).children]) {
    if (element.id && !isStale(element)) place(element)
  }
}

function fragment(html) {
  if (typeof html !== "string") return html
  const template = document.createElement("template")
  template.innerHTML = html
  return template.content
}

function isStale(element) {
  if (!("revision" in element.dataset)) return false
  const revision = Number(element.dataset.revision)
  const onPage = Number(document.getElementById(element.id)?.dataset.revision ?? -1)
  const known = Math.max(newest.get(element.id) ?? -1, onPage)
  newest.delete(element.id)
  newest.set(element.id, Math.max(known, revision))
  if (newest.size > MAX_KNOWN) newest.delete(newest.keys().next().value)
  return revision < known
}

function place(element) {
  const before = document.getElementById(element.id)
  const hadFocus = before?.contains(document.activeElement)
  if ("gone" in element.dataset) before?.remove()
  else if ("containers" in element.dataset) move(element, before)
  // Screen readers do not announce again what is already there.
  else if (!before?.isEqualNode(element)) before?.replaceWith(element)
  if (hadFocus) focusWithin(element)
}

function move(element, before) {
  const ids = element.dataset.containers.split(/\s+/).filter(Boolean)
  const container = ids.map((id) => document.getElementById(id)).find(Boolean)
  // Rows do not move while someone is using their list, so the list may delay this.
  if (container?.hold?.(element, before)) return
  before?.remove()
  container?.insertBefore(element, successor(container, element))
}

/**
 * The first child that comes after this element; null is the end. Equal orders keep their sequence.
 * `data-order-by` on the container names the ordering attribute; the default is `data-order`.
 */
export function successor(container, element) {
  const by = container.dataset.orderBy ?? "order"
  const order = element.dataset[by] ?? ""
  const descending = "newestFirst" in container.dataset
  for (const child of container.children) {
    const other = child.dataset[by]
    if (other !== undefined && (descending ? other < order : other > order)) return child
  }
  return null
}

/** If the old element had the keyboard focus, the new one gets it. */
function focusWithin(element) {
  if (!element.isConnected) return
  const target = element.matches("a, button") ? element : element.querySelector("a, button")
  target?.focus({ preventScroll: true })
}
