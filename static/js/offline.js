/** The page for a lost line: back to what was asked for, as soon as there may be one again. */

const AGAIN = 10_000

window.addEventListener("online", () => location.reload())
setInterval(async () => {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null)
  if (answer?.ok) location.reload()
}, AGAIN)
