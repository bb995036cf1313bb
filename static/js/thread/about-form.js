/** <about-form>: the field starts with the current notes, whoever wrote them. */

class AboutForm extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.fold = this.querySelector("details")
    this.fold.addEventListener("toggle", () => this.opened(), { signal })
    this.querySelector(".about-leave").addEventListener("click", () => this.close(), { signal })
    this.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.addEventListener("turbo:submit-end", ({ detail }) => detail.success && this.close(), {
      signal,
    })
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  opened() {
    if (!this.fold.open) return
    const field = this.querySelector("textarea")
    const { about } = this.parentElement.querySelector("[data-about]").dataset
    // The event fires a moment late, so someone may already be in it.
    if (field !== document.activeElement) field.value = about
    this.querySelector("[name=was]").value = about
    this.querySelector(".menu-problem").replaceChildren()
    field.focus()
  }

  close() {
    this.fold.open = false
    this.querySelector("summary").focus({ preventScroll: true })
  }

  pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      this.querySelector("form").requestSubmit()
    if (event.key !== "Escape" || !this.fold.open) return
    event.stopPropagation()
    this.close()
  }
}

customElements.define("about-form", AboutForm)
