/**
 * <row-verbs>: a form that follows the pointer from row to row. Its buttons name an action under
 * the conversation's URL.
 */

const pointing = matchMedia("(hover: hover) and (pointer: fine)")

class RowVerbs extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    const list = this.closest("row-list")
    this.form ??= this.querySelector("form")
    list.addEventListener("pointerover", ({ target }) => this.go(target.closest(".row")), {
      signal,
    })
    list.addEventListener("pointerleave", () => this.go(null), { signal })
    // Runs before submitting: the URLs are those of the row that it is in then.
    this.form.addEventListener("click", ({ target }) => this.address(target.closest("button")), {
      signal,
    })
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  go(row) {
    if (row && !pointing.matches) return
    this.form.hidden = !row
    if (row && this.form.parentElement !== row) row.append(this.form)
    if (!row) this.append(this.form)
  }

  address(button) {
    const [link] = this.form.parentElement.getElementsByClassName("row-link")
    if (button && link)
      button.formAction = `${link.pathname}/${button.getAttribute("formaction").split("/").at(-1)}`
  }
}

customElements.define("row-verbs", RowVerbs)
