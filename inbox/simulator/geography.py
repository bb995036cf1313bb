"""The geography of numbers, for webhook fields and the number search."""

from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    region: str
    city: str
    postal_code: str
    lata: str
    latitude: str
    longitude: str


PLACES = {
    "202": Place("US", "DC", "Washington", "20001", "236", "38.907200", "-77.036900"),
    "206": Place("US", "WA", "Seattle", "98101", "674", "47.606200", "-122.332100"),
    "303": Place("US", "CO", "Denver", "80202", "656", "39.739200", "-104.990300"),
    "312": Place("US", "IL", "Chicago", "60601", "358", "41.878100", "-87.629800"),
    "404": Place("US", "GA", "Atlanta", "30303", "438", "33.749000", "-84.388000"),
    "615": Place("US", "TN", "Nashville", "37201", "470", "36.162700", "-86.781600"),
    "713": Place("US", "TX", "Houston", "77002", "560", "29.760400", "-95.369800"),
    "416": Place("CA", "ON", "Toronto", "M5H 2N2", "888", "43.653200", "-79.383200"),
    "604": Place("CA", "BC", "Vancouver", "V6B 1A1", "888", "49.282700", "-123.120700"),
}


def place_of(number: str) -> Place | None:
    return PLACES.get(number[2:5]) if number.startswith("+1") else None


def country_of(number: str) -> str:
    """Two letters, or "" if unknown."""
    place = place_of(number)
    if place is not None:
        return place.country
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def geography(side: str, number: str) -> list[tuple[str, str]]:
    """The four webhook fields about one number; `side` is "From" or "To". Unknown fields are blank,
    as most are in real life.
    """
    place = place_of(number)
    return [
        (f"{side}City", place.city.upper() if place else ""),
        (f"{side}State", place.region if place else ""),
        (f"{side}Zip", ""),
        (f"{side}Country", country_of(number)),
    ]
