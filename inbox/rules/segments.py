"""Counts the segments a text is billed as, like Twilio's sms-segments-calculator 1.3.0."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import category

MAX_TEXT_LENGTH = 1600
"""The longest body Twilio takes, in characters."""

_GSM_BASIC = frozenset(
    "\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
    "¡£¤¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ"
)
_GSM_ESCAPED = frozenset("\f[\\]^{|}~€")
_GSM = _GSM_BASIC | _GSM_ESCAPED


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets in GSM-7 and UTF-16 code units in UCS-2; `per_segment` and `left`, the
    room in the last segment, are counted in the same. `culprits` are the distinct characters that
    forced UCS-2, in order."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int
    per_segment: int
    left: int
    culprits: tuple[str, ...]


def measure(text: str) -> Segments:
    """Never raises. An empty text is one empty segment, as in Twilio's calculator."""
    if _GSM.issuperset(text):
        return _pack("GSM-7", [2 if char in _GSM_ESCAPED else 1 for char in text], 160, 153, ())
    clusters = list(_clusters(text))
    culprits = tuple(dict.fromkeys(cluster for cluster in clusters if cluster not in _GSM))
    return _pack("UCS-2", list(_sizes(clusters)), 70, 67, culprits)


def _pack(
    encoding: Literal["GSM-7", "UCS-2"],
    sizes: list[int],
    alone: int,
    joined: int,
    culprits: tuple[str, ...],
) -> Segments:
    """Several segments carry a header each, so `joined` is less than `alone`."""
    units = sum(sizes)
    if units <= alone:
        return Segments(encoding, units, 1, alone, alone - units, culprits)
    count, left = 1, joined
    for size in sizes:
        if size > left:
            count, left = count + 1, joined
        left -= size
    return Segments(encoding, units, count, joined, left, culprits)


def _sizes(clusters: Iterable[str]) -> Iterator[int]:
    for cluster in clusters:
        units = [2 if char > "\uffff" else 1 for char in cluster]
        # A letter under a tower of accents fits no segment whole: then only surrogate pairs hold.
        yield from [sum(units)] if sum(units) <= 67 else units


# What a reader takes for one character: Unicode's grapheme clusters (UAX 29) as of Unicode 10, the
# version the calculator splits by. Newer emoji sequences it splits, and so do we.

_JOINER = "\u200d"
_JOINABLE = frozenset("♀♂⚕⚖✈❤🌈🌾🍳🎓🎤🎨🏫🏭👦👧👨👩💋💻💼🔧🔬🗨🚀🚒")
_SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")
_TONED = frozenset(
    "☝⛹✊✋✌✍🎅🏂🏃🏄🏇🏊🏋🏌👂👃👆👇👈👉👊👋👌👍👎👏👐👦👧👨👩👮👰👱👲👳👴👵👶👷👸👼💁💂💃💅💆💇💪"
    "🕴🕵🕺🖐🖕🖖🙅🙆🙇🙋🙌🙍🙎🙏🚣🚴🚵🚶🛀🛌🤘🤙🤚🤛🤜🤞🤟🤦🤰🤱🤲🤳🤴🤵🤶🤷🤸🤹🤽🤾🧑🧒🧓🧔🧕🧖🧗🧘🧙🧚🧛🧜🧝"
)


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for here in range(1, len(text)):
        if not _belongs(text[start:here], text[here]):
            yield text[start:here]
            start = here
    yield text[start:]


def _belongs(cluster: str, char: str) -> bool:
    """Whether `char` is read as part of the cluster before it."""
    if char < "\u0300" or _stands_alone(cluster[-1]):
        return False
    if _leans_on_its_neighbor(char):
        return True
    if cluster[-1] == _JOINER:
        return char in _JOINABLE
    if char in _SKIN_TONES:
        return cluster.removesuffix("\ufe0f")[-1:] in _TONED
    if _is_flag_half(char):
        return len(cluster) == 1 and _is_flag_half(cluster)
    return _same_syllable(cluster[-1], char)


def _stands_alone(char: str) -> bool:
    return category(char) in ("Cc", "Cf", "Zl", "Zp") and not _leans_on_its_neighbor(char)


def _leans_on_its_neighbor(char: str) -> bool:
    """Accents, vowel signs, joiners, variation selectors, the tags that spell a region's flag."""
    return (
        category(char) in ("Mn", "Me", "Mc")
        or char in "\u200c\u200d\u0e33\u0eb3\uff9e\uff9f"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_flag_half(char: str) -> bool:
    return "🇦" <= char <= "🇿"


def _same_syllable(before: str, char: str) -> bool:
    """Korean typed letter by letter: leading consonants, then vowels, then closing consonants."""
    is_block = "가" <= before <= "힣"
    if "\u1100" <= before <= "\u115f":
        return "\u1100" <= char <= "\u11a7" or "가" <= char <= "힣"
    if "\u1160" <= before <= "\u11a7" or (is_block and (ord(before) - ord("가")) % 28 == 0):
        return "\u1160" <= char <= "\u11ff"
    return (is_block or "\u11a8" <= before <= "\u11ff") and "\u11a8" <= char <= "\u11ff"
