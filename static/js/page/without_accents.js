/** For finding words: without accents or capitals. */
export function withoutAccents(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
}
