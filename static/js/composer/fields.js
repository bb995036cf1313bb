/** Fields in a text, such as {first_name}: the same rules as in inbox/rules/merge.py. */

const KNOWN = /\{\s*first_name\s*\}/gi
// What someone may have intended as a field.
const MEANT = /\{\s*(\p{L}[^{}\n]{0,39}?)\s*\}/gu

export const FIRST_NAME = "{first_name}"

export function merge(text, firstName) {
  return text.replace(KNOWN, () => firstName)
}

/** The first {word} or {few words}, with its braces, that is not a known field; or undefined. */
export function unknownIn(text) {
  return [...text.matchAll(MEANT)].find(([, word]) => word.toLowerCase() !== "first_name")?.[0]
}
