/**
 * <undone-text>: puts an undone text back into the composer. The response to Undo, in the bubble's
 * form, removes the bubble.
 */

class UndoneText extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.bodies = new Map()
    document.addEventListener("turbo:submit-start", ({ detail }) => this.asked(detail), { signal })
    document.addEventListener("turbo:submit-end", ({ detail }) => this.answered(detail), { signal })
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  asked({ formSubmission: { formElement: form } }) {
    const bubble = form.closest(".message")
    if (!bubble || !form.getAttribute("action").endsWith("/cancel")) return
    this.bodies.set(form, bubble.querySelector(".bubble-text").textContent)
  }

  answered({ formSubmission: { formElement: form }, success }) {
    const body = this.bodies.get(form)
    this.bodies.delete(form)
    if (!success || !body) return
    const box = this.closest("compose-box")
    // The server restores it too, and may have been faster.
    box.giveBack(box.texts.reply.startsWith(body) ? "" : body)
    box.field.focus({ preventScroll: true })
  }
}

customElements.define("undone-text", UndoneText)
