"""Phone numbers: any format in, E.164 in the database, the national format on screen."""

import re
from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat

# Numbers nobody owns, so that tests, practice churches and Twilio's test credentials can use them
# although libphonenumber may call them invalid: area code 555, 555-01xx anywhere in North America,
# and Twilio's magic (500) 555-000x.
_FICTIONAL = re.compile(r"\+1(?:555\d{7}|[2-9]\d\d55501\d\d|500555000\d)")

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)

# As mobile numbers were dialed until 2019: 044 55 1234 5678, and from abroad +52 1 55 1234 5678.
_OLD_MEXICAN = re.compile(r"(?:1|44|45)(\d{10})")
# WhatsApp and some carriers still write them so.
_WITH_OLD_ONE = re.compile(r"\A\+521(?=\d{10}\Z)", re.ASCII)

# What phone companies send instead of a hidden number, spelled on a keypad: BLOCKED, UNKNOWN,
# ANONYMOUS, RESTRICTED, and UNAVAILABLE.
HIDDEN = ("+2562533", "+8656696", "+266696687", "+7378742833", "+86282452253")
# No phone number in the world is shorter, with its "+". "+68849" is a short code that got one.
MIN_LENGTH = 8
# North American numbers whose callers pay for a service, and those whose owner pays for the calls.
PREMIUM = ("+1900",)
TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
# Enough digits to tell them from others that begin with 521 or 54.
_MEXICAN_ONE = re.compile(r"\A\+521(?=\d{5})", re.ASCII)
_NO_ARGENTINE_NINE = re.compile(r"\A\+54(?=[1-8]\d{5})", re.ASCII)
_WHOLE = re.compile(r"\+?\d(?:[\s().\u2010-\u2013/-]{0,3}\d){6,14}")

# Every row of every list has one of them, mostly the same.
MAX_SHOWN = 10_000


def parse_phone(text: str, country: str = "US") -> str | None:
    """The E.164 form ("+12025550142") of a number as people write it, or None.

    `country` (ISO 3166, two letters) is where a number without "+" belongs. A number with an
    extension is None: a text cannot reach an extension. So is a short code, which has no E.164.
    """
    number = _parsed(text, country)
    if number is None or number.extension:
        return None
    number = _as_dialed_now(number)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return e164 if phonenumbers.is_valid_number(number) or _FICTIONAL.fullmatch(e164) else None


def _as_dialed_now(number: PhoneNumber) -> PhoneNumber:
    if number.country_code == 52 and (old := _OLD_MEXICAN.fullmatch(str(number.national_number))):
        return PhoneNumber(country_code=52, national_number=int(old[1]))
    return number


@lru_cache(MAX_SHOWN)
def show_phone(e164: str, country: str = "US") -> str:
    """As it is dialled at home, (202) 555-0142, or from abroad, +44 7911 123456.

    Short codes, sender names and whatever is no number come back unchanged.
    """
    number = _parsed(e164, country) if e164.startswith("+") else None
    if number is None or not phonenumbers.is_possible_number(number):
        return e164
    at_home = number.country_code == phonenumbers.country_code_for_region(country.upper())
    shape = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, shape)


def is_named_sender(phone: str) -> bool:
    """A sender such as SUPPORT, in any alphabet, which nobody can text.

    REFUSED_SQL in models/member.py covers these and `is_on_other_channel`.
    """
    return bool(phone.lstrip("+0123456789")) and not is_on_other_channel(phone)


def is_on_other_channel(phone: str) -> bool:
    """An address such as "whatsapp:+12025550142", which cannot be answered by SMS."""
    return ":" in phone


def phone_behind(address: str) -> str | None:
    """The phone of an address on any channel: "+12025550142" for "whatsapp:+12025550142". None for
    a short code, a sender's name, and an address without a phone."""
    number = _WITH_OLD_ONE.sub("+52", address.rpartition(":")[2])
    return number if _E164.fullmatch(number) else None


def addresses_of(phone: str) -> list[str]:
    """The addresses under which the owner of this phone may be a member."""
    numbers = [phone]
    if phone.startswith("+52"):
        numbers.append(f"+521{phone.removeprefix('+52')}")
    return numbers + [f"whatsapp:{number}" for number in numbers]


def is_hidden(phone: str) -> bool:
    """Whether there is no number behind it that could be texted."""
    return phone in HIDDEN or (phone.startswith("+") and len(phone) < MIN_LENGTH)


def is_premium(phone: str) -> bool:
    """A 900 number: Twilio sends no texts to them (error 21268)."""
    return phone.startswith(PREMIUM)


def is_toll_free(phone: str) -> bool:
    """A company's 800 number: some can be answered, and they get no broadcasts."""
    return phone.startswith(TOLL_FREE)


def is_short_code(phone: str) -> bool:
    """A company's number, such as 68849: it can be answered, and gets no broadcasts."""
    return phone.isascii() and phone.isdigit()


def beginnings(digits: str, country: str = "US") -> list[str]:
    """How E.164 numbers begin that somebody in this country dials so: "07911" is "+447911"."""
    home = PhoneMetadata.metadata_for_region(country.upper())
    if home is None or not digits:
        return []
    begun = []
    trunk = home.national_prefix or ""
    if trunk and digits.startswith(trunk):
        begun.append(f"+{home.country_code}{digits.removeprefix(trunk)}")
    # "+82 010 1234", as it is often written.
    written = f"{home.country_code}{trunk}"
    if trunk and digits.startswith(written) and trunk != str(home.country_code):
        begun.append(f"+{home.country_code}{digits.removeprefix(written)}")
    if digits.startswith("00") and len(digits) > 2:
        begun.append(f"+{digits[2:]}")
    abroad = re.match(home.international_prefix or "(?!)", digits)
    if abroad and abroad.end() < len(digits):
        begun.append(f"+{digits[abroad.end() :]}")
    return begun + _as_for_mobiles([*begun, f"+{digits}"])


def _as_for_mobiles(begun: Sequence[str]) -> list[str]:
    """How mobile numbers begin in E.164 that are also written so: in Mexico once with a 1, and in
    Argentina still without the 9 that is dialed from abroad."""
    mexican = (_MEXICAN_ONE.sub("+52", one) for one in begun)
    argentine = (_NO_ARGENTINE_NINE.sub("+549", one) for one in begun)
    return [one for one in (*mexican, *argentine) if one not in begun]


def number_in(text: str) -> str:
    """The phone number in "cell: 202-555-0177, ext. 5"; a text without any letter is one. Empty
    if there is none, or only a part of one."""
    if not any(map(str.isalpha, text)):
        return text
    whole = _WHOLE.search(text)
    return whole[0] if whole else ""


def dialed_forms(digits: str, *, international: bool) -> list[str]:
    """The digits of a number, or of its beginning, and those that are left of them wherever it is
    dialed from: without a leading 0, North America's leading 1, or the country's code."""
    forms = [digits, digits.lstrip("0")]
    if len(digits) == 11 and digits[0] == "1":
        forms.append(digits[1:])
    whole = digits if international else re.sub("^(?:00|011)", "", digits)
    number = _parsed(f"+{whole}", "US")
    if number and (international or whole != digits or _is_whole(number)):
        forms.append(str(_as_dialed_now(number).national_number))
    return list(dict.fromkeys(forms))


def _is_whole(number: PhoneNumber) -> bool:
    """Whether digits without a "+" are a number with its country's code. Ten digits are more often
    North American."""
    digits = f"{number.country_code}{number.national_number}"
    return len(digits) > 10 and phonenumbers.is_valid_number(_as_dialed_now(number))


def _parsed(text: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country.upper())
    except NumberParseException:
        return None
