"""Asking for no more texts in other words than STOP.

Nobody is opted out by it: staff are asked whether the member meant that. The patterns are in
stop_phrases.py and stop_phrases_lists.py (English), stop_phrases_es.py (Spanish),
stop_phrases_elsewhere.py (other languages), and wrong_numbers.py.
"""

import re
from unicodedata import normalize

from inbox.rules.keywords import stop_words, without_accents
from inbox.rules.quoting import own_words
from inbox.rules.stop_phrases import ENGLISH, STOP_ALONE
from inbox.rules.stop_phrases_elsewhere import (
    ALONE_ELSEWHERE,
    ELSEWHERE,
    POLITE_ELSEWHERE,
    asks_elsewhere,
)
from inbox.rules.stop_phrases_es import SPANISH
from inbox.rules.stop_phrases_lists import ABOUT_LISTS
from inbox.rules.wrong_numbers import WRONG_NUMBER, is_another_person, without_questions

# Whole texts that staff should decide about.
_AMBIGUOUS = frozenset(
    "enough anular basta suspender cancela cancele cancelen detente detenganse fin salir salirme"
    " remove remover discontinue deactivate desactivar dnc dnd junk cease unenroll equivocado"
    " equivocada".split()
)
# Alone, these words are requests, repeated or with politeness around them.
_ALONE = (
    _AMBIGUOUS
    | ALONE_ELSEWHERE
    | stop_words()
    | frozenset("borrar eliminar borrenme eliminenme quitenme".split())
)
_POLITE = POLITE_ELSEWHERE | frozenset(
    "please favor ya ok okay no gracias thanks thank you now me this it yes hi hola sir amigo"
    " hermano".split()
)
# In capitals before other words, it was meant as the word it is.
_IN_CAPITALS = re.compile(r"\W*(?:STOP|UNSUBSCRIBE|ALTO|BAJA)\b(?! (?:by|in|at|over|and)\b)")
_ONLY_NO = re.compile(r"[\s\ufe0f]*🚫[\s\ufe0f🚫]*")
# The same, with politeness around it.
_NOT_INTERESTED = re.compile(
    r"(?:(?:no|hi|hello|sorry|im|i am|we are|were) ){0,3}(?:not|no longer) interested"
    r"(?: (?:please|thanks|thank you|sorry|any ?more|at all)){0,3}"
    r"|(?:(?:no|hola|gracias|ya) ){0,3}(?:no me interesa|no estoy interesad[oa])"
    r"(?: (?:gracias|por favor)){0,2}"
    r"|(?:please )?(?:go away|get lost|(?:fuck|f|piss|bugger|buzz) off)"
)
# As members write in a hurry.
_SPELLINGS = {
    **dict.fromkeys("pls plz plss plese pleas".split(), "please"),
    **dict.fromkeys("stp sotp stpo tsop st0p".split(), "stop"),
    **dict.fromkeys("thx thnx ty".split(), "thanks"),
    **dict.fromkeys("dnt donot".split(), "dont"),
    **dict.fromkeys("porfa porfavor xfa xfavor porfis".split(), "por favor"),
    **dict.fromkeys("msj msjs mensage mensages".split(), "mensajes"),
    **{"txt": "text", "txts": "texts", "txting": "texting", "txtin": "texting"},
    **dict.fromkeys("nmbr nbr num nubmer numbr".split(), "number"),
    **{"rmv": "remove", "remov": "remove", "sendng": "sending", "w": "with"},
    **{
        "textin": "texting",
        "msg": "message",
        "mssg": "message",
        "msgs": "messages",
        "msging": "messaging",
    },
    **{
        "u": "you",
        "r": "are",
        "ur": "your",
        "wanna": "want to",
        "q": "que",
        "d": "de",
        "x": "por",
        "kiero": "quiero",
    },
}
_IN_ONE = {"do not": "dont", "do nt": "dont", "don t": "dont", "did not": "didnt"}
_LONG_STOP = re.compile(r"\b(?:st+op+|sto{2,}pp+|sto{3,}p)\b")
_APART = re.compile(rf"\b(?:{'|'.join(_IN_ONE)})\b")
_NUMBER_SIGN = re.compile(r"(?<=\s)#(?!\w)")
_A_NUMBER = re.compile(r"(?:\+1[ .-]?)?\(?\b\d{3}[ ).-]{0,3}\d{3}[ .-]?\d{4}\b")
# Signs that mean the same in every language.
_SIGNS = str.maketrans({"🛑": " stop ", "⛔": " stop ", "🚫": " no "})

# By the beginning of a word, three letters long: what may be asked with such a word.
_ASKS: dict[str, list[re.Pattern[str]]] = {}
for _beginnings, _asks in (*ENGLISH, *ABOUT_LISTS, *WRONG_NUMBER, *SPANISH, *ELSEWHERE):
    for _beginning in _beginnings.split():
        _ASKS.setdefault(_beginning, []).append(re.compile(_asks))
_STOP_ALONE = re.compile(STOP_ALONE)
# What somebody else is told, and not we: "Tell him to stop texting me".
_TOLD_OTHERS = re.compile(
    r"\b(?:tell|told|ask|asked|pray|wish|hope|make|made|get|got)(?: (?:that|for))? "
    r"(?:him|he|her|she|my (?!church|pastor)\w+) (?:\w+ ){0,2}(?:stop|quit|not|dont|leave)\b"
    r"|\b(?:he|she) (?:should|must|needs? to|has to) (?:stop|quit)\b"
    r"|\b(?:dile|digale|diganle|pidele|pidale)\b|\ble (?:dije|digo|pedi) a (?:el|ella|mi)\b"
)
# They want our texts after all: "I clicked unsubscribe, please put me back".
_BACK = re.compile(r"\b(?:put|add) (?:me|us)(?: \w+)? back\b")
# 😭 is none: it also begs.
_JOKE = re.compile(
    r"[😂🤣😍🥰😆😅]|\b(?:lol|lmao|haha\w*|jaja\w*|making me (?:cry|laugh|smile|blush|hungry))\b"
)
# No longer text is only one of these words and politeness.
MAX_ALONE = 60

_APOSTROPHE = re.compile("['’‘`´]")
_OUR_LETTERS = re.compile("[a-z]")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE_END = re.compile(r"[.,;:!?¡¿()…。\n\"“”–—]+|\s-+")
# "Stop - Naomi"
_SIGNATURE = re.compile(r"(?:\s-+|[–—])\s?[A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w*){0,2}\s*$")


def may_ask_to_stop(body: str) -> bool:
    """Whether the text may ask for no more texts in words of its own.

    A guess for staff to look at, whatever the church's language: nothing may follow from it alone.
    """
    body = own_words(body)
    if (_IN_CAPITALS.match(body) and not body.isupper()) or _ONLY_NO.fullmatch(body):
        return True
    if asks_elsewhere(body) or is_another_person(body):
        return True
    plain = _plain(body)
    if not _OUR_LETTERS.search(plain):
        return False
    clauses = [_clause(one) for one in _CLAUSE_END.split(plain)]
    if len(plain) < MAX_ALONE and _is_alone(clauses, signed=bool(_SIGNATURE.search(body))):
        return True
    asked = any(map(_is_asked, clauses)) or _stops_alone(clauses, plain)
    return asked and not _BACK.search(plain)


def _plain(body: str) -> str:
    plain = body.lower()
    if not body.isascii():
        plain = without_accents(normalize("NFKC", body)).casefold().translate(_SIGNS)
    if "#" in plain:
        plain = _NUMBER_SIGN.sub(" number ", plain)
    if "st" in plain:
        plain = _LONG_STOP.sub("stop", plain)
    plain = _APOSTROPHE.sub("", _A_NUMBER.sub(" this number ", plain))
    return without_questions(plain)


def _is_alone(clauses: list[str], *, signed: bool) -> bool:
    whole = " ".join(filter(None, clauses[:-1] if signed else clauses))
    words = set(whole.replace("por favor", "favor").split(" ")) - _POLITE
    return bool(words) and words <= _ALONE or bool(_NOT_INTERESTED.fullmatch(whole))


def _clause(text: str) -> str:
    clause = " ".join([_SPELLINGS.get(word, word) for word in _WORD.findall(text)])
    return _APART.sub(lambda found: _IN_ONE[found[0]], clause)


def _is_asked(clause: str) -> bool:
    beginnings = {word[:3] for word in clause.split(" ")} & _ASKS.keys()
    asked = any(asks.search(clause) for one in beginnings for asks in _ASKS[one])
    return asked and not _TOLD_OTHERS.search(clause)


def _stops_alone(clauses: list[str], plain: str) -> bool:
    return any(map(_STOP_ALONE.fullmatch, clauses)) and not _JOKE.search(plain)
