"""A list's column for the country, or its calling code, of the numbers beside it."""

import re
from functools import cache

from babel import Locale
from phonenumbers import country_code_for_region

from inbox.rules.name_titles import key

_CALLING_CODE = re.compile(r"(?:\+|00)?0{0,2}([1-9]\d{0,2})(?:\.0)?")
_INTERNATIONAL = re.compile(r"\s*(?:\+|00|011)")
_PLAIN = re.compile(r"[\d\s().-]+")


def as_dialed(number: str, abroad: str, country: str) -> str:
    """The number with the calling code in the cell `abroad`, or "" if nobody can know whose it is.

    A country's name may be that of an address, so it only says that a number is not the church's.
    """
    code = _code(abroad)
    if not code or code == country_code_for_region(country.upper()):
        return number
    if _INTERNATIONAL.match(number):
        return number
    is_code = any(map(str.isdigit, abroad))
    return f"+{code} {number}" if is_code and _PLAIN.fullmatch(number) else ""


def _code(written: str) -> int:
    """0 if it is neither a calling code nor a country."""
    if found := _CALLING_CODE.fullmatch(written.strip()):
        return int(found[1])
    word = key(written)
    return country_code_for_region(word.upper() if len(word) == 2 else _regions().get(word, ""))


@cache
def _regions() -> dict[str, str]:
    """Countries by their names, as `key` writes them."""
    named = {
        key(name): region
        for language in ("en", "es")
        for region, name in Locale(language).territories.items()
        if len(region) == 2 and region.isalpha()
    }
    return named | {"usa": "US", "unitedstatesofamerica": "US", "eeuu": "US", "uk": "GB"}
