/** Work that can wait until the page is shown and has nothing more urgent to do. */

const MAX_WAIT = 1_000 // milliseconds

export function whenIdle(work) {
  // A hidden page has no frames.
  if (document.visibilityState === "hidden") idle(work)
  else requestAnimationFrame(() => idle(work))
}

function idle(work) {
  // Safari has no idle callbacks.
  if (window.requestIdleCallback) requestIdleCallback(() => work(), { timeout: MAX_WAIT })
  else setTimeout(work)
}
