/** Signs that word processors and phones put in, and that cost a text its room: their plain twins. */

const TWINS = [
  ["'", /[‘’‚‛′`´]/gu],
  ['"', /[“”„‟″«»]/gu],
  ["-", /[‐‑‒–—―−•]/gu],
  ["...", /…/gu],
  [" ", /[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]/gu],
  ["\n", /[\u2028\u2029]/gu],
  // Nothing is seen of these; the joiner within emoji (200d) is none of them.
  ["", /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/gu],
]

/** `“Yes” – 9 o’clock…` becomes `"Yes" - 9 o'clock...`; letters and emoji stay as they are. */
export function plain(text) {
  return TWINS.reduce((made, [twin, signs]) => made.replace(signs, twin), text)
}
