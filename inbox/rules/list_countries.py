"""A list's column for the country, or its calling code, of the numbers beside it."""

import re
from functools import cache

from babel import Locale
from phonenumbers import country_code_for_region

from inbox.rules.name_titles import key
from inbox.rules.phone import parse_phone

_CALLING_CODE = re.compile(r"(?:\+|00)?0{0,2}([1-9]\d{0,2})(?:\.0)?")
_INTERNATIONAL = re.compile(r"\s*(?:\+|00|011)")
_PLAIN = re.compile(r"[\d\s().-]+")


def as_dialed(number: str, abroad: str, country: str) -> str:
    """The number with the calling code in the cell `abroad`, or "" if nobody can know whose it is.

    A country's name may be that of an address or a birthplace. It matters only for a number that
    would be valid there, too.
    """
    if _INTERNATIONAL.match(number):
        return number
    here = country_code_for_region(country.upper())
    if found := _CALLING_CODE.fullmatch(abroad.strip()):
        if int(found[1]) == here:
            return number
        return f"+{found[1]} {number}" if _PLAIN.fullmatch(number) else ""
    region = _region(abroad)
    is_elsewhere = country_code_for_region(region) not in (0, here)
    return "" if is_elsewhere and parse_phone(number, region) else number


def _region(written: str) -> str:
    """ISO 3166, two letters; "" if it is no country."""
    word = key(written)
    return word.upper() if len(word) == 2 else _regions().get(word, "")


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
