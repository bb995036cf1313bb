"""The time of a scheduled text: what the field says, in the church's zone, or what is wrong with
it.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from inbox.rules.reasons import reason_for
from inbox.rules.send_time import NoSuchTime, send_time

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


def test_a_time_is_in_the_churchs_zone() -> None:
    assert send_time("2026-03-07T08:00", NOW, CHICAGO) == datetime(2026, 3, 7, 14, 0, tzinfo=UTC)
    # The clocks have gone forward by then.
    assert send_time("2026-03-09T08:00", NOW, CHICAGO) == datetime(2026, 3, 9, 13, 0, tzinfo=UTC)


def test_a_time_in_the_hour_that_comes_twice_may_be_the_second_one() -> None:
    between = datetime(2026, 11, 1, 6, 45, tzinfo=UTC)
    assert send_time("2026-11-01T01:30", between, CHICAGO) == between.replace(hour=7, minute=30)
    with pytest.raises(NoSuchTime, match="time_past"):
        send_time("2026-11-01T01:30", between.replace(hour=7, minute=30), CHICAGO)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-06T12:00", "time_past"),
        ("2020-01-01T08:00", "time_past"),
        ("2027-04-01T08:00", "time_far"),
        ("9999-12-31T23:59", "time_far"),
        ("2026-03-08T02:30", "time_skipped"),
        ("2026-02-31T08:00", "no_such_time"),
        ("2026-03-07T08:00Z", "no_such_time"),
        ("tomorrow", "no_such_time"),
        ("", "no_such_time"),
        ("9" * 5000, "no_such_time"),
    ],
)
def test_each_mistake_in_a_time_has_its_own_sentence(text: str, code: str) -> None:
    with pytest.raises(NoSuchTime) as problem:
        send_time(text, NOW, CHICAGO)
    assert problem.value.code == code == reason_for(code).code
    assert reason_for(code).text != reason_for("whatever").text
