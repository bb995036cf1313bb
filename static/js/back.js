/** Whoever goes back while a thread is still being opened confuses Turbo: the address goes back, the
    thread stays. Once all is quiet, what is shown is what the address says. */

import { visit } from "../vendor/turbo.js"

const QUIET = 400

let waiting

function agree() {
  if (document.documentElement.hasAttribute("aria-busy")) return soon()
  const [inbox, wanted] = location.pathname.match(/^\/inbox(?:\/(\d+))?$/) ?? []
  const shown = document.querySelector("#thread [data-conversation]")?.dataset.conversation
  if (inbox && wanted !== shown) visit(location.href, { action: "replace" })
}

function soon() {
  clearTimeout(waiting)
  waiting = setTimeout(agree, QUIET)
}

addEventListener("popstate", soon)
