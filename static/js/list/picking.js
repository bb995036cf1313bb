/**
 * Rows are picked by their checkboxes, with Shift for a range, by `x` on the keyboard, or by a long
 * touch. The checkboxes belong to the form #bulk, which acts on the picked rows.
 */

import { tn } from "../page/i18n.js"
import { isTyping } from "../page/is_typing.js"

const MAX_SELECTED = 200
const LONG = 450
const STEADY = 10

export class Picking {
  constructor(list, rows) {
    Object.assign(this, { list, rows, picked: new Set(), anchor: null, touched: null })
  }

  /** None on pages without bulk actions. */
  get form() {
    return document.getElementById("bulk")
  }

  listen(signal) {
    if (!this.form) return
    this.rows.addEventListener("click", (event) => this.click(event), { signal, capture: true })
    this.rows.addEventListener("pointerdown", (event) => this.press(event), { signal })
    for (const event of ["pointerup", "pointercancel"]) {
      this.rows.addEventListener(event, () => clearTimeout(this.timer), { signal })
    }
    this.rows.addEventListener("pointermove", (event) => this.wander(event), { signal })
    this.rows.addEventListener("contextmenu", (event) => this.long && event.preventDefault(), {
      signal,
    })
    document.addEventListener("keydown", (event) => this.key(event), { signal })
    this.form.addEventListener("reset", () => this.none(), { signal })
    this.form.addEventListener("click", ({ target }) => target.closest(".bulk-all") && this.all(), {
      signal,
    })
    this.form.addEventListener("turbo:submit-end", ({ detail }) => detail.success && this.none(), {
      signal,
    })
  }

  /** After each change to the list: a replaced row stays picked, a removed one does not. */
  settle() {
    if (!this.form) return
    for (const id of this.picked) if (!this.rows.querySelector(`#${id}`)) this.picked.delete(id)
    for (const row of this.rows.children) {
      const box = row.querySelector(".row-pick")
      if (box) box.checked = this.picked.has(row.id)
    }
    const { size } = this.picked
    this.list.toggleAttribute("data-picking", size > 0)
    const words = size ? tn("%(num)s selected", "%(num)s selected", size) : ""
    const count = this.form.querySelector(".bulk-count")
    if (count.textContent !== words) count.textContent = words
    if (size) return
    for (const menu of this.form.querySelectorAll("details[open]")) menu.open = false
  }

  click(event) {
    const row = event.target.closest(".row")
    const box = event.target.closest(".row-pick")
    // On a touch screen, the whole row is the checkbox while others are picked.
    const tapped = this.touched === "touch" && this.picked.size > 0
    if (this.long || (!box && tapped)) {
      event.preventDefault()
      event.stopPropagation()
    }
    if (this.long) this.long = false
    else if (box) this.pick(row, box.checked, event.shiftKey)
    else if (tapped) this.pick(row, !this.picked.has(row.id))
  }

  press({ target, pointerType, clientX, clientY, isPrimary }) {
    this.touched = pointerType
    this.long = false
    const row = target.closest(".row")
    clearTimeout(this.timer)
    if (pointerType !== "touch" || !isPrimary || !row) return
    this.at = [clientX, clientY]
    this.timer = setTimeout(() => {
      this.long = true
      this.pick(row, !this.picked.has(row.id))
      navigator.vibrate?.(10)
    }, LONG)
  }

  wander({ clientX, clientY }) {
    if (this.at && Math.hypot(clientX - this.at[0], clientY - this.at[1]) > STEADY)
      clearTimeout(this.timer)
  }

  key(event) {
    if (isTyping(event) || event.defaultPrevented) return
    if (event.key === "Escape" && this.picked.size && !document.querySelector("details.menu[open]"))
      this.none()
    const row = document.activeElement.closest?.(".row")
    if (event.key.toLowerCase() !== "x" || !this.rows.contains(row)) return
    event.preventDefault()
    this.pick(row, event.shiftKey || !this.picked.has(row.id), event.shiftKey)
  }

  /** With `through`, everything between this row and the previous one. */
  pick(row, on, through = false) {
    const all = [...this.rows.children]
    const from = all.findIndex(({ id }) => id === this.anchor)
    const [first, last] = [from, all.indexOf(row)].sort((a, b) => a - b)
    const some = through && from >= 0 ? all.slice(first, last + 1) : [row]
    for (const { id } of some) {
      if (!on) this.picked.delete(id)
      else if (this.picked.size < MAX_SELECTED) this.picked.add(id)
    }
    this.anchor = row.id
    this.settle()
  }

  all() {
    for (const { id } of [...this.rows.children].slice(0, MAX_SELECTED)) this.picked.add(id)
    this.settle()
  }

  none() {
    this.picked.clear()
    this.anchor = null
    this.settle()
    this.list.dispatchEvent(new Event("change"))
  }
}
