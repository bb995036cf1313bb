/** An element about one `conversation` that updates whenever its source reports a change to it. */

/** `source` dispatches "change" events with a conversation's id as `detail`. */
export function conversationElement(source) {
  const here = new Set()
  source.addEventListener("change", ({ detail }) => {
    for (const one of here) if (one.conversation === detail) one.show()
  })
  return class extends HTMLElement {
    connectedCallback() {
      here.add(this)
      this.show()
    }

    disconnectedCallback() {
      here.delete(this)
    }

    get conversation() {
      return Number(this.getAttribute("conversation"))
    }
  }
}
