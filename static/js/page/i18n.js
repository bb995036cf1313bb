/** What the scripts say, in the language of the page. The code contains the English. */

export const lang = document.documentElement.lang || "en"

/**
 * For numbers and dates: the browser's own variant of the page's language, such as Irish English.
 * Without one, the page's language as in the browser's region: Spanish in the United States has
 * 8:00 a.m., not 8:00.
 */
export const locale = navigator.languages.find((one) => one.split("-")[0] === lang) ?? regional()

const words = JSON.parse(document.getElementById("words")?.textContent || "{}")
// Created when they are first needed.
let plurals, numbers

/** `t("Draft: %(text)s", { text })` */
export function t(text, values = {}) {
  return fill(words[text] ?? text, values)
}

/** `tn("%(num)s text", "%(num)s texts", 3)` */
export function tn(one, many, num, values = {}) {
  const forms = words[one] ?? [one, many]
  plurals ??= new Intl.PluralRules(lang)
  return fill(forms[plurals.select(num) === "one" ? 0 : 1], { num: number(num), ...values })
}

export function number(value) {
  numbers ??= new Intl.NumberFormat(locale)
  return numbers.format(value)
}

function regional() {
  const { region } = new Intl.Locale(navigator.language)
  return region ? `${lang}-${region}` : lang
}

function fill(text, values) {
  return text.replace(/%\((\w+)\)s|%%/g, (_, name) => (name ? isolated(values[name]) : "%"))
}

/** Isolates right-to-left text, such as a Hebrew name, so that the sentence stays in order. */
function isolated(value) {
  return runsFromRight(value) ? `\u2068${value}\u2069` : value
}

/** The same as in inbox/i18n.py. */
export function runsFromRight(value) {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(
    value,
  )
}
