/** An element about one `conversation` that updates whenever its source reports a change to it. */

/** `source` dispatches "change" events with a conversation's id as `detail`. */
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
