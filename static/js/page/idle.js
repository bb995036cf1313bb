/** Work that can wait until the page is shown and has nothing more urgent to do. */

const MAX_WAIT = 1_000 // milliseconds

export function whenIdle(work) {
  // A hidden page has no frames.
  if (document.visibilityState === "hidden") return idle(work)
  const stop = new AbortController()
  const begin = () => {
    if (!stop.signal.aborted) idle(work)
    stop.abort()
  }
  requestAnimationFrame(begin)
  // It may be hidden before the next frame.
  document.addEventListener("visibilitychange", begin, { signal: stop.signal })
}

function idle(work) {
  // Safari has no idle callbacks.
  if (window.requestIdleCallback) requestIdleCallback(() => work(), { timeout: MAX_WAIT })
  else setTimeout(work)
}
