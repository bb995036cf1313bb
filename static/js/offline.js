/** The offline page: returns to the requested page as soon as there may be a connection again. */

const AGAIN = 10_000

window.addEventListener("online", () => location.reload())
setInterval(async () => {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null)
  if (answer?.ok) location.reload()
}, AGAIN)
