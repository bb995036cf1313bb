/** How many texts a body is billed as. The same rules as inbox/rules/segments.py, table for table. */

const BASIC = new Set(
  "\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz" +
    "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ",
)
const ESCAPED = new Set("\f[\\]^{|}~€")
const isGsm = (char) => BASIC.has(char) || ESCAPED.has(char)

/**
 * {encoding, units, count, perSegment, left, culprits}: units are septets in GSM-7 and UTF-16 code
 * units in UCS-2; `left` is the room in the last segment; `culprits` are what forced UCS-2.
 */
export function measure(text) {
  const chars = [...text]
  if (chars.every(isGsm)) {
    const sizes = chars.map((char) => (ESCAPED.has(char) ? 2 : 1))
    return pack("GSM-7", sizes, 160, 153, [])
  }
  const all = clusters(chars)
  const culprits = [...new Set(all.map((cluster) => cluster.join("")).filter((one) => !isGsm(one)))]
  return pack("UCS-2", all.flatMap(sizesOf), 70, 67, culprits)
}

/** Several segments carry a header each, so `joined` is less than `alone`. */
function pack(encoding, sizes, alone, joined, culprits) {
  const units = sum(sizes)
  if (units <= alone) {
    return { encoding, units, count: 1, perSegment: alone, left: alone - units, culprits }
  }
  let count = 1
  let left = joined
  for (const size of sizes) {
    if (size > left) {
      count += 1
      left = joined
    }
    left -= size
  }
  return { encoding, units, count, perSegment: joined, left, culprits }
}

function sizesOf(cluster) {
  const units = cluster.map((char) => char.length)
  // A letter with a very long stack of accents fits no segment: then only surrogate pairs stay
  // together.
  return sum(units) <= 67 ? [sum(units)] : units
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}

// Grapheme clusters as of Unicode 10, which the carriers' counting uses. The browser's own
// Intl.Segmenter knows newer emoji and would count differently.

const JOINER = "\u200d"
const JOINABLE = new Set("♀♂⚕⚖✈❤🌈🌾🍳🎓🎤🎨🏫🏭👦👧👨👩💋💻💼🔧🔬🗨🚀🚒")
const SKIN_TONES = new Set("🏻🏼🏽🏾🏿")
const TONED = new Set(
  "☝⛹✊✋✌✍🎅🏂🏃🏄🏇🏊🏋🏌👂👃👆👇👈👉👊👋👌👍👎👏👐👦👧👨👩👮👰👱👲👳👴👵👶👷👸👼💁💂💃💅💆💇💪" +
    "🕴🕵🕺🖐🖕🖖🙅🙆🙇🙋🙌🙍🙎🙏🚣🚴🚵🚶🛀🛌🤘🤙🤚🤛🤜🤞🤟🤦🤰🤱🤲🤳🤴🤵🤶🤷🤸🤹🤽🤾🧑🧒🧓🧔🧕🧖🧗🧘🧙🧚🧛🧜🧝",
)
// biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these leans on the one before it
const LEANS = /^[\p{Mn}\p{Me}\p{Mc}\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\u{e0020}-\u{e007f}]$/u
const ALONE = /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]$/u

function clusters(chars) {
  const found = []
  for (const char of chars) {
    if (found.length && belongs(found.at(-1), char)) found.at(-1).push(char)
    else found.push([char])
  }
  return found
}

/** Whether `char` belongs to the cluster before it. */
function belongs(cluster, char) {
  const last = cluster.at(-1)
  if (char < "\u0300" || standsAlone(last)) return false
  if (LEANS.test(char)) return true
  if (last === JOINER) return JOINABLE.has(char)
  if (SKIN_TONES.has(char)) return TONED.has(last === "\ufe0f" ? cluster.at(-2) : last)
  if (isFlagHalf(char)) return cluster.length === 1 && isFlagHalf(last)
  return sameSyllable(last, char)
}

function standsAlone(char) {
  return ALONE.test(char) && !LEANS.test(char)
}

function isFlagHalf(char) {
  return within(char, "🇦", "🇿")
}

/** Korean typed letter by letter: leading consonants, then vowels, then closing consonants. */
function sameSyllable(before, char) {
  const isBlock = within(before, "가", "힣")
  if (within(before, "\u1100", "\u115f")) {
    return within(char, "\u1100", "\u11a7") || within(char, "가", "힣")
  }
  const isOpen = isBlock && (before.codePointAt(0) - "가".codePointAt(0)) % 28 === 0
  if (within(before, "\u1160", "\u11a7") || isOpen) return within(char, "\u1160", "\u11ff")
  return (isBlock || within(before, "\u11a8", "\u11ff")) && within(char, "\u11a8", "\u11ff")
}

function within(char, first, last) {
  const point = char.codePointAt(0)
  return point >= first.codePointAt(0) && point <= last.codePointAt(0)
}
