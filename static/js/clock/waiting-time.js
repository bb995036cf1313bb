/**
 * <waiting-time since="…">: how long someone has waited; sets `data-wait` once that is too long.
 */

const HOUR = 3_600_000
const LATE = 4 * HOUR
const OVERDUE = 24 * HOUR

class WaitingTime extends HTMLElement {
  connectedCallback() {
    this.show()
  }

  show() {
    const waited = Date.now() - new Date(this.getAttribute("since"))
    if (waited >= LATE) this.dataset.wait = waited >= OVERDUE ? "overdue" : "late"
    else delete this.dataset.wait
  }
}

customElements.define("waiting-time", WaitingTime)

setInterval(() => {
  for (const element of document.querySelectorAll("waiting-time")) element.show()
}, 60_000)
