/**
 * <people-picker url="/broadcasts/people" most="500">: searches members and shows the chosen ones
 * as chips.
 */

import { t } from "../page/i18n.js"

const PAUSE = 200

class PeoplePicker extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.field.addEventListener("input", (event) => this.typed(event), { signal })
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.field.addEventListener("focus", () => this.field.value && this.look(), { signal })
    this.addEventListener(
      "focusout",
      ({ relatedTarget }) => this.contains(relatedTarget) || this.close(),
      { signal },
    )
    // Before the field loses focus, and with it the list that is being clicked.
    this.found.addEventListener("pointerdown", (event) => event.preventDefault(), { signal })
    this.addEventListener("click", (event) => this.clicked(event), { signal })
    // Typed before this code loaded.
    if (this.field.matches(":focus") && this.field.value) this.look()
  }

  disconnectedCallback() {
    this.stop.abort()
    clearTimeout(this.waiting)
  }

  get field() {
    return this.querySelector(".picker-field")
  }

  get found() {
    return this.querySelector(".picker-found")
  }

  /** The chosen members, as pairs of id and name. */
  get people() {
    return [...this.querySelectorAll(".pick")].map((pick) => ({
      id: pick.querySelector("input").value,
      name: pick.querySelector(".pick-name").textContent,
    }))
  }

  add({ id, name }) {
    if (this.people.some((one) => one.id === String(id))) return
    const pick = this.querySelector("template").content.cloneNode(true)
    pick.querySelector("input").value = id
    pick.querySelector(".pick-name").textContent = name
    this.querySelector(".picked").append(pick)
  }

  typed(event) {
    // Typing here does not change the draft.
    event.stopPropagation()
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.look(), PAUSE)
  }

  async look() {
    const q = this.field.value.trim()
    if (!q) return this.close()
    if (this.people.length >= Number(this.getAttribute("most"))) return this.tellFull()
    this.looking?.abort()
    this.looking = new AbortController()
    const address = `${this.getAttribute("url")}?q=${encodeURIComponent(q)}`
    const answer = await fetch(address, { signal: this.looking.signal }).catch(() => null)
    if (!answer?.ok || this.field.value.trim() !== q) return
    this.found.innerHTML = await answer.text()
    this.open()
    this.point(this.options[0])
  }

  tellFull() {
    this.found.textContent = t(
      "You cannot select more members one by one. Choose groups, or everyone.",
    )
    this.open()
  }

  open() {
    this.found.hidden = false
    this.field.setAttribute("aria-expanded", "true")
    this.found.scrollIntoView({ block: "nearest" })
  }

  close() {
    this.looking?.abort()
    this.found.hidden = true
    this.field.setAttribute("aria-expanded", "false")
    this.field.removeAttribute("aria-activedescendant")
  }

  get options() {
    return [...this.found.querySelectorAll(".picker-option:not([aria-disabled])")]
  }

  get pointed() {
    return this.found.querySelector('[aria-selected="true"]')
  }

  point(option) {
    this.pointed?.setAttribute("aria-selected", "false")
    if (!option) return
    option.setAttribute("aria-selected", "true")
    option.scrollIntoView({ block: "nearest" })
    this.field.setAttribute("aria-activedescendant", option.id)
  }

  pressed(event) {
    if (event.isComposing) return
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by && !this.found.hidden)
      this.point(this.options.at((this.options.indexOf(this.pointed) + by) % this.options.length))
    else if (event.key === "Enter") this.choose(this.found.hidden ? null : this.pointed)
    else if (event.key === "Escape" && !this.found.hidden) this.close()
    else if (event.key === "Backspace" && !this.field.value)
      this.remove(this.querySelector(".pick:last-child"))
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  clicked({ target }) {
    const option = target.closest(".picker-option:not([aria-disabled])")
    if (option) this.choose(option)
    if (target.closest(".pick-off")) {
      this.remove(target.closest(".pick"))
      this.field.focus()
    }
  }

  choose(option) {
    if (!option) return
    this.add({ id: option.dataset.id, name: option.dataset.name })
    this.field.value = ""
    this.close()
    this.changed()
  }

  remove(pick) {
    pick?.remove()
    this.changed()
  }

  changed() {
    this.querySelector(".picked").dispatchEvent(new Event("input", { bubbles: true }))
  }
}

customElements.define("people-picker", PeoplePicker)
