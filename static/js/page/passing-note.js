/** <passing-note>: says what was done, and disappears after a while, unless someone is using it. */

const LASTS = 9_000

class PassingNote extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    if (this.hidden) return
    const words = this.querySelector(".toast-words")?.textContent ?? ""
    document.getElementById("announcer").textContent = words.trim().replace(/\s+/g, " ")
    this.addEventListener("click", ({ target }) => target.closest(".toast-close") && this.pass(), {
      signal,
    })
    this.addEventListener("pointerleave", () => this.wait(), { signal })
    this.wait()
  }

  disconnectedCallback() {
    this.stop.abort()
    clearTimeout(this.timer)
  }

  wait() {
    clearTimeout(this.timer)
    this.timer = setTimeout(
      () => (this.matches(":hover, :focus-within") ? this.wait() : this.pass()),
      LASTS,
    )
  }

  pass() {
    this.hidden = true
    this.replaceChildren()
  }
}

customElements.define("passing-note", PassingNote)
