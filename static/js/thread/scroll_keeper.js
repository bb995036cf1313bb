/** Keeps a scrolled pane where its reader is: at the end, or at the bubble they are looking at. */

const NEAR = 48

export class ScrollKeeper {
  /**
   * `pane` scrolls; `items` is a function that returns its items, top to bottom. While `isWhole`
   * returns false, more items are missing below, so the pane's end is not the real end.
   */
  constructor(pane, items, isWhole = () => true) {
    this.pane = pane
    this.items = items
    this.isWhole = isWhole
    this.atEnd = true
    this.anchor = null
  }

  get distance() {
    return this.pane.scrollHeight - this.pane.scrollTop - this.pane.clientHeight
  }

  /** After the reader has scrolled. Growth meanwhile was not their doing. */
  remember() {
    if (this.held !== undefined && this.held !== this.extent) return this.restore()
    this.keep()
  }

  get extent() {
    return `${this.pane.scrollHeight} ${this.pane.clientHeight} ${this.pane.clientWidth}`
  }

  keep() {
    this.held = this.extent
    this.atEnd = this.distance < NEAR && this.isWhole()
    const top = this.pane.getBoundingClientRect().top
    const first = this.items().find((item) => item.getBoundingClientRect().bottom > top)
    this.anchor = first && { id: first.id, offset: first.getBoundingClientRect().top - top }
  }

  /** After an item was added or removed, or grew. */
  restore() {
    this.held = this.extent
    if (this.atEnd) return this.toEnd()
    const item = this.anchor && document.getElementById(this.anchor.id)
    if (!item) return
    const top = this.pane.getBoundingClientRect().top
    this.pane.scrollTop += item.getBoundingClientRect().top - top - this.anchor.offset
  }

  toEnd(behavior = "instant") {
    this.atEnd = true
    this.held = this.extent
    this.pane.scrollTo({ top: this.pane.scrollHeight, behavior })
  }

  /** Show an item a quarter from the top. */
  toItem(item) {
    const quarter = this.pane.clientHeight / 4
    this.pane.scrollTop +=
      item.getBoundingClientRect().top - this.pane.getBoundingClientRect().top - quarter
    this.keep()
  }
}
