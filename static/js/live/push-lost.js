/**
 * <push-lost>: tells that this browser no longer gets notifications, and where to turn them on
 * again.
 */

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
