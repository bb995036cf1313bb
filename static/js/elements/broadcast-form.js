/** <broadcast-form>: says how many people the chosen audience is, and keeps the text as a draft. */

class BroadcastForm extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    // Of this person alone: somebody else may sign in at this browser.
    this.draft = `draft:${document.documentElement.dataset.staffId}:broadcast`
    this.body = this.querySelector("[name=body]")
    this.body.value ||= sessionStorage.getItem(this.draft) ?? ""
    this.addEventListener("input", () => this.changed(), { signal: this.stop.signal })
    this.addEventListener("turbo:submit-end", ({ detail }) => this.ended(detail), {
      signal: this.stop.signal,
    })
    this.body.dispatchEvent(new Event("input", { bubbles: true }))
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  changed() {
    if (this.body.value) sessionStorage.setItem(this.draft, this.body.value)
    else sessionStorage.removeItem(this.draft)
    const toGroups = this.querySelector("[value=groups]").checked
    const groups = [...this.querySelectorAll("[name=target_ids]")]
    for (const group of groups) group.closest(".choice").hidden = !toGroups
    this.querySelector(".broadcast-total").textContent = this.total(toGroups, groups)
  }

  total(toGroups, groups) {
    if (!toGroups) return people(Number(this.querySelector("[value=all]").dataset.count))
    const chosen = groups.filter((group) => group.checked)
    if (!chosen.length) return "Choose one group or more"
    const sum = chosen.reduce((count, group) => count + Number(group.dataset.count), 0)
    // Who is in two groups gets it once, and who asked for no texts not at all: the server knows.
    return `Up to ${people(sum)}`
  }

  ended({ success }) {
    if (success) sessionStorage.removeItem(this.draft)
  }
}

function people(count) {
  return count === 1 ? "1 person" : `${count} people`
}

customElements.define("broadcast-form", BroadcastForm)
