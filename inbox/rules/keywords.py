"""The words by which a member says whether they want our texts.

STOP and its relatives count only when they are the whole message: "STOP this bill" is talk.
Twilio itself blocks on the single words; the phrases are ours to honour (47 CFR 64.1200(a)(10)).
Consent comes back only by the words that also lift Twilio's own block.
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
    "start": "start",
    "unstop": "start",
    "yes": "start",
    "help": "help",
    "info": "help",
}

_BETWEEN = re.compile(r"[\s-]+")


def consent_word(body: str) -> ConsentWord | None:
    """What the whole message asks for, in any case and with any punctuation or emoji around it.

    "yes" is "start" even when it answers a question of ours: heed "start" only from a member who
    had stopped.
    """
    bare = _without_edges(normalize("NFKC", body))
    return _WORDS.get(_BETWEEN.sub(" ", bare).casefold())


def _without_edges(text: str) -> str:
    """Without the spaces, punctuation and emoji around it. A pattern would take quadratic time."""
    inner = [at for at, character in enumerate(text) if character.isalnum()]
    return text[inner[0] : inner[-1] + 1] if inner else ""
