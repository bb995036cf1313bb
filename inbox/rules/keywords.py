"""The words by which a member says whether they want our texts.

STOP and its relatives count only when they are the whole message: "STOP this bill" is talk.
Twilio itself blocks on the single English words; the phrases and the words of other languages are
ours to honor (47 CFR 64.1200(a)(10)): Twilio sets no block for them.
Consent comes back only by the words that also lift Twilio's own block.
Other ways of asking for no more texts are in stop_requests.py.
"""

import re
from typing import Literal
from unicodedata import normalize

ConsentWord = Literal["stop", "start", "help"]

_WORDS: dict[str, ConsentWord] = {
    "stop": "stop",
    "stopall": "stop",
    "stop all": "stop",
    "stop please": "stop",
    "please stop": "stop",
    "unsubscribe": "stop",
    "cancel": "stop",
    "end": "stop",
    "quit": "stop",
    "revoke": "stop",
    "optout": "stop",
    "opt out": "stop",
    "opt out please": "stop",
    "un subscribe": "stop",
    "s t o p": "stop",
    "start": "start",
    "unstop": "start",
    "yes": "start",
    "help": "help",
    "info": "help",
}

# By the church's language; the English words count everywhere. Without accents. None of them means
# "start": consent comes back by a word that Twilio heeds too. Words that could equally answer a
# question, such as "fin" or "cancela", are in stop_requests.py.
_MORE_WORDS: dict[str, dict[str, ConsentWord]] = {
    "es": {
        "alto": "stop",
        "alto por favor": "stop",
        "por favor alto": "stop",
        "parar": "stop",
        "pare": "stop",
        "paren": "stop",
        "pare por favor": "stop",
        "por favor pare": "stop",
        "detener": "stop",
        "detenga": "stop",
        "detengan": "stop",
        "cancelar": "stop",
        "baja": "stop",
        "dar de baja": "stop",
        "darme de baja": "stop",
        "darse de baja": "stop",
        "deme de baja": "stop",
        "dame de baja": "stop",
        "desuscribir": "stop",
        "desuscribirme": "stop",
        "ayuda": "help",
        "informacion": "help",
    },
}

_ACCENTS = re.compile("[\u0300-\u036f]")
_BETWEEN = re.compile(r"[\s,.!-]+")


def consent_word(body: str, language: str = "en") -> ConsentWord | None:
    """The consent word that is the whole message, ignoring case, punctuation, and emoji around it.

    `language` is the church's own: its words count beside the English ones.

    "yes" is "start" even when it answers a question of ours: heed "start" only from a member who
    had stopped.
    """
    words = bare(body)
    return _WORDS.get(words) or _MORE_WORDS.get(language, {}).get(without_accents(words))


def depends_on_language(body: str) -> bool:
    """Whether this is a consent word only in the church's language."""
    return not consent_word(body) and any(consent_word(body, one) for one in _MORE_WORDS)


def stop_words() -> frozenset[str]:
    """The single words that mean STOP in some language, without accents."""
    known = [_WORDS, *_MORE_WORDS.values()]
    return frozenset(
        word
        for words in known
        for word, means in words.items()
        if means == "stop" and " " not in word
    )


def is_yes(body: str) -> bool:
    """Whether this is the one START word that could equally answer something else."""
    return bare(body) == "yes"


def without_accents(text: str) -> str:
    if text.isascii():
        return text
    return normalize("NFC", _ACCENTS.sub("", normalize("NFKD", text)))


def bare(body: str) -> str:
    return _BETWEEN.sub(" ", _without_edges(normalize("NFKC", body))).casefold()


def _without_edges(text: str) -> str:
    """Without surrounding spaces, punctuation, and emoji. A pattern would take quadratic time."""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]
