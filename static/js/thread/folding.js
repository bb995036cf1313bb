/** Long texts show their beginning, and the rest on request. */

import { t } from "../page/i18n.js"

const MAX_SHOWN = 400

const looked = new WeakSet()
/** Ids of bubbles that someone has expanded; they stay expanded when replaced. */
const whole = new Set()

export function fold(articles) {
  const fresh = articles.filter((article) => !looked.has(article))
  // Measure all before changing any, so that the page is laid out once.
  const long = fresh.filter((article) => textOf(article)?.scrollHeight > MAX_SHOWN)
  for (const article of fresh) looked.add(article)
  for (const article of long) if (!whole.has(article.id)) shorten(article)
}

function shorten(article) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "bubble-more"
  button.textContent = t("Show all")
  button.addEventListener("click", () => {
    whole.add(article.id)
    textOf(article).removeAttribute("data-long")
    button.remove()
  })
  textOf(article).setAttribute("data-long", "")
  textOf(article).after(button)
}

function textOf(article) {
  return article.querySelector(".bubble-text")
}
