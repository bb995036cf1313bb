"""Who is notified of a text or a note, by each person's settings in church time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Choice = Literal["all", "mine", "none"]
CHOICES: tuple[Choice, ...] = ("all", "mine", "none")
DAYS = "0123456"
MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True)
class Hours:
    """Days of the week ("0" is Monday), and the minutes of the day from and until.

    If `start` is later than `end`, the hours pass midnight and belong to the day on which they
    began. Equal values mean all day.
    """

    days: str = DAYS
    from_: int = 0
    until: int = 0


def is_wanted(choice: str, *, is_mine: bool, names_me: bool) -> bool:
    """`is_mine`: the conversation is this person's. `names_me`: a note names them."""
    if choice == "all":
        return True
    return choice == "mine" and (is_mine or names_me)


def is_within(hours: Hours, at: datetime, zone: ZoneInfo) -> bool:
    """By the wall clock, also on days when the clocks change."""
    here = at.astimezone(zone)
    minute = here.hour * 60 + here.minute
    over_midnight = hours.from_ > hours.until
    if hours.from_ == hours.until or (not over_midnight and hours.from_ <= minute < hours.until):
        return _is_on(hours, here)
    if over_midnight and minute >= hours.from_:
        return _is_on(hours, here)
    if over_midnight and minute < hours.until:
        return _is_on(hours, here - timedelta(days=1))
    return False


def _is_on(hours: Hours, day: datetime) -> bool:
    return str(day.weekday()) in hours.days


def minute_of(text: str) -> int | None:
    """The minute of the day in a time field such as "17:30"; None for anything else."""
    hour, colon, minute = text.partition(":")
    # Some browsers add seconds.
    minute = minute.partition(":")[0]
    if not colon or not (_is_number(hour) and _is_number(minute)):
        return None
    found = int(hour) * 60 + int(minute)
    return found if int(minute) < 60 and found < MINUTES_OF_A_DAY else None


def _is_number(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()


def clock(minute: int) -> str:
    """The minute of the day in a time field's format."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
