/** <mention-list>: the colleagues that an "@" in a note may mention. */

import { insert } from "./insert.js"
import { OptionList } from "./option_list.js"

const CALLED = /(?:^|[\s(])@([\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]*)?)$/u

class MentionList extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.box = this.closest("compose-box")
    this.field = this.box.querySelector(".composer-text")
    this.list = new OptionList(this, {
      choose: (option) => this.choose(option),
      leave: () => this.close(),
      moved: (option) => this.tell(option),
    })
    this.field.addEventListener("input", () => this.typed(), { signal })
    this.field.addEventListener("blur", () => this.close(), { signal })
    this.field.addEventListener("keydown", (event) => this.hidden || this.list.pressed(event), {
      signal,
      capture: true,
    })
    this.box.addEventListener("turned", () => this.close(), { signal })
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  /** The text between the "@" and the caret; null if there is no mention there. */
  get asked() {
    const before = this.field.value.slice(0, this.field.selectionStart)
    return this.box.kind === "note" ? (CALLED.exec(before)?.[1] ?? null) : null
  }

  typed() {
    const asked = this.asked?.toLowerCase()
    for (const option of this.querySelectorAll("[role=option]")) {
      const name = option.dataset.name.toLowerCase()
      const meant = asked !== undefined && ` ${name}`.includes(` ${asked}`) && name !== asked.trim()
      option.hidden = !meant
    }
    if (!this.list.options.length) return this.close()
    this.hidden = false
    this.list.first()
  }

  choose(option) {
    const { selectionStart: caret } = this.field
    const start = caret - this.asked.length
    this.close()
    insert(this.field, `${option.dataset.name} `, start, caret)
  }

  tell(option) {
    if (!option) return
    this.field.setAttribute("aria-autocomplete", "list")
    this.field.setAttribute("aria-controls", this.id)
    this.field.setAttribute("aria-activedescendant", option.id)
  }

  close() {
    if (this.hidden) return
    this.hidden = true
    for (const name of ["autocomplete", "controls", "activedescendant"]) {
      this.field.removeAttribute(`aria-${name}`)
    }
  }
}

customElements.define("mention-list", MentionList)
