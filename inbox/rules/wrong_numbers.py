"""How a text says that the number it came from is not that of the member we mean.

A clause comes as in stop_phrases.py. Only its capital letter tells a name from another word: names
are looked for in the text as it was written.
"""

import re

_EQUIVOCADO = r"(?:equivocad[oa]|incorrect[oa]|errad[oa])\b"

WRONG_NUMBER: tuple[tuple[str, str], ...] = (
    (
        "wro",
        r"\b(?:you|youve|youre|yall) (?:have|got|must|may|might|are|been|texted|texting|dialed) "
        r"(?:\w+ ){0,3}wrong (?:number|person)\b",
    ),
    (
        "wro",
        r"^(?:(?:sorry|this|is|its|i|think) ){0,6}(?:the |a )?wrong "
        r"(?:(?:number|person)\b(?! of)|no$)",
    ),
    (
        "num pho",
        r"^(?:(?:this|it|that) )?(?:is |its |isnt |thats )?(?:not|no longer|isnt)"
        r"(?: (?:his|her|my|the)| \w+s){1,2} (?:number|phone)\b|^this isnt \w+ number\b"
        r"|^(?:there is |theres )?no \w+ at this number\b",
    ),
    (
        "num pho",
        r"\b(?:doesnt|does not|no longer) (?:has|have|use|uses|own|owns) this (?:number|phone)\b"
        r"|\bthis (?:number|phone) (?:no longer|doesnt|isnt)\b(?! (?:work|ring|get|show))",
    ),
    (
        "num pho",
        r"\bthis (?:number|phone) belongs to (?:someone|somebody) else\b"
        r"|\bthis is my (?:number|phone) now not\b|^(?:i )?just got this number$"
        r"|\bthis used to be (?!my )\w+ (?:number|phone)\b"
        r"|\bhow did you get (?:my|this) number$|\bwho gave you (?:my|this) number$"
        r"|\b(?:didnt|never) (?:give|gave) you my number$",
    ),
    (
        "nam",
        r"^(?:there is |theres )?(?:nobody|no one|noone|no body)(?: here)? "
        r"(?:named \w+ (?:here|at this|lives)\b|by that name(?: (?:here|at this|lives)\b|$))",
    ),
    ("liv", r"^(?!he|she|they|i|we)\w+ (?:doesnt|does not) live here any ?more$"),
    ("equ", r"^(?:(?:perdon|disculpe|creo|que|usted) ){0,3}(?:esta|estas) equivocad[oa]$"),
    ("num tel", r"\beste (?:numero|telefono) ya no (?:le )?pertenece\b"),
    ("num tel", r"\beste (?:numero|telefono) es de otra persona\b"),
    (
        "equ inc err",
        rf"\b(?:tiene[ns]?|es|al|con) (?:el |un |la )?(?:numero|persona) {_EQUIVOCADO}",
    ),
    (
        "equ inc err",
        rf"^(?:(?:perdon|disculpe|lo|siento) ){{0,4}}(?:el |un )?numero {_EQUIVOCADO}(?! era)",
    ),
    ("equ", r"\b(?:se|te|esta|estan|estas|ha|han) equivoc\w+ de (?:numero|persona)\b"),
    ("num tel cel", r"\b(?:este|ese) (?:ya )?no es (?:el |mi )?(?:numero|telefono|celular)\b"),
    ("num tel", r"\bno tiene este (?:numero|telefono)\b"),
    ("num tel", r"\beste (?:numero|telefono) (?:ya )?no es (?:de|mi)\b"),
    (
        "num",
        r"\bquien (?:les?|te) dio mi numero$|\bde donde (?:sac|consigui)\w+ mi numero$"
        r"|\b(?:no|nunca) (?:les? )?di mi numero$",
    ),
)

# A name has a capital letter, and so have a few words that are none: "I'm not Catholic".
_NAME = (
    r"(?!(?:Catholic|Baptist|Christian|Methodist|Lutheran|Presbyterian|Jewish|Muslim|American"
    r"|Mexican|Spanish|English|Easter|Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"
    r"|Christmas|Superman|God|Jesus|Yo|Cat[oó]lic|Cristian[oa]|Sure|Home|Ready|Internet|Wifi)\w*\b)"
    r"[A-ZÁÉÍÓÚÑ][a-záéíóúñü]+(?: [A-ZÁÉÍÓÚÑ][a-záéíóúñü]+)?"
)
_END = r"(?: any ?more)?(?=\W*$|[.,;!\n])"
# Quickly told, and rare.
_DENIES = re.compile(r"[nN](?:ot?|['’]?t) ")
_IS_ANOTHER = re.compile(
    r"\b(?:(?:[Tt]his is(?: not|n['’]?t)|(?:[Ii]['’]?m|I am) not"
    r"|[Nn]o soy|[Nn]o me llamo|[Ee]st[ae] no es)"
    rf" {_NAME}{_END}"
    rf"|(?:[Nn]o|[Tt]here(?:['’]?s| is) no) {_NAME} here{_END}"
    rf"|[Aa]qu[ií] no (?:hay|vive)(?: ning[uú]na?)? {_NAME}"
    rf"|[Nn]o hay ning[uú]na? {_NAME} aqu[ií]"
    rf"|(?:[Dd]on['’]?t|[Dd]o not) know any {_NAME}{_END}"
    rf"|[Nn]o conozco a ning[uú]na? {_NAME}{_END})"
)
# "Is this the wrong number?" asks about a number of ours.
_ASKED_ABOUT = re.compile(
    r"\b(?:wrong (?:number|person)|(?:numero|persona) (?:equivocad|incorrect|errad)[oa]) ?\?"
)


def is_another_person(body: str) -> bool:
    """Whether the sender says that they are not the one we name."""
    return bool(_DENIES.search(body)) and bool(_IS_ANOTHER.search(body))


def without_questions(plain: str) -> str:
    """The text without asking whether a number is wrong: that may be a number of ours."""
    return _ASKED_ABOUT.sub(" ", plain) if "?" in plain else plain
