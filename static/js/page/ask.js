/**
 * The confirmation before something that cannot be undone: `data-turbo-confirm`. Its first line is
 * the question; the rest is shown below. The buttons show `data-yes` and `data-no`, or by default
 * the pressed button's label and "Cancel".
 */

import { t } from "./i18n.js"

/** Whether the person confirmed. */
export function ask(words, _form, submitter) {
  const [question, ...more] = words.split("\n").map((line) => line.trim())
  const dialog = document.createElement("dialog")
  dialog.classList.add("dialog", "ask")
  dialog.setAttribute("aria-labelledby", "ask_question")
  dialog.append(element("h2", question, "ask_question"))
  for (const line of more.filter(Boolean)) dialog.append(element("p", line))
  dialog.append(buttons(submitter))
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove()
      submitter?.focus()
      resolve(dialog.returnValue === "yes")
    })
  })
}

function buttons(submitter) {
  const form = element("form")
  form.method = "dialog"
  form.className = "form-foot"
  const no = button(submitter?.dataset.no ?? t("Cancel"), "")
  const yes = button(submitter?.dataset.yes ?? (submitter?.textContent.trim() || t("Yes")), "yes")
  yes.classList.add(submitter?.matches(".button-bad") ? "button-bad" : "button-main")
  form.append(no, yes)
  return form
}

function button(words, value) {
  const made = element("button", words)
  made.className = "button"
  made.value = value
  return made
}

function element(name, text = "", id = "") {
  const made = document.createElement(name)
  made.textContent = text
  if (id) made.id = id
  return made
}
