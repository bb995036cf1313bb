"""Names however they are spelled: "obrien" is O'Brien, "soren" is Søren, "maryann" is Mary Ann."""

import re
from unicodedata import normalize

from inbox.rules.letters import fold

# Letters that no accent distinguishes, as they are typed without a special keyboard.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
_BETWEEN = re.compile(r"[\s–—-]+")
_SIGNS = re.compile(r"[\W_]+")


def is_spelled(name: str, asked: str) -> bool:
    """Whether each word of `asked`, or all of them as one, is where a word of the name begins."""
    whole, starts = _spelled(name)
    words = list(map(_squeezed, asked.split()))

    def begins(word: str) -> bool:
        return any(whole.startswith(word, start) for start in starts)

    return bool(words) and all(words) and (all(map(begins, words)) or begins("".join(words)))


def _spelled(name: str) -> tuple[str, list[int]]:
    """The letters and digits of a name, and where its words begin."""
    whole, starts = "", list[int]()
    for part in _BETWEEN.split(name):
        starts.append(len(whole))
        whole += _squeezed(part)
    return whole, starts


def _squeezed(text: str) -> str:
    return _SIGNS.sub("", fold(normalize("NFKC", text)).translate(_PLAIN))
