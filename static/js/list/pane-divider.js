/**
 * <pane-divider role="separator">: between the list and the pane beside it. Dragging it, or the
 * arrow keys, sets the list's width in percent of the page, which this browser remembers.
 */

const STORE = "list-width"
const [LEAST, USUAL, MOST] = [20, 25, 45]
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }

// On a phone there is no divider, and reading the storage would delay the page.
const wide = matchMedia("(min-width: 700px)")

class PaneDivider extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.addEventListener("pointerdown", (event) => this.grasp(event), { signal })
    this.addEventListener("pointermove", (event) => this.drag(event), { signal })
    this.addEventListener("lostpointercapture", () => this.keep(), { signal })
    this.addEventListener("dblclick", () => this.keep(USUAL), { signal })
    this.addEventListener("keydown", (event) => this.step(event), { signal })
    wide.addEventListener("change", () => this.restore(), { signal })
    this.restore()
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  restore() {
    if (wide.matches) this.show(Number(localStorage.getItem(STORE)) || USUAL)
  }

  grasp(event) {
    event.preventDefault()
    this.setPointerCapture(event.pointerId)
  }

  drag({ pointerId, clientX }) {
    if (!this.hasPointerCapture(pointerId)) return
    const start = document.querySelector(".pane-list").getBoundingClientRect()
    const rtl = getComputedStyle(this).direction === "rtl"
    this.show(((rtl ? start.right - clientX : clientX - start.left) / innerWidth) * 100)
  }

  step(event) {
    if (!(event.key in STEPS)) return
    event.preventDefault()
    this.keep(this.width + STEPS[event.key])
  }

  keep(width = this.width) {
    this.show(width)
    localStorage.setItem(STORE, this.width)
  }

  show(width) {
    this.width = Math.min(MOST, Math.max(LEAST, width))
    this.ariaValueNow = String(Math.round(this.width))
    // A width that no one has changed is left to the style sheet.
    const style = document.documentElement.style
    if (this.width === USUAL) style.removeProperty("--list-width")
    else style.setProperty("--list-width", `${this.width}%`)
  }
}

customElements.define("pane-divider", PaneDivider)
