/**
 * Others may use this browser next: what names people, and a broadcast that was begun, goes with
 * whoever signs out. Replies that still wait for the line stay until their writer is back.
 */

document.addEventListener("submit", ({ target }) => {
  if (!target.matches('[action$="/sign-out"]')) return
  sessionStorage.clear()
  localStorage.removeItem(`broadcast:${document.documentElement.dataset.staffId}`)
})
