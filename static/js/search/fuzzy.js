/**
 * Finds labels by a few letters: those that begin with them, whose words do, or that contain them
 * in order.
 */

import { withoutAccents } from "../page/without_accents.js"

/** The commands whose labels match what was typed, best first. */
export function best(typed, commands, most) {
  const wanted = withoutAccents(typed).trim()
  const scored = commands.map((command) => [
    score(wanted, withoutAccents(command.label).trim()),
    command,
  ])
  const found = scored.filter(([points]) => points > 0)
  return found
    .sort(([a], [b]) => b - a)
    .slice(0, most)
    .map(([, command]) => command)
}

function score(wanted, label) {
  if (label.startsWith(wanted)) return 4
  if (label.includes(` ${wanted}`)) return 3
  if (label.includes(wanted)) return 2
  return standsInOrder(wanted.replaceAll(" ", ""), label) ? 1 : 0
}

/**
 * Each letter begins a word or follows the previous match: "mu" finds "Mark unread", but not
 * "human".
 */
function standsInOrder(wanted, label) {
  let at = -1
  for (const letter of wanted) {
    if (label[at + 1] === letter) at += 1
    else {
      const next = ` ${label}`.indexOf(` ${letter}`, at + 1)
      if (next < 0) return false
      at = next
    }
  }
  return true
}
