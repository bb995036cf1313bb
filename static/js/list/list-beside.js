/** <list-beside>: its link leads back to the list that this page shows beside the pane. */

class ListBeside extends HTMLElement {
  connectedCallback() {
    const inbox = document.querySelector('live-room[name="inbox"]')
    if (!inbox) return
    this.querySelector("a").href = inbox.querySelector("row-list").getAttribute("listing")
  }
}

customElements.define("list-beside", ListBeside)
