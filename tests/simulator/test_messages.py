import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from inbox.simulator import Network, World, running, text_from
from tests.simulator.town import CHURCH, NAOMI, Town, client_of

MAGIC = "+15005550006"


async def test_a_text_is_queued_then_sent_then_delivered_to_the_handset(town: Town) -> None:
    message = await town.client.messages.create_async(
        to=NAOMI,
        from_=CHURCH,
        body="Choir at seven",
        status_callback=f"{town.application.url}/receipts",
    )
    assert (message.status, message.date_sent, message.price) == ("queued", None, None)
    await town.settled()
    assert town.application.receipts == ["sent", "delivered"]
    later = await town.client.messages(message.sid).fetch_async()
    assert (later.status, later.price) == ("delivered", "-0.00790")
    assert later.date_sent is not None
    assert [bubble.body for bubble in town.world.handset(NAOMI).bubbles] == ["Choir at seven"]


async def test_without_a_status_callback_no_receipt_is_sent(town: Town) -> None:
    await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Choir at seven")
    await town.settled()
    assert town.application.heard == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"to": "2025550142"}, 21211),
        ({"to": "+1202555014"}, 21211),
        ({"to": "Naomi"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
        ({"from_": "+13035550100"}, 21606),
        ({"from_": "Grace"}, 21212),
        ({"from_": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"media_url": ["https://grace.example/a.png"] * 11}, 21623),
        ({"media_url": ["a.png"]}, 21620),
        ({"status_callback": "not an address"}, 21609),
        ({"status_callback": "https://under_score.example/"}, 21609),
        ({"validity_period": 0}, 21624),
        ({"validity_period": 36001}, 21624),
        ({"send_at": datetime.now(UTC), "schedule_type": "fixed"}, 35118),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
    ],
)
async def test_invalid_requests_are_refused_with_twilios_code(
    town: Town, changes: dict[str, Any], code: int
) -> None:
    wanted = {"to": NAOMI, "from_": CHURCH, "body": "Choir at seven", **changes}
    with pytest.raises(TwilioRestException) as refused:
        await town.client.messages.create_async(**wanted)
    assert (refused.value.code, refused.value.status) == (code, 400)
    assert town.account.messages == {}


async def test_the_magic_sender_may_send(town: Town) -> None:
    message = await town.client.messages.create_async(to=NAOMI, from_=MAGIC, body="Hello")
    assert message.status == "queued"


async def test_a_body_of_1600_characters_passes(town: Town) -> None:
    message = await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="a" * 1600)
    assert message.num_segments == "11"


async def test_an_mms_has_another_kind_of_sid(town: Town) -> None:
    message = await town.client.messages.create_async(
        to=NAOMI, from_=CHURCH, media_url=[f"{town.application.url}/a.png"]
    )
    assert message.sid.startswith("MM")
    assert message.num_media == "1"


async def test_a_full_queue_refuses_until_it_has_emptied(town: Town) -> None:
    town.number.queue_limit = 2
    send = town.client.messages.create_async
    town.simulator.network.carrier_seconds = 3600
    await send(to=NAOMI, from_=CHURCH, body="a" * 161)
    with pytest.raises(TwilioRestException) as refused:
        await send(to=NAOMI, from_=CHURCH, body="one more")
    assert refused.value.code == 21611
    assert len(town.account.messages) == 1


async def test_the_queue_is_free_again_after_the_texts_are_sent(town: Town) -> None:
    town.number.queue_limit = 1
    for _ in range(3):
        await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="one")
        await town.settled()
    assert town.number.queued == 0


async def test_the_list_is_filtered_by_both_ends(town: Town) -> None:
    other = "+12025550143"
    for to in (NAOMI, other, NAOMI):
        await town.client.messages.create_async(to=to, from_=CHURCH, body="Hello")
    await text_from(town.simulator.network, NAOMI, CHURCH, "Hello yourself")
    await town.settled()
    listed = town.client.messages.list_async
    assert len(await listed()) == 4
    assert [each.to for each in await listed(to=other)] == [other]
    assert [each.body for each in await listed(from_=NAOMI)] == ["Hello yourself"]
    assert len(await listed(to=NAOMI, from_=CHURCH)) == 2
    assert await listed(to=NAOMI, from_=NAOMI) == []


async def test_the_list_is_filtered_by_the_time_of_sending() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    world = World(clock=lambda: now)
    account = world.add_account("Grace Chapel")
    world.add_number(account, CHURCH)
    async with running(world) as simulator, client_of(simulator, account) as client:
        for days in (0, 1, 2):
            now = datetime(2026, 3, 4 + days, 12, tzinfo=UTC)
            await client.messages.create_async(to=NAOMI, from_=CHURCH, body=f"day {days}")
            await simulator.network.settled()

        async def bodies(**filters: object) -> list[str]:
            return [each.body for each in await client.messages.list_async(**filters)]

        noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
        assert await bodies() == ["day 2", "day 1", "day 0"]
        assert await bodies(date_sent=noon.date()) == ["day 1"]
        assert await bodies(date_sent="2026-03-05") == ["day 1"]
        assert await bodies(date_sent_after=noon) == ["day 2", "day 1"]
        assert await bodies(date_sent_before=noon) == ["day 1", "day 0"]
        assert await bodies(date_sent_after=noon.date(), date_sent_before=noon) == ["day 1"]
        soon = noon - timedelta(seconds=1)
        assert await bodies(date_sent_before=soon) == ["day 0"]


async def test_a_text_that_was_never_sent_matches_no_filter_by_date(town: Town) -> None:
    town.simulator.network.carrier_seconds = 3600
    await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
    assert len(await town.client.messages.list_async()) == 1
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert await town.client.messages.list_async(date_sent_after=long_ago) == []


async def test_pages_follow_each_other_although_new_texts_arrive(town: Town) -> None:
    for number in range(7):
        await text_from(town.simulator.network, NAOMI, CHURCH, f"{number}")
    page = await town.client.messages.page_async(page_size=3)
    seen = [each.body for each in page]
    await text_from(town.simulator.network, NAOMI, CHURCH, "meanwhile")
    second = await page.next_page_async()
    assert second is not None
    seen += [each.body for each in second]
    third = await second.next_page_async()
    assert third is not None
    seen += [each.body for each in third]
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]
    assert await third.next_page_async() is None
    back = await third.previous_page_async()
    assert back is not None
    assert [each.body for each in back] == ["3", "2", "1"]


async def test_paging_keeps_the_filters(town: Town) -> None:
    for number in range(3):
        await text_from(town.simulator.network, NAOMI, CHURCH, f"{number}")
        await text_from(town.simulator.network, "+12025550143", CHURCH, "another")
    found = await town.client.messages.list_async(from_=NAOMI, page_size=1)
    assert [each.body for each in found] == ["2", "1", "0"]


async def test_a_page_size_over_a_thousand_and_a_bad_date_are_refused(town: Town) -> None:
    for filters in ({"page_size": 1001}, {"date_sent_after": "yesterday"}):
        with pytest.raises(TwilioException) as refused:
            await town.client.messages.page_async(**filters)
        assert '"code":20001' in refused.value.args[1].text


async def test_an_empty_body_redacts_and_any_other_is_refused(town: Town) -> None:
    message = await text_from(town.simulator.network, NAOMI, CHURCH, "something private")
    context = town.client.messages(message.sid)
    with pytest.raises(TwilioRestException) as refused:
        await context.update_async(body="something else")
    assert refused.value.code == 30400
    assert (await context.update_async(body="")).body == ""
    assert (await context.fetch_async()).body == ""


async def test_a_text_is_deleted_once_it_is_final(town: Town) -> None:
    town.simulator.network.carrier_seconds = 0.01
    message = await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
    with pytest.raises(TwilioRestException) as refused:
        await town.client.messages(message.sid).delete_async()
    assert (refused.value.code, refused.value.status) == (20009, 409)
    await town.settled()
    assert await town.client.messages(message.sid).delete_async()
    with pytest.raises(TwilioRestException) as gone:
        await town.client.messages(message.sid).fetch_async()
    assert (gone.value.code, gone.value.status) == (20404, 404)


async def test_a_service_picks_the_sender_after_it_has_accepted(town: Town) -> None:
    service = town.world.add_service(town.account, "Pool", [town.number])
    message = await town.client.messages.create_async(
        to=NAOMI,
        messaging_service_sid=service.sid,
        body="Hello",
        status_callback=f"{town.application.url}/receipts",
    )
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    await town.settled()
    assert town.application.receipts == ["queued", "sent", "delivered"]
    later = await town.client.messages(message.sid).fetch_async()
    assert (later.from_, later.num_segments) == (CHURCH, "1")
    assert town.number.queued == 0


async def test_a_service_without_numbers_or_without_content_is_refused(town: Town) -> None:
    empty = town.world.add_service(town.account, "Empty")
    with pytest.raises(TwilioRestException) as no_sender:
        await town.client.messages.create_async(
            to=NAOMI, messaging_service_sid=empty.sid, body="Hello"
        )
    assert no_sender.value.code == 21704
    pool = town.world.add_service(town.account, "Pool", [town.number])
    with pytest.raises(TwilioRestException) as no_content:
        await town.client.messages.create_async(to=NAOMI, messaging_service_sid=pool.sid)
    assert no_content.value.code == 21619


async def test_a_scheduled_text_can_be_canceled(town: Town) -> None:
    pool = town.world.add_service(town.account, "Pool", [town.number])
    message = await town.client.messages.create_async(
        to=NAOMI,
        messaging_service_sid=pool.sid,
        body="Hello",
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(hours=1),
        status_callback=f"{town.application.url}/receipts",
    )
    assert message.status == "scheduled"
    await asyncio.wait_for(town.settled(), 1)
    canceled = await town.client.messages(message.sid).update_async(status="canceled")
    assert canceled.status == "canceled"
    await town.settled()
    assert town.application.receipts == ["canceled"]
    with pytest.raises(TwilioRestException) as refused:
        await town.client.messages(message.sid).update_async(status="canceled")
    assert refused.value.code == 30409


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schedule_type": "fixed"}, 35111),
        ({"schedule_type": "someday"}, 35126),
        ({"send_at": datetime.now(UTC) + timedelta(seconds=60)}, 35114),
        ({"send_at": datetime.now(UTC) + timedelta(days=36)}, 35114),
    ],
)
async def test_a_schedule_outside_the_rules_is_refused(
    town: Town, changes: dict[str, Any], code: int
) -> None:
    pool = town.world.add_service(town.account, "Pool", [town.number])
    wanted = {"schedule_type": "fixed", **changes}
    with pytest.raises(TwilioRestException) as refused:
        await town.client.messages.create_async(
            to=NAOMI, messaging_service_sid=pool.sid, body="Hello", **wanted
        )
    assert refused.value.code == code


async def test_test_credentials_accept_and_do_nothing(town: Town) -> None:
    test = town.world.add_account("Grace Chapel, test", test=True)
    async with client_of(town.simulator, test) as client:
        message = await client.messages.create_async(
            to=NAOMI,
            from_=MAGIC,
            body="Hello",
            status_callback=f"{town.application.url}/receipts",
        )
        assert message.status == "queued"
        await town.settled()
        assert town.application.heard == []
        assert test.messages == {}
        with pytest.raises(TwilioRestException) as refused:
            await client.messages(message.sid).fetch_async()
        assert (refused.value.code, refused.value.status) == (20008, 403)
        with pytest.raises(TwilioRestException) as not_owned:
            await client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
        assert not_owned.value.code == 21606


async def test_the_number_of_texts_is_limited_and_the_oldest_final_ones_are_dropped(
    town: Town,
) -> None:
    town.world.messages_kept = 3
    for number in range(5):
        await text_from(town.simulator.network, NAOMI, CHURCH, f"{number}")
    assert [each.body for each in town.account.messages.values()] == ["2", "3", "4"]


async def test_an_account_full_of_unfinished_texts_accepts_no_more(town: Town) -> None:
    town.world.messages_kept = 1
    town.simulator.network.carrier_seconds = 3600
    await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
    with pytest.raises(TwilioRestException) as refused:
        await town.client.messages.create_async(to=NAOMI, from_=CHURCH, body="Hello")
    assert refused.value.code == 21611


async def test_a_network_that_is_never_served_is_still_closed_cleanly() -> None:
    await Network(World()).close()
