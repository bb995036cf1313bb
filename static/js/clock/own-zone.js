/** <own-zone>: its field is filled with the time zone that this browser is in. */

class OwnZone extends HTMLElement {
  connectedCallback() {
    this.querySelector("input").value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""
  }
}

customElements.define("own-zone", OwnZone)
