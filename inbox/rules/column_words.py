"""What the words of each heading in a list mean: "Cell Phone 2" is a mobile number.

A heading is compared as a set of words: "FirstName", "first_name" and "First Name*" are the same.
Names need every word to be known, so "Last Contacted" and "Group Name" are not names. Numbers need
one known word ("Best cell number to reach you"), unless another word says the number is someone
else's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from unicodedata import combining, normalize

from inbox.rules.consent_columns import ALLOWED, TEXTING, about_consent, counts_texts
from inbox.rules.list_refusals import BESIDE_NUMBER
from inbox.rules.somebody_else import ANOTHER, OF_A_HOUSEHOLD, SOMEBODY_ELSE, is_somebody_else


class Use(IntEnum):
    """What a phone number is for, best for texting first."""

    MOBILE = 0
    UNLABELED = 1
    # An employer's mobile phone still takes texts, which a landline does not.
    WORK_MOBILE = 2
    HOME = 3
    WORK = 4
    # A fax, a pager, a disconnected number, or someone else's.
    NEVER = 5


@dataclass(frozen=True, slots=True)
class Column:
    """`field`: "phone", "label" (of a phone), "area" (its area code), "country" (its country or
    calling code), "consent" or "refusal" (whether the member may be texted), a part of the name
    (NAMES), or "" for any other.
    `pair`: what a label and its number have in common, as "Phone 1 - Label" and "Phone 1 - Value".
    """

    field: str
    use: Use = Use.UNLABELED
    pair: frozenset[str] = frozenset()
    # Whether the heading speaks of texting, so that "no" below it means no texts.
    texting: bool = False


NAMES = frozenset(
    {"first", "middle", "last", "second last", "family", "nick", "suffix", "full", "contact"}
)
OTHER = Column("")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MOBILE = _set(
    """
    mobile mobil mob mobiltelefon mobilfunk cell cellular cel cll celular movil mov iphone text txt
    textable texting texts sms whatsapp wa handy portable komorka telemovel cellulare gsm đong
    мобильныи сотовыи جوال الجوال موبايل 手机 手機 携帯 휴대폰 휴대전화 핸드폰
    """
)
_HOME = _set(
    """
    home hm hme res house household family hogar casa residence residential residencia
    residencial domicilio domicile landline festnetz fijo fixed fixe privat particular nha
    домашнии المنزل 家庭 住家 自宅 집
    """
)
_WORK = _set(
    """
    work wk business bus office ofc oficina job trabajo trab laboral empleo negocio bureau
    travail arbeit рабочии العمل 办公 公司 会社 직장
    """
)
PHONE_WORDS = _MOBILE | _set(
    """
    phone ph tel telf tlf tfno tele telephone telefono telefone telefon telefonnummer fono
    fon handynummer mobilnummer thoai đt sđt телефон телефону هاتف الهاتف טלפון נייד 电话 電話 전화
    연락처
    """
)
_NO_PHONE = _set(
    """
    fax pager pgr beeper telex isdn tty tdd ttytdd buscapersonas modem callback radio
    """
)
_ONLY = _set("only solo solamente")
_CALLS = _set("call calls calling voice llamada llamadas llamar voz")
# "Bob's cell", but not "Home's".
_STOPPED = _set("opted unsubscribed stop blocked dnt dnc cant cannot unable")
_THROUGH = re.compile(r"\b(?:c/o|care of|ask for|via|do not use|call \w+ at)(?!\w)", re.IGNORECASE)
# "Call George Bell", but not "call cell first".
_BY_NAME = re.compile(
    r"\b(?:[Cc]all|[Ss]ee|[Ww]ith|[Tt]hrough)"
    r"(?: (?!Cell|Home|Work|Mobile|Phone|Office)[A-Z][a-z]+){1,3}"
)
_OWNER = re.compile(
    r"(?<![\w'’])(?!(?:home|work|cell|today|she|he|it|that|here)['’])[^\W\d_]+['’]s\b"
    r"(?=\W*(?:$|cell|mob|phone|ph\b|tel|number|no\b|#|home|house|work|office|line))",
    re.IGNORECASE,
)
_DEAD = _set(
    """
    old former wrong invalid bad disconnected inactive viejo antiguo anterior equivocado
    incorrecto
    """
)
_NOT = _set("not never dont nunca")
# "Contacto 2 teléfono", "P1 Cell"; but "Contact Phone 2" is the member's.
_OF_CONTACT = re.compile(r"(?:\b|_)(?:contact[oa]?[ _]?[2-9]|p[ _]?[1-9])(?:\b|_)", re.IGNORECASE)
# Somebody else with a number above 1, as in "Adult 2 Cell".
_NUMBERED = _set("adult adulto person persona member miembro attendee")
_NO_NUMBER = _set(
    """
    carrier provider country code area ext extension opt optin optout consent permission
    verified status unlisted date time count id notes note comments address street city
    state zip postal email mail correo operador proveedor fecha pais codigo direccion
    """
)
_AREA = _set("area code phone number telephone cell mobile home")
_COUNTRY = _set("country dial dialing pais lada")
_COUNTRY_CODE = _COUNTRY | PHONE_WORDS | _set("calling code codigo prefix prefijo de del")
_LABEL = _set("type label kind tipo etiqueta desc description")
_BARE = _set(
    """
    number no num numero nummer main other primary principal value valor best contact so номер رقم
    号码 號碼 番号 번호
    """
)

# Of these, none makes a number in doubt.
_OF_NUMBERS = _set(
    """
    winter summer seasonal vacation cottage dorm alt adicional autre outro
    personal own preferred unlisted listed daytime evening day night line land direct current
    new smart type international formatted including required optional format with for in to at is
    on you we can if any reach one please my me mi su tu con para en de del la el e g i t
    self actual us usa digits w hours socio socia parishioner congregant
    congregants donor registrant applicant
    """
)

_OWN = _set("own propio propia")

LABEL_WORDS = PHONE_WORDS | _HOME | _WORK | _NO_PHONE | _BARE - {"best", "contact"}

_NAME = _set("name nm nombre nome nom naam фио الاسم اسم שם 姓名 名前 氏名 이름 성명 성함 교인명")
_FIRST = _set(
    "first fname f voornaam imie given fore christian pila vor prenom pre ten имя الاول "
    "名 名字 이름"
)
_LAST = _set(
    "last lname l achternaam nazwisko famille sur family apellido nach familien "
    "sobrenome cognome ho фамилия العايلة 姓 성"
)
_MIDDLE = _set("middle additional")
# Preferred names count as nicknames.
_NICK = _set("nick preferred goes known alias apodo")
_SECOND = _set("segundo second materno maternal")
_FILLER = _set(
    """
    full complete completo completos display formal legal person persona member miembro
    individual attendee participant guest subscriber recipient volunteer contact contacto
    the your su s q please enter of and y e de del by as or primer primero primary first
    segundo paterno va student youth teen camper alumno alumna estudiante hermano hermana
    """
)
_NAME_WORDS = _NAME | _FIRST | _LAST | _MIDDLE | _NICK | _SECOND | _FILLER
_SUFFIX = _set("suffix sufijo generation")
_WHO = _set(
    "person persona attendee participant guest member miembro student youth teen camper adult "
    "adulto"
)

_KNOWN_WORDS = (
    LABEL_WORDS
    | _NO_PHONE
    | _DEAD
    | _NOT
    | SOMEBODY_ELSE
    | OF_A_HOUSEHOLD
    | ANOTHER
    | _NO_NUMBER
    | _LABEL
    | _NAME_WORDS
    | _WHO
    | TEXTING
    | _OF_NUMBERS
    | _OWN
)

LETTERS = {"c": Use.MOBILE, "m": Use.MOBILE, "h": Use.HOME, "w": Use.WORK, "o": Use.WORK}
LETTERS |= {"f": Use.NEVER}

_PLURALS = {
    f"{word}{ending}": word
    for word, ending in [
        *((word, "s") for word in "phone name number mobile cell telephone text apellido".split()),
        *((word, "s") for word in "telefono nombre numero telefone nome contact contacto".split()),
        *((word, "es") for word in "movil celular".split()),
    ]
}
# "homephone", "firstname": two words written as one.
_GLUED = re.compile(r"\b([a-z]{2,}?)(names?|phones?|numbers?)\b")
_GLUED_AFTER = re.compile(r"\b(phone|tel|mobile|cell)(type|label|value|home|work|mobile|cell)\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ONE_WORD = re.compile("iphone|whatsapp", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")
# Words that are written without spaces between them: "휴대폰번호", "緊急聯絡人電話".
_UNSPACED = re.compile(
    "手机|手機|携帯|휴대폰|휴대전화|핸드폰|家庭|住家|自宅|집(?=전화)|办公|公司|会社|직장|电话|電話|전화"
    "|연락처|号码|號碼|番号|번호|緊急|紧急|配偶|父母|家长|家長|배우자|비상|보호자|부모"
)


@lru_cache(2_000)
def words_of(heading: str) -> frozenset[str]:
    """The words in lower case, without accents, in the singular."""
    text = _CAMEL.sub(" ", _ONE_WORD.sub(lambda found: found[0].lower(), heading)).lower()
    text = "".join(c for c in normalize("NFKD", text) if not combining(c))
    text = normalize("NFC", text).replace("_", " ").replace("'", " ").replace("don t", "dont")
    text = text.replace("can t", "cant")
    text = _GLUED.sub(r"\1 \2", _GLUED.sub(r"\1 \2", _GLUED_AFTER.sub(r"\1 \2", text)))
    text = text.replace("#", " number ").replace("1st", "first").replace("2nd", "second")
    text = _UNSPACED.sub(r" \g<0> ", text)
    return frozenset(_PLURALS.get(word, word) for word in _WORD.findall(text))


def column(heading: str) -> Column:
    """The column below this heading."""
    digits = {word for word in words_of(heading) if word.isdigit()}
    words = words_of(heading) - digits
    if words & {"w", "with", "including"}:
        words -= {"area", "code"}
    numbered = bool(words & _NUMBERED and digits - {"1"})
    if numbered or _OF_CONTACT.search(heading):
        return Column("phone", Use.NEVER) if words & PHONE_WORDS else OTHER
    pair = words_of(heading) - _LABEL - _BARE
    if not words or counts_texts(words):
        return OTHER
    asks = heading.rstrip().endswith("?")
    names_phone = bool(words & PHONE_WORDS - TEXTING)
    if consent := about_consent(words, is_question=asks, names_phone=names_phone):
        return Column(consent)
    has_phone = bool(words & (PHONE_WORDS | _NO_PHONE))
    if (has_phone and words & _LABEL) or words <= {"type", "tipo"}:
        return Column("label", pair=pair)
    if "area" in words and words <= _AREA:
        return Column("area")
    is_country = bool(words & _COUNTRY) or words >= {"calling", "code"} or words == {"cc"}
    if is_country and words <= _COUNTRY_CODE | {"cc"}:
        return Column("country")
    if has_phone and not words & _NO_NUMBER:
        return Column("phone", use_of(words), pair, bool(words & TEXTING - {"whatsapp"}))
    if words & (_BARE | _HOME | _WORK) and words <= _BARE | _HOME | _WORK | _OWN | SOMEBODY_ELSE:
        use = use_of(words)
        contact = words == {"contact"}
        return Column("contact" if contact else "" if words == {"family"} else "phone", use, pair)
    return Column(_part_of_name(words))


def has_number(column: Column, words: frozenset[str]) -> bool:
    """Whether numbers are below this heading. An "Emergency contact" may be a name."""
    return column.field == "phone" and (column.use is not Use.NEVER or bool(words & PHONE_WORDS))


def is_bare(words: frozenset[str]) -> bool:
    """Whether a number's heading does not say whose it is: "Phone", "Contact phone", "Cell 2"."""
    return {one for one in words if not one.isdigit()} <= PHONE_WORDS | _BARE


def names_somebody_else(heading: str) -> bool:
    """As in "Child Name"."""
    words = words_of(heading)
    return is_somebody_else(words) and bool(words & _NAME) and not words & PHONE_WORDS


def is_in_doubt(heading: str) -> bool:
    """Whether some word may say that the number is someone else's: "Hospital phone"."""
    words = [word for word in words_of(heading) if not word.isdigit()]
    unknown = [one for one in words if len(one) > 1 and one not in _KNOWN_WORDS]
    unknown = [one for one in unknown if not one.startswith(ALLOWED)]
    # Longer headings are questions: "Best number to reach you during the week".
    return 0 < len(unknown) < 3 and len(words) < 5


def use_of(words: Iterable[str]) -> Use:
    """The use of a number with these words beside or above it."""
    words = frozenset(words)
    if words & (_NO_PHONE | _DEAD | _NOT) or is_somebody_else(words):
        return Use.NEVER
    if words & _ONLY and words & _CALLS:
        return Use.NEVER
    if words & _MOBILE:
        return Use.WORK_MOBILE if words & _WORK else Use.MOBILE
    if words & _HOME:
        return Use.HOME
    if words & _WORK:
        return Use.WORK
    letters = words & LETTERS.keys()
    return LETTERS[next(iter(letters))] if len(letters) == 1 else Use.UNLABELED


def leads_elsewhere(text: str) -> re.Match[str] | None:
    """Where a text says through whom a number reaches a member: "c/o George Bell"."""
    return _THROUGH.search(text) or _BY_NAME.search(text)


def use_of_label(label: str) -> Use:
    """The same for a label inside a cell: "* Mobile", "(c)", "Mom's cell", "no texts"."""
    words = words_of(label)
    if _OWNER.search(label) or leads_elsewhere(label) or words & _STOPPED:
        return Use.NEVER
    if BESIDE_NUMBER.search(label):
        return Use.NEVER
    if len(words) == 1 and (use := LETTERS.get(next(iter(words)))) is not None:
        return use
    return Use.NEVER if "no" in words and words & _MOBILE else use_of(words)


def is_label(words: frozenset[str]) -> bool:
    """Whether the text is only a number's label, such as "Home phone"."""
    return bool(words) and words <= LABEL_WORDS


def _part_of_name(words: frozenset[str]) -> str:
    if words <= _SUFFIX | _NAME and words & _SUFFIX:
        return "suffix"
    if words <= _WHO and len(words) == 1:
        return "contact"
    if not words <= _NAME_WORDS or is_somebody_else(words) or words == {"family"}:
        return ""
    if words & _NICK:
        return "nick"
    return _which_name(words)


def _which_name(words: frozenset[str]) -> str:
    if "apellido" in words and not words & _NAME:
        return "second last" if words & _SECOND else "last"
    if words & _MIDDLE or (words & _SECOND and words & _NAME):
        return "middle"
    first, last = words & (_FIRST | {"primer", "primero"}), words & _LAST
    if first and not last:
        return "first"
    if last and not first and "nombre" not in words:
        # Beside a last name, a family name is the household's: "Adams Family".
        return "family" if "family" in words else "last"
    return "full" if words & _NAME or (first and last) else ""
