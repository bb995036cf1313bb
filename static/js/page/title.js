/**
 * The tab's title: how many need a reply, then what is open. The app's icon shows the number, too.
 */

let count = null

export function setCount(waiting) {
  if (waiting !== count) badge(waiting)
  count = waiting
  setTitle(document.title.replace(/^\(\d+\+?\) /, ""))
}

export function setTitle(name) {
  const shown = count > 99 ? "99+" : count
  const title = (count ? `(${shown}) ` : "") + name
  if (document.title !== title) document.title = title
}

/** On the icon of an installed app, if there is one. */
function badge(waiting) {
  if (!navigator.setAppBadge) return
  const shown = waiting ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()
  shown.catch(() => {})
}

document.addEventListener("turbo:load", () => setCount(count))
document.addEventListener("turbo:frame-load", ({ target }) => {
  const name = target.querySelector("[data-title]")?.dataset.title
  if (target.id === "thread" && name) setTitle(name)
})
