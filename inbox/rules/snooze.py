"""When a snooze ends: the menu's choices, in church time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MORNING = 8
LATER = timedelta(hours=3)
MAX_SNOOZE = timedelta(days=366)


def snooze_until(word: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC, to the minute; None for a word that is none of "later" (three hours),
    "tomorrow" (8 in the morning) and "next-week" (Monday, the same; on a Sunday that would be
    tomorrow, so it is the one after)."""
    here = now.astimezone(zone)
    if word == "later":
        return (now + LATER).astimezone(UTC).replace(second=0, microsecond=0)
    to_monday = 7 - here.weekday()
    days = {"tomorrow": 1, "next-week": to_monday if to_monday > 1 else 8}.get(word)
    if days is None:
        return None
    # The day first, then the hour: a day on which the clocks change does not have 24.
    day = (here + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=zone).astimezone(UTC)


def chosen_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A date and time field as UTC; None unless it is in the future and within a year.

    Where the clocks go back, an hour has every time twice: the first one that is still to come.
    """
    try:
        chosen = datetime.fromisoformat(text)
        if chosen.tzinfo is not None:
            return None
        here = chosen.replace(tzinfo=zone, second=0, microsecond=0)
        moments = [here.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (ValueError, OverflowError):
        return None
    return next((moment for moment in moments if now < moment < now + MAX_SNOOZE), None)
