/**
 * <thread-head data-title="Naomi Park">: the conversation's member. A new name also goes into the
 * tab's title.
 */

import { setTitle } from "../page/title.js"

class ThreadHead extends HTMLElement {
  connectedCallback() {
    setTitle(this.dataset.title)
  }
}

customElements.define("thread-head", ThreadHead)
