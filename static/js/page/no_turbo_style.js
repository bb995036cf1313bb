/**
 * Turbo puts a style element for its progress bar into the head as soon as it is imported. The
 * page's policy refuses it, loudly, and we have no use for it: it is kept out until app.js runs.
 */

const { insertBefore } = document.head

document.head.insertBefore = (node, ...where) =>
  node.localName === "style" ? node : insertBefore.call(document.head, node, ...where)

export function letStylesIn() {
  delete document.head.insertBefore
}
