/** Whoever goes back while a pane is still being opened confuses Turbo: the address goes back, the
    pane stays. Once all is quiet, what is shown is what the address says. */

import { visit } from "../../vendor/turbo.js"

const QUIET = 400

let waiting

function agree() {
  if (document.documentElement.hasAttribute("aria-busy")) return soon()
  const shown = document.querySelector("#thread > [data-address]")?.dataset.address
  if (shown && shown !== location.pathname) visit(location.href, { action: "replace" })
}

function soon() {
  clearTimeout(waiting)
  waiting = setTimeout(agree, QUIET)
}

addEventListener("popstate", soon)
