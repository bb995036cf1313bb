/**
 * <light-box>: shows the pictures of the surrounding thread one by one, full screen. Without it,
 * their links open a tab.
 */

import { t } from "../page/i18n.js"

class LightBox extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.image = this.querySelector("img")
    this.stop = new AbortController()
    const { signal } = this.stop
    this.closest(".thread").addEventListener("click", (event) => this.clicked(event), { signal })
    this.dialog.addEventListener("keydown", (event) => this.pressed(event), { signal })
    this.dialog.addEventListener("click", ({ target }) => this.chose(target), { signal })
    this.dialog.addEventListener("close", () => this.image.removeAttribute("src"), { signal })
  }

  disconnectedCallback() {
    this.stop.abort()
  }

  get links() {
    return [...this.closest(".thread").querySelectorAll("a.picture")]
  }

  clicked(event) {
    const link = event.target.closest("a.picture")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.show(link)
    this.dialog.showModal()
  }

  show(link) {
    const { links } = this
    const place = links.indexOf(link)
    this.shown = link
    this.image.src = link.href
    this.image.alt = link.querySelector("img").alt
    this.querySelector(".lightbox-place").textContent = t("%(place)s of %(count)s", {
      place: place + 1,
      count: links.length,
    })
    this.querySelector(".lightbox-open").href = link.href
    this.dialog.toggleAttribute("data-alone", links.length === 1)
    for (const [name, by] of [
      ["before", -1],
      ["after", 1],
    ]) {
      this.querySelector(`.lightbox-${name}`).disabled = !links[place + by]
    }
  }

  step(by) {
    const { links } = this
    const next = links[links.indexOf(this.shown) + by]
    if (next) this.show(next)
  }

  pressed(event) {
    if (event.key === "ArrowLeft") this.step(-1)
    else if (event.key === "ArrowRight") this.step(1)
  }

  /** A click beside the picture closes it. */
  chose(target) {
    if (target.closest(".lightbox-before")) this.step(-1)
    else if (target.closest(".lightbox-after")) this.step(1)
    else if (
      target === this.dialog ||
      target.matches(".lightbox-stage, .lightbox-close, .lightbox-close *")
    )
      this.dialog.close()
  }
}

customElements.define("light-box", LightBox)
