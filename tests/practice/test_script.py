"""What the practice church's members and staff write, and when."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox.practice import script

CHICAGO = ZoneInfo("America/Chicago")
MONDAY_MORNING = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("later", range(7))
def test_texts_arrive_by_day_and_in_order_on_any_day(later: int) -> None:
    today = (MONDAY_MORNING + timedelta(days=later, hours=3 * later)).astimezone(CHICAGO)
    said = script.threads(today, random.Random(later))
    assert said == script.threads(today, random.Random(later))
    assert max(one.at for one in said) < today
    assert min(one.at for one in said) > today - timedelta(weeks=13)
    for who in {one.who for one in said}:
        times = [one.at for one in said if one.who == who]
        assert times == sorted(set(times))
    settled = [one for one in said if one.at < today - timedelta(days=1)]
    assert all(6 <= one.at.astimezone(CHICAGO).hour <= 22 for one in settled)


def test_everyone_who_writes_or_is_named_exists() -> None:
    names = {person.name for person in script.people()}
    today = MONDAY_MORNING.astimezone(CHICAGO)
    speakers = {one.who for one in script.threads(today, random.Random(0))}
    assert {who for who in speakers if not who.startswith("+")} < names
    for announced in script.broadcasts(today):
        assert set(announced.errors) <= names
