"""The time zones to choose from: those of the church's country first, by their usual names."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location, get_timezone_name

# Leaves out old names for the same zones.
REGIONS = "Africa America Antarctica Asia Atlantic Australia Europe Indian Pacific".split()

Choice = tuple[str, str]
"""A zone, and what it is called: "America/Chicago", "Central Time (Chicago)"."""


@cache
def known_zones() -> frozenset[str]:
    """All that the standard library knows, by old names, too; browsers report some of those."""
    return frozenset(available_timezones())


def choices(country: str, language: str, kept: str) -> tuple[list[Choice], list[Choice]]:
    """The zones of this country, and all others. `kept` is among them, whatever it is called."""
    near, others = _near(country, language), _others(country)
    if all(kept != zone for zone, _ in (*near, *others)):
        others = [(kept, _spelled(kept)), *others]
    return near, others


@cache
def _near(country: str, language: str) -> list[Choice]:
    """From east to west; cities by themselves before those named with their state."""
    here = [zone for zone in _canonical() if _country_of(zone) == country]
    moment = datetime.now(UTC)

    def place(zone: str) -> tuple[bool, float, str]:
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
        return zone.count("/") > 1, -offset.total_seconds() if offset else 0.0, zone

    return [(zone, _called(zone, language)) for zone in sorted(here, key=place)]


@cache
def _others(country: str) -> list[Choice]:
    zones = [zone for zone in _canonical() if _country_of(zone) != country]
    return [(zone, _spelled(zone)) for zone in sorted(zones)] + [("UTC", "UTC")]


@cache
def _canonical() -> frozenset[str]:
    aliases = get_global("zone_aliases")
    return frozenset(
        zone
        for zone in known_zones()
        if zone.split("/")[0] in REGIONS and zone not in aliases and _country_of(zone)
    )


def _country_of(zone: str) -> str | None:
    return get_global("zone_territories").get(zone)


def _called(zone: str, language: str) -> str:
    """ "Central Time (Chicago)"."""
    city = get_timezone_location(zone, locale=language, return_city=True)
    name = get_timezone_name(zone, locale=language)
    if "/" in city:
        # Babel knows Indianapolis, Louisville, and Argentina's cities only by their old names.
        city, name = _spelled(zone.split("/")[-1]), _name_by_alias(zone, language)
    return f"{name[0].upper()}{name[1:]} ({city})" if name else _spelled(zone)


def _name_by_alias(zone: str, language: str) -> str:
    shared = get_global("meta_zones")
    old = [alias for alias, now in get_global("zone_aliases").items() if now == zone]
    found = next((shared[alias] for alias in old if alias in shared), None)
    names = Locale(language).meta_zones[found]["long"] if found else {}
    return str(names.get("generic") or names.get("standard") or "")


def _spelled(zone: str) -> str:
    return zone.replace("_", " ")
