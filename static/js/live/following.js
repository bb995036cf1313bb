/** An element about one `conversation` that is shown anew whenever its source says so of that one. */

/** `source` tells "change" events whose `detail` is the id of a conversation. */
export function following(source) {
  return class extends HTMLElement {
    connectedCallback() {
      this.stop = new AbortController()
      const { signal } = this.stop
      source.addEventListener(
        "change",
        ({ detail }) => detail === this.conversation && this.show(),
        { signal },
      )
      this.show()
    }

    disconnectedCallback() {
      this.stop.abort()
    }

    get conversation() {
      return Number(this.getAttribute("conversation"))
    }
  }
}
