/**
 * Turbo adds a style element for its progress bar to the head when it is imported. The page's
 * policy would refuse it with an error, and we do not need it, so it is kept out until app.js runs.
 */

const { insertBefore } = document.head

document.head.insertBefore = (node, ...where) =>
  node.localName === "style" ? node : insertBefore.call(document.head, node, ...where)

export function letStylesIn() {
  delete document.head.insertBefore
}
