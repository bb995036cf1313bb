"""Names however they are spelled: "obrien" is O'Brien, "soren" is Søren, "maryann" is Mary Ann.

A name is indexed from each of its words on, in one: "Mary Ann Lee" as maryannlee, annlee and lee.
"""

import re
from unicodedata import category, normalize

from inbox.rules.letters import fold
from inbox.rules.search import MAX_ASKED, MAX_WORD

# Letters that no accent distinguishes, as they are typed without a special keyboard. When the form
# of the index changes, add a migration that indexes all names again, as 0025_spellings does.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
    | {"ħ": "h", "ґ": "г"}
)
_SPACES, _DASHES = re.compile(r"\s+"), re.compile(r"[\s–—-]+")
_SIGNS = re.compile(r"[\W_]+")


def spellings(name: str) -> list[str]:
    """What stands in the index for a name: its letters and digits from each word on."""
    words = [word for word in _SIGNS.split(_plain(name)) if word]
    return ["".join(words[at:])[:MAX_WORD] for at in range(len(words))]


def asked_spellings(asked: str) -> list[tuple[str, ...]]:
    """A name is found if all words of one of these begin spellings of it: "Lee Mary-Ann" is lee,
    mary and ann; lee and maryann; or leemaryann. None if a word has neither letters nor digits, or
    all have no letters."""
    whole = _letters(asked)
    divided = [
        [_letters(word) for word in between.split(asked.strip())] for between in (_DASHES, _SPACES)
    ]
    if not all(map(all, divided)) or not any(map(str.isalpha, whole)):
        return []
    each = [tuple(word[:MAX_WORD] for word in words[:MAX_ASKED]) for words in divided]
    return list(dict.fromkeys([*each, (whole[:MAX_WORD],)]))


def _letters(text: str) -> str:
    return _SIGNS.sub("", _plain(text))


def is_spelled(name: str, asked: str) -> bool:
    """Whether each word of `asked`, or all of them as one, is where a word of the name begins."""
    there = spellings(name)
    return any(
        all(any(one.startswith(word) for one in there) for word in words)
        for words in asked_spellings(asked)
    )


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = fold(normalize("NFKC", text)).translate(_PLAIN)
    # A vowel sign does not end a word.
    return "".join(one for one in folded if category(one)[0] != "M")
