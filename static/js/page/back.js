/**
 * Going back while a pane is still loading confuses Turbo: the URL goes back, but the pane stays.
 * Once loading has stopped, this shows what the URL says.
 */

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
