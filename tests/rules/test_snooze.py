"""When a snoozed conversation comes back, in the church's own time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox.rules.snooze import chosen_moment, snooze_until

CHICAGO = ZoneInfo("America/Chicago")
THURSDAY = datetime(2026, 3, 5, 15, 30, 42, tzinfo=UTC)  # 9:30 in Chicago
SUNDAY = datetime(2026, 3, 8, 18, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # still Monday in Chicago
BEFORE_SPRING = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)  # clocks go forward in the night


@pytest.mark.parametrize(
    ("word", "now", "then"),
    [
        ("later", THURSDAY, "2026-03-05T18:30:00+00:00"),
        ("tomorrow", THURSDAY, "2026-03-06T14:00:00+00:00"),
        ("next-week", THURSDAY, "2026-03-09T13:00:00+00:00"),
        ("next-week", SUNDAY, "2026-03-16T13:00:00+00:00"),
        ("tomorrow", MONDAY_NIGHT, "2026-03-03T14:00:00+00:00"),
        ("next-week", MONDAY_NIGHT, "2026-03-09T13:00:00+00:00"),
        ("tomorrow", BEFORE_SPRING, "2026-03-08T13:00:00+00:00"),
    ],
)
def test_the_choices_of_the_menu(word: str, now: datetime, then: str) -> None:
    moment = snooze_until(word, now, CHICAGO)
    assert moment and moment.isoformat() == then


def test_a_choice_that_is_not_in_the_menu_is_refused() -> None:
    assert snooze_until("never", THURSDAY, CHICAGO) is None


def test_a_custom_time_is_in_the_churchs_zone() -> None:
    chosen = chosen_moment("2026-03-20T17:45", THURSDAY, CHICAGO)
    assert chosen == datetime(2026, 3, 20, 22, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "text", "then"),
    [
        ("05:00", "01:30", "06:30"),
        ("06:29", "01:30", "06:30"),
        ("06:30", "01:30", "07:30"),
        ("06:45", "01:30", "07:30"),
        ("07:10", "01:30", "07:30"),
        ("07:30", "01:30", None),
        ("06:45", "01:50", "06:50"),
        ("06:45", "00:59", None),
        ("06:45", "02:00", "08:00"),
    ],
)
def test_the_hour_that_comes_twice_is_the_next_one(now: str, text: str, then: str | None) -> None:
    """In Chicago, 1:30 is 6:30 and 7:30 UTC on that night."""
    at = datetime.fromisoformat(f"2026-11-01T{now}+00:00")
    moment = chosen_moment(f"2026-11-01T{text}", at, CHICAGO)
    assert moment == (then and datetime.fromisoformat(f"2026-11-01T{then}+00:00"))


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-03-05T09:29", "2027-12-01T09:00", "2026-03-20T17:45+01:00",
     "0001-01-01T00:00", "9999-12-31T23:59"],
)  # fmt: skip
def test_an_impossible_time_is_refused(text: str) -> None:
    assert chosen_moment(text, THURSDAY, CHICAGO) is None
