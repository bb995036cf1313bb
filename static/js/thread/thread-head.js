/** <thread-head data-title="Naomi Park">: who is being talked with. A new name is the tab's, too. */

import { setTitle } from "../page/title.js"

class ThreadHead extends HTMLElement {
  connectedCallback() {
    setTitle(this.dataset.title)
  }
}

customElements.define("thread-head", ThreadHead)
