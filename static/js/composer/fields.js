/** Fields in a text, such as {first_name}: the same rules as in inbox/rules/merge.py. */

const KNOWN = /[{｛]{1,4}\s{0,9}first_name\s{0,9}[}｝]{1,4}/gi
// What someone may have intended as a field: a few words in braces, or first_name with only one of
// its braces, or with more between them.
const MEANT =
  /[{｛]{1,4}\s{0,9}(\p{L}[\p{L}\p{N}_]*(?:[ ./'’-]+[\p{L}_][\p{L}\p{N}_]*){0,3})\s{0,9}[}｝]{1,4}|[{｛]{1,4}\s{0,9}first[_ ]?name(?:[^{}｛｝\n]{0,40}[}｝]{1,4})?|first[_ ]?name\s{0,9}[}｝]{1,4}/giu

export const FIRST_NAME = "{first_name}"

export function merge(text, firstName) {
  return text.replace(KNOWN, () => firstName)
}

/**
 * The first {word} or {few words}, with its braces, that is not a known field, or a known field without
 * one of its braces; or undefined.
 */
export function unknownIn(text) {
  return [...text.matchAll(MEANT)].find(([, word]) => word?.toLowerCase() !== "first_name")?.[0]
}
