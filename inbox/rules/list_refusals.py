"""The words with which a list says that a member must not be texted, or has died.

They are heeded wherever they stand: in a cell of their own, behind a name, beside a number, or as
the title of a section.
"""

import re

HAS_STOPPED = (
    r"(?:(?:has |have )?(?:opted|opt)[ -]?out|un-?sub(?:scribed?)?)"
    r"(?: (?:of|from) (?:all )?(?:texts?|texting|sms|messages)\b)?"
)
NO_TEXTS = (
    r"(?:(?:please )?(?:do not|don['’]?t|no|never) (?:text|contact|sms|message)(?:s|ing)?\b"
    r"|dn[tc]\b"
    r"|no (?:textear|contactar|mensajes|textos|(?:le |la |lo )?(?:textee|contacte|mande))\b"
    r"|(?:please )?stop(?: (?:texts|texting))?\b"
    rf"|{HAS_STOPPED})"
)
HAS_DIED = (
    r"(?:deceased|dec['’]d|died|dead|death|passed away|(?-i:R\.?I\.?P\b\.?)|fallecid[oa]|falleció"
    r"|fallecio|difunt[oa])"
)
# A cell of its own: "Deceased Member", "Died Jan 5, 2024".
_MONTH = "(?:jan|ene|feb|mar|apr|abr|may|jun|jul|aug|ago|sep|oct|nov|dec|dic)[a-z]{0,7}"
_DIED_THEN = (
    rf"(?:inactive\W+|member\W+)?{HAS_DIED}(?: member)?(?: (?:in|on|en|el))?(?: {_MONTH})?"
    r"[\W\d]*"
)
_OTHER_WAY = r"(?:e-?mail|mail|letters?|phone|(?:phone )?calls?|voice)"
_ONLY_OTHERWISE = rf"{_OTHER_WAY} only|(?:solo|sólo|solamente) (?:por )?(?:llamad\w+|correo)"
# In any cell. Beside a number, "no texts" may be about that number alone.
SAYS_NO = re.compile(
    rf"\W*(?:(?:asked |said |wants |is |has )?{NO_TEXTS}|blocked|{_ONLY_OTHERWISE})\W*"
    rf"|\W*{_DIED_THEN}"
    rf"|\D*[^\w\s@]\s*{HAS_STOPPED}(?:\s*[^\w\s@].*)?"
    rf"|(?:\D*[,;|/])?\s*{NO_TEXTS}\s*(?:[,;|/]\D*)?"
    rf"|\D*(?:[(\[]|\s[–—-]|\*)\s*(?:{NO_TEXTS}|{HAS_DIED})\W*",
    re.IGNORECASE,
)
# A line above the members whom it is about.
SECTION = re.compile(
    rf"\W*(?:{NO_TEXTS}|{HAS_DIED})(?: (?:list|members?|people|any ?more|please)\b)?\W*",
    re.IGNORECASE,
)
# Beside a number.
BESIDE_NUMBER = re.compile(
    rf"\b(?:{NO_TEXTS}|{HAS_DIED}(?!\w)|no textos|(?:no longer in|not in|out of) service)",
    re.IGNORECASE,
)
_ALL_TEXTS = (
    r"(?:(?:the|all|any|our|church|group) ){0,2}(?:texts?|texting|txts?|sms|mensajes|textos)\b"
)
# What staff write down about a member.
NOTED = re.compile(
    r"\b(?:do(?:es)?(?: not|n['’]?t)|never|not|no|without|refuses|no (?:quiere|desea|acepta))"
    r" (?:(?:want|like|receive|receiving|accept|get|use|send|recibir|any|church|more|sus) ){0,3}"
    r"(?:texts?|texting|txts?|sms|mensajes|textos)\b"
    r"|\b(?:texted|sent|replied|said|wrote) stop\b"
    r"|\bno longer (?:wants?|wishes|accepts?)(?: to)?(?: (?:get|receive|any|our)){0,2} messages\b"
    r"|\bopt(?:ed)?[ -]?out\b(?! (?:of|from) (?!(?:(?:the|all|any|our|church) )*"
    r"(?:text|sms|mess|everything|communication)))"
    r"|\bnot to be (?:texted|contacted)\b"
    rf"|\b(?:removed? from|off|declin\w+|refus\w+) {_ALL_TEXTS}"
    r"|\bdad[oa] de baja de (?:los )?(?:mensajes|textos|sms)\b",
    re.IGNORECASE,
)
