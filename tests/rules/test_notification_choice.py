"""When staff are notified, and of what."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox.rules.notification_choice import DAYS, Hours, clock, is_wanted, is_within, minute_of

CHICAGO = ZoneInfo("America/Chicago")
WORKDAYS = "01234"
OFFICE = Hours(WORKDAYS, 9 * 60, 17 * 60)
NIGHT = Hours("4", 22 * 60, 6 * 60)  # Friday night


def in_chicago(day: int, hour: int, minute: int = 0, *, month: int = 6, fold: int = 0) -> datetime:
    """A time in 2026. June 1 is a Monday."""
    here = datetime(2026, month, day, hour, minute, tzinfo=CHICAGO, fold=fold)
    return here.astimezone(UTC)


@pytest.mark.parametrize(
    ("choice", "is_mine", "names_me", "wanted"),
    [
        ("all", False, False, True),
        ("all", True, True, True),
        ("mine", False, False, False),
        ("mine", True, False, True),
        ("mine", False, True, True),
        ("none", True, True, False),
        ("none", False, False, False),
        ("something else", True, True, False),
    ],
)
def test_notifications_follow_preferences(
    choice: str, is_mine: bool, names_me: bool, wanted: bool
) -> None:
    assert is_wanted(choice, is_mine=is_mine, names_me=names_me) is wanted


@pytest.mark.parametrize(
    ("hours", "at", "within"),
    [
        (Hours(), in_chicago(1, 3), True),
        (Hours(days=""), in_chicago(1, 12), False),
        (Hours(days="6"), in_chicago(7, 0), True),
        (Hours(days="6"), in_chicago(7, 23, 59), True),
        (Hours(days="6"), in_chicago(8, 0), False),
        (OFFICE, in_chicago(1, 8, 59), False),
        (OFFICE, in_chicago(1, 9), True),
        (OFFICE, in_chicago(5, 16, 59), True),
        (OFFICE, in_chicago(5, 17), False),
        (OFFICE, in_chicago(6, 12), False),
        # Over midnight: what begins on Friday ends on Saturday.
        (NIGHT, in_chicago(5, 21, 59), False),
        (NIGHT, in_chicago(5, 22), True),
        (NIGHT, in_chicago(6, 0), True),
        (NIGHT, in_chicago(6, 5, 59), True),
        (NIGHT, in_chicago(6, 6), False),
        (NIGHT, in_chicago(6, 23), False),
        (NIGHT, in_chicago(5, 2), False),
        # Until midnight, and from midnight on.
        (Hours(DAYS, 18 * 60, 0), in_chicago(1, 23, 59), True),
        (Hours(DAYS, 18 * 60, 0), in_chicago(2, 0), False),
        (Hours(DAYS, 0, 8 * 60), in_chicago(1, 0), True),
        (Hours(DAYS, 0, 8 * 60), in_chicago(1, 8), False),
    ],
)
def test_notifications_follow_days_and_hours(hours: Hours, at: datetime, within: bool) -> None:
    assert is_within(hours, at, CHICAGO) is within


def test_local_time_counts_when_clocks_change() -> None:
    early = Hours(DAYS, 2 * 60, 4 * 60)
    # On March 8, the hour from two to three does not exist: 1:59 is too early, a minute later is
    # not.
    before = datetime(2026, 3, 8, 7, 59, tzinfo=UTC)
    assert before.astimezone(CHICAGO).hour == 1, "the premise"
    assert not is_within(early, before, CHICAGO)
    assert is_within(early, datetime(2026, 3, 8, 8, 0, tzinfo=UTC), CHICAGO)
    # On November 1, the hour from one to two happens twice.
    twice = Hours(DAYS, 60, 2 * 60)
    for fold in (0, 1):
        assert is_within(twice, in_chicago(1, 1, 30, month=11, fold=fold), CHICAGO)
    assert not is_within(twice, in_chicago(1, 2, month=11), CHICAGO)


def test_the_church_has_its_own_time() -> None:
    noon_in_chicago = in_chicago(1, 12)
    assert is_within(OFFICE, noon_in_chicago, CHICAGO)
    assert not is_within(OFFICE, noon_in_chicago, ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("text", "minute"),
    [("00:00", 0), ("09:30", 570), ("23:59", 1439), ("09:30:00", 570)]
    + [
        (odd, None)
        for odd in ("", "9", "9:30", "24:00", "12:60", "-1:00", "٠٩:٣٠", "aa:bb", "0930")
    ],
)
def test_a_time_field_is_read(text: str, minute: int | None) -> None:
    assert minute_of(text) == minute
    if minute is not None:
        assert clock(minute) == text[:5]
