/** <emoji-picker>: all emoji, recent ones first, searchable in the reader's language. */

import { lang, t } from "../page/i18n.js"
import { withoutAccents } from "../page/without_accents.js"
import { insert } from "./insert.js"
import { Pop } from "./pop.js"

const MAX_RECENT = 16
const MAX_FOUND = 96
// Without the variation selector, which only affects how they are drawn.
const LIKED = new Set("🙏 ❤ 😊 🙂 😂 😢 👍 👏 🎉 🌹 ✝ ⛪".split(" "))

/** The group numbers in the data. */
const groups = () => [
  [0, "😀", t("Smileys")],
  [1, "👋", t("People")],
  [3, "🐻", t("Animals and nature")],
  [4, "🍎", t("Food and drink")],
  [5, "🚗", t("Travel and places")],
  [6, "⚽", t("Activities")],
  [7, "💡", t("Objects")],
  [8, "💟", t("Symbols")],
  [9, "🏁", t("Flags")],
]

// Large, so each is a separate file.
const NAMES = {
  en: () => import("../../vendor/emoji.en.js"),
  es: () => import("../../vendor/emoji.es.js"),
}

let loading = null

/** [[emoji, name, [words], group]] */
function load() {
  const language = lang.startsWith("es") ? "es" : "en"
  loading ??= NAMES[language]()
    .then((module) => module.default)
    .catch(() => {
      loading = null
      return []
    })
  return loading
}

class EmojiPicker extends Pop {
  rows = []

  connectedCallback() {
    super.connectedCallback()
    const { signal } = this.stop
    this.search = this.querySelector("input")
    this.pages = this.querySelector(".emoji-pages")
    this.search.addEventListener("input", () => this.draw(), { signal })
    this.addEventListener("click", (event) => this.clicked(event), { signal })
    this.addEventListener("keydown", (event) => this.pressed(event), { signal })
  }

  async open() {
    super.open()
    this.search.value = ""
    this.search.focus({ preventScroll: true })
    this.querySelector(".emoji-groups").replaceChildren(...groups().map(groupButton))
    this.rows = await load()
    this.draw()
  }

  draw() {
    const asked = withoutAccents(this.search.value.trim())
    const sections = asked ? [this.section(t("Found"), this.found(asked))] : this.sections()
    this.pages.replaceChildren(...sections)
    this.pages.scrollTop = 0
    if (this.emoji.length) this.emoji[0].tabIndex = 0
    this.querySelector(".emoji-groups").hidden = Boolean(asked)
    this.querySelector(".emoji-none").hidden = !this.rows.length || Boolean(this.emoji.length)
  }

  sections() {
    const recent = recentOnes()
    const known = new Map(this.rows.map((row) => [row[0], row]))
    const lately = recent.map((one) => known.get(one)).filter(Boolean)
    const all = groups().map(([number, , name]) => {
      return this.section(
        name,
        this.rows.filter((row) => row[3] === number),
        number,
      )
    })
    return lately.length ? [this.section(t("Recently used"), lately), ...all] : all
  }

  found(asked) {
    const ranked = this.rows.map((row) => [rank(row, asked), row]).filter(([points]) => points)
    ranked.sort(([a], [b]) => b - a)
    return ranked.slice(0, MAX_FOUND).map(([, row]) => row)
  }

  section(name, rows, number = "") {
    const section = document.createElement("section")
    const title = document.createElement("h2")
    section.dataset.group = number
    title.textContent = name
    section.append(title, ...rows.map(button))
    return section
  }

  get emoji() {
    return [...this.pages.querySelectorAll("button")]
  }

  clicked({ target, shiftKey }) {
    const group = target.closest("[data-goto]")
    if (group) return this.goTo(group.dataset.goto)
    const chosen = target.closest(".emoji-pages button")?.textContent
    if (!chosen) return
    insert(this.field, chosen)
    remember(chosen)
    if (!shiftKey) this.close()
  }

  goTo(number) {
    const section = this.pages.querySelector(`[data-group="${number}"]`)
    if (section) this.pages.scrollTop = section.offsetTop
  }

  /** Arrows move from the search field to the emoji and among them. */
  pressed(event) {
    const all = this.emoji
    const at = all.indexOf(document.activeElement)
    if (event.key === "Enter" && at < 0 && event.target === this.search) {
      event.preventDefault()
      all[0]?.click()
    }
    if (at < 0 && event.key !== "ArrowDown") return
    const next = at < 0 ? all[0] : all[at + steps(all, at)[event.key]]
    if (!next && event.key !== "ArrowUp") return
    event.preventDefault()
    ;(next ?? this.search).focus()
  }
}

/**
 * Matches in the name come before those in keywords, and whole words before prefixes: "heart" finds
 * the red heart before the wink whose keywords include "heartbreaker". Ties are ordered by
 * popularity.
 */
function rank([emoji, name, words], asked) {
  const named = ` ${withoutAccents(name)} `
  const known = words.map(withoutAccents)
  const liked = LIKED.has(emoji.replace("\ufe0f", "")) ? 1 : 0
  if (named.includes(` ${asked} `)) return 6 + liked
  if (known.includes(asked)) return 4 + liked
  return [named, ...known].some((word) => ` ${word}`.includes(` ${asked}`)) ? 2 + liked : 0
}

/** How far each arrow key moves: up and down to the nearest emoji in the next line. */
function steps(all, at) {
  const { offsetLeft: left, offsetTop: top } = all[at]
  const below = all.findIndex(
    (one, index) => index > at && one.offsetTop > top && one.offsetLeft >= left,
  )
  const above = all.findLastIndex(
    (one, index) => index < at && one.offsetTop < top && one.offsetLeft <= left,
  )
  return {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: below - at,
    ArrowUp: above < 0 ? -all.length : above - at,
  }
}

function groupButton([number, emoji, name]) {
  const made = button([emoji, name])
  made.dataset.goto = number
  made.tabIndex = 0
  return made
}

function button([emoji, name]) {
  const made = document.createElement("button")
  made.type = "button"
  made.textContent = emoji
  made.title = name
  made.ariaLabel = name
  made.tabIndex = -1
  return made
}

function place() {
  return `emoji:${document.documentElement.dataset.staffId}`
}

function recentOnes() {
  return JSON.parse(localStorage.getItem(place()) ?? "[]")
}

function remember(emoji) {
  const others = recentOnes().filter((one) => one !== emoji)
  localStorage.setItem(place(), JSON.stringify([emoji, ...others].slice(0, MAX_RECENT)))
}

customElements.define("emoji-picker", EmojiPicker)
