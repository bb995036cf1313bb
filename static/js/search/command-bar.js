/**
 * <command-bar people-url="…">: one field for everything: this page's commands, places to go,
 * members, and saved replies; anything else is searched for in texts.
 */

import { insert } from "../composer/insert.js"
import { OptionList } from "../composer/option_list.js"
import { t } from "../page/i18n.js"
import { isOffered, press } from "../page/press_element.js"
import { best } from "./fuzzy.js"
import { recent, remember } from "./recent.js"

const PAUSE = 120
const MAX_RESULTS = 8
const MAX_REPLIES = 4
const MAX_RECENT = 4

class CommandBar extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController()
    const { signal } = this.stop
    this.dialog = this.querySelector("dialog")
    this.field = this.querySelector(".commands-field")
    this.list = this.querySelector("[role=listbox]")
    this.optionList = new OptionList(this.list, {
      choose: (option) => this.choose(option),
      leave: () => this.dialog.close(),
      moved: (option) => this.moved(option),
    })
    this.dialog.addEventListener("shown", () => this.shown(), { signal })
    this.dialog.addEventListener("click", (event) => this.clicked(event), { signal })
    this.field.addEventListener("input", () => this.typed(), { signal })
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal })
    // This code may load after the dialog was opened and typed into.
    if (this.dialog.open) this.begin()
  }

  disconnectedCallback() {
    this.stop.abort()
    this.asking?.abort()
    clearTimeout(this.waiting)
  }

  get q() {
    return this.field.value.trim()
  }

  shown() {
    this.field.value = ""
    this.begin()
  }

  begin() {
    this.places = [...this.querySelectorAll(".places a")].map(placeOf)
    this.actions = actions().filter(({ label }) => this.places.every((one) => one.label !== label))
    this.typed()
  }

  clicked({ target }) {
    if (target === this.dialog) this.dialog.close() // clicked outside
  }

  pressed(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.steered = true
    this.optionList.pressed(event)
  }

  typed() {
    this.steered = false
    this.people = []
    this.replies = []
    this.show()
    clearTimeout(this.waiting)
    this.asking?.abort()
    if (this.q.length > 1) this.waiting = setTimeout(() => this.ask(), PAUSE)
  }

  async ask() {
    const { q } = this
    this.asking = new AbortController()
    const { signal } = this.asking
    const url = `${this.getAttribute("people-url")}?${new URLSearchParams({ q })}`
    const people = fetch(url, { signal }).then((answer) => (answer.ok ? answer.json() : null))
    const [found, replies] = await Promise.all([people, savedReplies(q, signal)]).catch(() => [])
    if (signal.aborted) return
    this.people = (found?.people ?? []).map(personOf)
    this.replies = replies ?? []
    this.show()
  }

  show() {
    // Later results from the server do not remove what someone has moved to.
    const chosen = this.steered && this.optionList.current?.command
    this.list.replaceChildren(
      ...this.groups()
        .filter(([, all]) => all.length)
        .map(groupElement),
    )
    const options = this.optionList.options
    for (const [n, option] of options.entries()) option.id = `command_${n}`
    const kept = chosen && options.findIndex(({ command }) => command.id === chosen.id)
    this.optionList.current = options[Math.max(kept ?? 0, 0)]
  }

  groups() {
    const { q } = this
    if (!q) {
      return [
        [t("Recent"), this.recently()],
        [t("Here"), this.actions],
        [t("Go to"), this.places],
      ]
    }
    return [
      [t("Commands"), best(q, [...this.actions, ...this.places], MAX_RESULTS)],
      [t("Members"), this.people],
      [t("Saved replies"), this.replies],
      [t("Search"), [this.words(q)]],
    ]
  }

  /** As far as it is available here. */
  recently() {
    const known = [...this.actions, ...this.places]
    const found = recent(MAX_RECENT).map(({ id, person }) =>
      person ? personOf(person) : known.find((one) => one.id === id),
    )
    return found.filter(Boolean)
  }

  words(q) {
    const link = this.querySelector(".places [data-search]")
    const label = t("Search all texts for “%(words)s”", { words: q })
    return { id: "words", label, icon: iconOf(link), run: () => this.search(link, q) }
  }

  search(link, q) {
    link.search = new URLSearchParams({ q })
    press(link)
    link.search = ""
  }

  moved(option) {
    if (option) this.field.setAttribute("aria-activedescendant", option.id)
    else this.field.removeAttribute("aria-activedescendant")
  }

  choose({ command }) {
    this.dialog.close()
    remember(command)
    // The listener that closes menus gets this click first.
    setTimeout(() => (command.person ? this.open(command.person) : command.run()))
  }

  open(person) {
    const form = this.querySelector(".commands-person")
    form.elements.member_id.value = person.id
    form.requestSubmit()
  }
}

/** What this page offers right now. */
function actions() {
  const all = [...document.querySelectorAll("[aria-keyshortcuts], .menu-more .menu-item")]
  const offered = all.filter((one) => !one.closest("command-bar, dialog") && isOffered(one))
  const named = offered.map(actionOf).filter(({ label }) => label)
  return named.filter((one, n) => named.findIndex(({ label }) => label === one.label) === n)
}

function actionOf(element) {
  const key = element.getAttribute("aria-keyshortcuts") ?? ""
  const label = element.dataset.command ?? titleOf(element) ?? wordsOfKey(key) ?? textOf(element)
  return { id: `do:${label}`, label, hint: key, icon: iconOf(element), run: () => press(element) }
}

/** Without the shortcut, which is shown beside it. */
function titleOf(element) {
  return element.title.replace(/\s*\([^()]*\)$/, "") || undefined
}

function wordsOfKey(key) {
  return key
    ? document.querySelector(`#keys [data-key="${CSS.escape(key)}"]`)?.textContent
    : undefined
}

function textOf(element) {
  const copy = element.cloneNode(true)
  for (const aside of copy.querySelectorAll("kbd, .menu-hint, [aria-hidden=true]")) aside.remove()
  return copy.textContent.trim()
}

function placeOf(link) {
  const { afterG } = link.dataset
  const hint = afterG ? `g ${afterG}` : (link.getAttribute("aria-keyshortcuts") ?? "")
  const id = `go:${link.getAttribute("href")}`
  return { id, label: textOf(link), hint, icon: iconOf(link), run: () => press(link) }
}

function personOf(person) {
  const { id, name, phone, initials } = person
  return { id: `person:${id}`, label: name, hint: phone, initials, hue: id % 8, person }
}

function iconOf(element) {
  return element.querySelector("svg, .avatar")?.cloneNode(true)
}

/** The church's saved replies, if there is a field to insert them into. */
async function savedReplies(q, signal) {
  const box = document.querySelector("#thread saved-replies[data-url]")
  const field = document.querySelector("#thread .composer-text:enabled")
  if (!box || !field) return []
  const url = `${box.dataset.url}?${new URLSearchParams({ q })}`
  const answer = await fetch(url, { signal, headers: { "Turbo-Frame": "saved_replies" } })
  if (!answer.ok) return []
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  return [...page.querySelectorAll("[data-body]")].slice(0, MAX_REPLIES).map((option) => ({
    id: `reply:${option.id}`,
    label: textOf(option.querySelector(".saved-title") ?? option),
    icon: iconOf(document.querySelector(".tool-saved")),
    run: () => insert(field, option.dataset.body),
  }))
}

function groupElement([name, commands]) {
  const group = document.createElement("div")
  group.role = "group"
  group.ariaLabel = name
  const title = document.createElement("p")
  title.className = "menu-title"
  title.ariaHidden = "true"
  title.textContent = name
  group.append(title, ...commands.map(optionElement))
  return group
}

function optionElement(command) {
  const option = document.createElement("div")
  option.role = "option"
  option.ariaSelected = "false"
  option.className = "command"
  option.command = command
  const label = document.createElement("span")
  label.className = "command-label"
  label.dir = "auto"
  label.textContent = command.label
  const icon = document.createElement("span")
  icon.className = "command-icon"
  icon.append(command.initials ? avatar(command) : (command.icon ?? ""))
  option.append(icon, label)
  if (command.hint) option.append(hintElement(command.hint))
  return option
}

function avatar({ initials, hue }) {
  const element = document.createElement("span")
  element.className = "avatar avatar-tiny"
  element.dataset.hue = hue
  element.ariaHidden = "true"
  element.textContent = initials
  return element
}

function hintElement(hint) {
  const element = document.createElement("span")
  element.className = "command-hint"
  element.textContent = hint.replace("Control+", "Ctrl ").replace("Shift+", "Shift ")
  return element
}

customElements.define("command-bar", CommandBar)
