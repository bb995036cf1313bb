/** <needs-reply-count count="3">: the number beside its view in the rail and in the tab's title. */

import { setCount } from "./title.js"

class NeedsReplyCount extends HTMLElement {
  connectedCallback() {
    setCount(Number(this.getAttribute("count")))
  }
}

customElements.define("needs-reply-count", NeedsReplyCount)
