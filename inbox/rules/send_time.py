"""Scheduled texts: the moment in a date and time field, or what is wrong with it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from inbox.rules.snooze import chosen_moment


class NoSuchTime(Exception):
    """`code` is a reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def send_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC, to the minute, for a local time in this zone. Raises NoSuchTime."""
    chosen = _read(text)
    moment = chosen_moment(text, now, zone)
    if moment is None:
        here = now.astimezone(zone).replace(tzinfo=None)
        raise NoSuchTime("time_past" if chosen <= here else "time_far")
    if moment.astimezone(zone).replace(tzinfo=None) != chosen:
        raise NoSuchTime("time_skipped")
    return moment


def _read(text: str) -> datetime:
    try:
        chosen = datetime.fromisoformat(text)
    except ValueError:
        raise NoSuchTime("no_such_time") from None
    if chosen.tzinfo is not None:
        raise NoSuchTime("no_such_time")
    return chosen.replace(second=0, microsecond=0)
