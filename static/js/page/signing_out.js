/**
 * Others may use this browser next, so signing out deletes everything that names people, and a
 * broadcast's draft. Replies that are still waiting for a connection stay until their author is
 * back.
 */

document.addEventListener("submit", ({ target }) => {
  if (!target.matches('[action$="/sign-out"]')) return
  sessionStorage.clear()
  localStorage.removeItem(`broadcast:${document.documentElement.dataset.staffId}`)
})
