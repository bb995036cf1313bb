/**
 * The service worker: it shows notifications, and has a page ready for when there is no connection.
 */

import { visit } from "../../vendor/turbo.js"

const worker = navigator.serviceWorker

/** Only where someone is signed in, and never delaying the page itself. */
function register() {
  if (!document.documentElement.dataset.staffId) return
  worker.register("/service-worker.js", { scope: "/" }).catch(() => {})
}

if (worker) {
  window.addEventListener("load", register)
  worker.addEventListener("message", ({ data }) => data.open && visit(data.open))
}
