/** Fields in a text, such as {first_name}: the same rules as in inbox/rules/merge.py. */

const KNOWN = /[{｛]+\s*first_name\s*[}｝]+/gi
// What someone may have intended as a field: a few words in braces, or first_name with only one of
// its braces, or with more between them.
const MEANT =
  /[{｛]+\s*(\p{L}[\p{L}\p{N}_]*(?:[ ./'’-]+[\p{L}_][\p{L}\p{N}_]*){0,3})\s*[}｝]+|[{｛]+\s*first[_ ]?name(?:[^{}｛｝\n]{0,40}[}｝]+)?|first[_ ]?name\s*[}｝]+/giu

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
