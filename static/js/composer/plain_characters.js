/**
 * Typographic characters that word processors and phones insert, and that make a text cost more:
 * their plain equivalents.
 */

const TWINS = [
  ["'", /[‘’‚‛′`´]/gu],
  ['"', /[“”„‟″«»]/gu],
  ["-", /[‐‑‒–—―−•]/gu],
  ["...", /…/gu],
  [" ", /[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu],
  ["\n", /[\u2028\u2029]/gu],
  // These are invisible; the joiner inside emoji (200d) is not one of them.
  ["", /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/gu],
]

/** `“Yes” – 9 o’clock…` becomes `"Yes" - 9 o'clock...`; letters and emoji stay as they are. */
export function plain(text) {
  return TWINS.reduce((made, [twin, signs]) => made.replace(signs, twin), text)
}
