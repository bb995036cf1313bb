/** The service worker: it wakes for notifications, and has a page ready for a lost line. */

import { visit } from "../../vendor/turbo.js"

const worker = navigator.serviceWorker

/** Only where somebody is signed in, and never in the way of the page itself. */
function register() {
  if (!document.documentElement.dataset.staffId) return
  worker.register("/service-worker.js", { scope: "/" }).catch(() => {})
}

if (worker) {
  window.addEventListener("load", register)
  worker.addEventListener("message", ({ data }) => data.open && visit(data.open))
}
