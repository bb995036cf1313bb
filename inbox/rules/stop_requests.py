"""Asking for no more texts in other words than STOP.

Nobody is opted out by it: staff are asked whether the member meant that. The patterns are in
stop_phrases.py (English) and stop_phrases_es.py (Spanish).
"""

import re
from unicodedata import normalize

from inbox.rules.keywords import bare, is_stop_anywhere, stop_words, without_accents
from inbox.rules.stop_phrases import ENGLISH
from inbox.rules.stop_phrases_es import SPANISH

# Whole texts that staff should decide about.
_AMBIGUOUS = frozenset(
    "enough anular basta suspender cancela cancele cancelen detente fin salir remove discontinue "
    "dnc unenroll sair arret arretez tigil отписаться 수신거부 退订 退訂".split()
)
# Alone, these words are requests, repeated or with politeness around them.
_ALONE = (
    _AMBIGUOUS | stop_words() | frozenset("borrar eliminar borrenme eliminenme quitenme".split())
)
_POLITE = frozenset(
    "please por favor ya ok okay no gracias thanks thank you now me this it yes hi hola sir".split()
)
# In capitals before other words, it was meant as the word it is.
_IN_CAPITALS = re.compile(r"\W*(?:STOP|UNSUBSCRIBE|ALTO|BAJA)\b(?! (?:by|in|at|over|and)\b)")
# The same, with politeness around it.
_NOT_INTERESTED = re.compile(
    r"(?:(?:no|hi|hello|sorry|im|i am|we are|were) ){0,3}(?:not|no longer) interested"
    r"(?: (?:please|thanks|thank you|sorry|any ?more|at all)){0,3}"
    r"|(?:no |hola ){0,2}(?:no me interesa|no estoy interesad[oa])(?: (?:gracias|por favor)){0,2}"
    r"|(?:please )?go away"
)
# Requests in languages that have no list of their own here.
_ELSEWHERE = re.compile(
    "그만 ?보내|보내지 ?마|수신 ?거부|退订|退訂|取消订阅|取消訂閱|[将將]我移除|移除我"
    "|(?:不要|别|別|勿)再?[给給]?我?[发發传傳](?:短?信|简讯|簡訊|消息|讯息|訊息|了)"
    "|đung (?:nhan|gui)|ngung (?:nhan|gui)|\\bpare de me |nao quero (?:mais )?receber"
    "|arretez de m|ne m.?ecrivez plus|\\bhuwag .{0,20}text|\\bsispann voye"
    "|توقفوا|لغاء الاشتراك|отпис(?:ать|к)|не пишите мне|перестаньте писать",
)

# As members write in a hurry.
_SPELLINGS = {
    **dict.fromkeys("pls plz plss plese pleas".split(), "please"),
    **dict.fromkeys("stp stopp stoppp sotp stpo tsop st0p".split(), "stop"),
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
        "ur": "your",
        "wanna": "want to",
        "q": "que",
        "d": "de",
        "x": "por",
        "kiero": "quiero",
    },
}
_IN_ONE = (
    (re.compile(r"\b(?:do not|do nt|don t)\b"), "dont"),
    (re.compile(r"\bdid not\b"), "didnt"),
)
_NUMBER_SIGN = re.compile(r"(?<=\s)#(?!\w)")
_A_NUMBER = re.compile(r"\(?\b\d{3}[ ).-]{0,3}\d{3}[ .-]?\d{4}\b")
# Signs that mean the same in every language.
_SIGNS = str.maketrans({"🛑": " stop ", "⛔": " stop ", "🚫": " no "})
_ONLY_SIGNS = re.compile(r"(?:\s*[🛑⛔🚫]\ufe0f?)+\s*")

_ASKS = tuple((frozenset(begin.split()), re.compile(asks)) for begin, asks in (*ENGLISH, *SPANISH))

_APOSTROPHE = re.compile("['’‘`´]")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE_END = re.compile(r"[.,;:!?¡¿()…。\n\"“”]+")


def may_ask_to_stop(body: str) -> bool:
    """Whether the text may ask for no more texts in words of its own.

    A guess for staff to look at, whatever the church's language: nothing may follow from it alone.
    """
    if is_stop_anywhere(body) or without_accents(bare(body)) in _AMBIGUOUS:
        return True
    if _ONLY_SIGNS.fullmatch(body):
        return True
    plain = without_accents(normalize("NFKC", body)).casefold().translate(_SIGNS)
    if _ELSEWHERE.search(plain):
        return True
    plain = _NUMBER_SIGN.sub(" number ", _A_NUMBER.sub(" this number ", plain))
    plain = _APOSTROPHE.sub("", plain)
    whole = _clause(plain)
    if _NOT_INTERESTED.fullmatch(whole) or _is_alone(whole):
        return True
    if _IN_CAPITALS.match(body) and not body.isupper():
        return True
    return any(_asks(_clause(one)) for one in _CLAUSE_END.split(plain))


def _is_alone(whole: str) -> bool:
    words = set(whole.split(" ")) - _POLITE
    return bool(words) and words <= _ALONE


def _clause(text: str) -> str:
    clause = " ".join(_SPELLINGS.get(word, word) for word in _WORD.findall(text))
    for apart, in_one in _IN_ONE:
        clause = apart.sub(in_one, clause)
    return clause


def _asks(clause: str) -> bool:
    beginnings = {word[:3] for word in clause.split(" ")}
    return any(asks.search(clause) for needed, asks in _ASKS if not needed.isdisjoint(beginnings))
