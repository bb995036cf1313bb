"""Looking up messages in Twilio's own list."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from inbox.providers import Provider, Refused, Unreachable
from tests.providers.answers import (
    CHURCH,
    NAOMI,
    SID,
    Answer,
    StandIn,
    hangs_up,
    message,
    page,
    refuses,
    says,
    says_text,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(minutes: float, **other: Any) -> dict[str, Any]:
    sid = f"SM{abs(hash((minutes, *other.items()))):032x}"
    created = format_datetime(NOON + timedelta(minutes=minutes))
    return message(sid=sid, date_created=created, **other)


async def test_a_text_is_looked_up_by_both_numbers_and_not_by_date(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(page(at(2, status="failed", error_code=30006), at(1, status="sent")))
    newest, older = await provider.find(NAOMI, CHURCH, NOON)
    assert twilio.asked[0].query == [("To", NAOMI), ("From", CHURCH), ("PageSize", "50")]
    assert (newest.status, newest.error_code) == ("failed", "30006")
    assert (older.status, older.error_code) == ("sent", None)
    assert (newest.to, newest.from_, newest.body) == (NAOMI, CHURCH, "The soup is on.")
    assert newest.created_at == NOON + timedelta(minutes=2)
    assert newest.direction == "outbound"


async def test_a_clock_that_is_slightly_off_hides_nothing(
    provider: Provider, twilio: StandIn
) -> None:
    twilio.will(page(at(1), at(-4), at(-6)))
    assert len(await provider.find(NAOMI, CHURCH, NOON)) == 2


async def test_a_message_without_a_date_counts_as_new(provider: Provider, twilio: StandIn) -> None:
    twilio.will(page(message(date_created=None)))
    assert [one.sid for one in await provider.find(NAOMI, CHURCH, NOON)] == [SID]


async def test_looking_back_ends_with_a_page_of_old_messages(
    provider: Provider, twilio: StandIn
) -> None:
    more = "/2010-04-01/Accounts/AC/Messages.json?PageToken=PA1&To=%2B12025550142"
    twilio.will(page(at(3), at(2), next_uri=more), page(at(-60), next_uri=more))
    assert len(await provider.find(NAOMI, CHURCH, NOON)) == 2
    assert twilio.asked[1].query == [("PageToken", "PA1"), ("To", NAOMI)]


async def test_looking_back_is_at_most_three_pages(provider: Provider, twilio: StandIn) -> None:
    more = "/2010-04-01/Accounts/AC/Messages.json?PageToken=PA1"
    twilio.will(*(page(at(n), next_uri=more) for n in (3, 2, 1)))
    assert len(await provider.find(NAOMI, CHURCH, NOON)) == 3


async def test_all_texts_to_a_number_can_be_listed(provider: Provider, twilio: StandIn) -> None:
    twilio.will(page(at(1, direction="inbound", status="received", to=CHURCH)))
    [seen] = await provider.find(CHURCH, None, NOON)
    assert twilio.asked[0].query == [("To", CHURCH), ("PageSize", "50")]
    assert (seen.direction, seen.status) == ("inbound", "received")


async def test_one_message_is_fetched_by_its_sid(provider: Provider, twilio: StandIn) -> None:
    twilio.will(says(200, message(status="a word from next year")))
    seen = await provider.fetch(SID)
    assert seen and (seen.sid, seen.status) == (SID, None)


async def test_a_missing_message_is_none(provider: Provider, twilio: StandIn) -> None:
    twilio.will(refuses(404, 20404))
    assert await provider.fetch(SID) is None
    assert await provider.fetch("../Keys") is None
    assert len(twilio.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [refuses(500, 20500), says_text(502, "<html>"), says(200, {"a": 1, "b": 2}), says(200, {})],
)
async def test_a_lookup_without_an_answer_has_changed_nothing(
    provider: Provider, twilio: StandIn, answer: Answer
) -> None:
    twilio.will(answer)
    with pytest.raises(Unreachable):
        await provider.find(NAOMI, CHURCH, NOON)


async def test_a_broken_connection_has_changed_nothing(provider: Provider, twilio: StandIn) -> None:
    twilio.will(hangs_up)
    with pytest.raises(Unreachable):
        await provider.fetch(SID)


async def test_a_refused_lookup_says_why(provider: Provider, twilio: StandIn) -> None:
    twilio.will(refuses(401, 20003), refuses(429, 20429, **{"Retry-After": "2"}))
    with pytest.raises(Refused) as no:
        await provider.find(NAOMI, CHURCH, NOON)
    assert no.value.code == "20003"
    with pytest.raises(Refused) as busy:
        await provider.find(NAOMI, CHURCH, NOON)
    assert (busy.value.code, busy.value.retry_after) == ("20429", 2.0)
