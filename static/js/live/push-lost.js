/** <push-lost>: that this browser is not woken any more though it was, and where to turn it on. */

import { letGo, push } from "./push.js"

class PushLost extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    push.addEventListener("change", () => this.show(), { signal: this.stop.signal })
    this.querySelector("button").onclick = letGo
    this.show()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  show() {
    // The switch itself says it better.
    this.hidden = !push.isLost || Boolean(document.querySelector("push-switch"))
  }
}

customElements.define("push-lost", PushLost)
