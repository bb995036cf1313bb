"""The handlers of a broadcast: what the composer counts, and what is refused."""

import html
import re
import time
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Group, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from tests.cast import STRANGER
from tests.house import House


async def told(browser: aiohttp.ClientSession, **form: Any) -> str:
    """What the composer says about the audience and the size of the text."""
    answer = await browser.post(paths.audience(), data={"target_type": "all"} | form)
    assert answer.status == 200
    words = re.sub(r"<[^>]*>", " ", await answer.text())
    return html.unescape(" ".join(words.split()))


async def compose(browser: aiohttp.ClientSession, **form: Any) -> tuple[int, str]:
    given = {"target_type": "all", "body": "Hello", "key": new_key()} | form
    answer = await browser.post(paths.broadcasts(), data=given)
    return answer.status, html.unescape(await answer.text())


async def test_the_composer_shows_the_audience_and_the_total(house: House) -> None:
    await house.cast.george.opt_out()
    await Member.with_phone(house.cast.grace.id, STRANGER, "Bartholomew Long")
    browser = await house.browser(house.cast.ruth)
    words = await told(browser, body="x" * 150 + "{first_name}")
    assert "2 members will get it" in words
    assert "1 who opted out" in words and "George Bell" in words
    assert "1 or 2 texts each, depending on the length of the name · 3 in total" in words
    assert "As Bartholomew Long will read it" in words


async def test_the_composer_shows_how_long_it_takes(house: House) -> None:
    number = house.cast.grace_number
    await number.filter(id=number.id).update(send_rate=0.01)
    browser = await house.browser(house.cast.ruth)
    assert "2 in total · about 3 minutes" in await told(browser, body="Hello")


async def test_an_oversized_text_is_not_measured_with_every_name(house: House) -> None:
    people = [f"\u0141{chr(0x4E00 + n)}" for n in range(300)]
    grace = house.cast.grace
    await Member.bulk_create(
        [Member(church=grace, name=name, phone=f"+1{n}") for n, name in enumerate(people)]
    )
    browser = await house.browser(house.cast.ruth)
    begun = time.monotonic()
    words = await told(browser, body="{first_name}, \u0107" * 2_000)
    assert "is longer than 1,600 characters" in words
    assert time.monotonic() - begun < 5, "others are not blocked"


async def test_the_composer_says_what_must_still_be_selected(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    assert "Choose at least one group." in await told(browser, target_type="groups")
    assert "Choose someone." in await told(browser, target_type="individual")
    empty = await Group.create(church=house.cast.grace, name="Empty")
    words = await told(browser, target_type="groups", group_ids=str(empty.id))
    assert "0 members will get it" in words


async def test_a_church_without_members_is_told_where_to_add_them(house: House) -> None:
    await Member.filter(church=house.cast.grace).delete()
    browser = await house.browser(house.cast.ruth)
    words = await told(browser)
    assert "There are no members yet. Add members" in words and "will get it" not in words


async def test_members_without_a_name_are_greeted_in_the_churchs_language(house: House) -> None:
    await Member.with_phone(house.cast.grace.id, STRANGER)
    browser = await house.browser(house.cast.ruth)
    await compose(browser, body="Dear {first_name}, soup at six.")
    await house.settled()
    assert await Message.exists(body="Dear friend, soup at six.")


async def test_a_refused_broadcast_keeps_what_was_written(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    chosen = {"target_type": "individual", "member_ids": str(house.cast.naomi.id)}
    at = {"when": "later", "at": "2020-01-01T10:00"}
    status, page = await compose(browser, body="Choir at six", **chosen, **at)
    assert status == 422
    assert "That time has passed already." in page
    assert "Choir at six" in page and "Naomi Park" in page and "2020-01-01T10:00" in page
    assert not await Broadcast.exists()

    for times in ("", "nonsense", "2020-01-01T10:00Z", "9999-01-01T10:00"):
        status, _ = await compose(browser, when="later", at=times)
        assert status == 422
    status, page = await compose(browser, target_type="groups")
    assert status == 422 and "No recipients are selected yet." in page


async def test_the_name_that_makes_a_text_too_long_is_shown(house: House) -> None:
    await Member.with_phone(house.cast.grace.id, STRANGER, "Wolfeschlegelsteinhausen Park")
    browser = await house.browser(house.cast.ruth)
    long = "x" * 1580 + "{first_name}"
    assert "With the name of Wolfeschlegelsteinhausen in it" in await told(browser, body=long)
    status, page = await compose(browser, body=long)
    assert status == 422
    assert "With the name of Wolfeschlegelsteinhausen Park in it" in page


async def test_five_hundred_members_can_be_selected_one_by_one(house: House) -> None:
    church = house.cast.grace
    await Member.bulk_create(
        [Member(church=church, phone=f"+1303{n:07d}", name=f"Member {n}") for n in range(500)]
    )
    ids = await Member.filter(church=church, name__startswith="Member").values_list("id", flat=True)
    browser = await house.browser(house.cast.ruth)
    many = [("target_type", "individual"), ("body", "Hi"), *(("member_ids", str(i)) for i in ids)]
    answer = await browser.post(paths.audience(), data=many)
    assert "<strong>500</strong> members will get it" in await answer.text()
    answer = await browser.post(paths.broadcasts(), data=many)
    assert answer.status == 200
    assert len((await Broadcast.get()).target_ids) == 500


async def test_the_recipients_of_a_broadcast_are_paged(house: House) -> None:
    church = house.cast.grace
    await Member.bulk_create(
        [Member(church=church, phone=f"+120255502{n:02}", name=f"Member {n}") for n in range(60)]
    )
    one = await compose_broadcast(
        church, by=house.cast.ruth, body="Hello", target_type="all", key=new_key()
    )
    while await enlist(one):
        pass
    browser = await house.browser(house.cast.ruth)
    await house.settled()
    first = await (await browser.get(paths.recipients(one.id, "arrived"))).text()
    assert len(re.findall("<li id=", first)) == 50
    more = re.search(r'href="([^"]*after=\d+)"', first)
    assert more
    rest = await (await browser.get(html.unescape(more[1]))).text()
    assert len(re.findall("<li id=", rest)) == 12 and "after=" not in rest


async def for_tomorrow(house: House, **form: Any) -> Broadcast:
    browser = await house.browser(house.cast.ruth)
    given = {"when": "later", "at": there(days=1)} | form
    assert (await compose(browser, **given))[0] == 200
    return await Broadcast.all().select_related("author").get()


def there(days: float) -> str:
    """This many days from now, on the church's clock."""
    return f"{now().astimezone(ZoneInfo('America/Chicago')) + timedelta(days=days):%Y-%m-%dT%H:%M}"


async def test_a_scheduled_broadcast_says_how_many_would_get_it_now(house: House) -> None:
    broadcast = await for_tomorrow(house, target_type="all")
    browser = await house.browser(house.cast.daniel)
    path = paths.broadcast(broadcast.id)
    page = await (await browser.get(path)).text()
    assert "to 2 members as of now" in page and "Scheduled by Ruth Adeyemi" in page
    assert "to 2 members as of now" in await house.screens.show_broadcast(broadcast)
    await house.cast.george.opt_out()
    assert "to 1 member as of now" in await (await browser.get(path)).text()


async def test_a_scheduled_broadcast_opens_as_written_and_can_be_rewritten(house: House) -> None:
    group = await Group.create(church=house.cast.grace, name="Choir")
    broadcast = await for_tomorrow(house, target_type="groups", group_ids=group.id)
    browser = await house.browser(house.cast.daniel)
    path = paths.edit_broadcast(broadcast.id)
    assert path in await (await browser.get(paths.broadcast(broadcast.id))).text()
    form = await (await browser.get(path)).text()
    assert "Edit broadcast" in form and ">Hello</textarea>" in form
    assert f'name="group_ids" value="{group.id}" checked' in form
    assert f'name="at" value="{there(days=1)}"' in form and 'value="later" checked' in form

    changed = {"target_type": "all", "named_only": "yes", "body": "Hello everybody"}
    answer = await browser.post(path, data=changed | {"when": "later", "at": there(days=2)})
    assert answer.status == 200 and "Hello everybody" in await answer.text()
    [same] = await Broadcast.all()
    assert (same.id, same.body, same.target_type) == (broadcast.id, "Hello everybody", "named")
    assert same.target_ids == [] and same.author_id == house.cast.ruth.id
    assert same.send_after == broadcast.send_after + timedelta(days=1)
    form = await (await browser.get(path)).text()
    assert 'name="target_type" value="all" checked' in form

    answer = await browser.post(path, data={"target_type": "all", "body": "At once", "when": "now"})
    assert answer.status == 200
    await house.settled()
    assert await Message.filter(body="At once", status="delivered").count() == 2


async def test_a_started_or_stopped_broadcast_cannot_be_rewritten(house: House) -> None:
    broadcast = await for_tomorrow(house)
    browser = await house.browser(house.cast.ruth)
    path = paths.edit_broadcast(broadcast.id)
    changed = {"target_type": "all", "body": "Other words", "when": "later", "at": there(days=2)}
    await browser.post(paths.send_broadcast_now(broadcast.id))
    answer = await browser.post(path, data=changed)
    assert answer.status == 422
    assert "has started sending or was canceled" in await answer.text()
    await house.settled()
    assert {one.body for one in await Message.filter(broadcast_id=broadcast.id)} == {"Hello"}
    answer = await browser.get(path)
    assert answer.url.path == paths.broadcast(broadcast.id), "there is nothing left to edit"

    await Broadcast.all().update(send_after=now() + timedelta(days=1), enlisted_at=None, cursor=0)
    await Broadcast.all().update(stopped_at=now())
    assert (await browser.post(path, data=changed)).status == 422
    assert (await Broadcast.get()).body == "Hello"


async def test_an_invalid_broadcast_does_not_replace_a_valid_one(house: House) -> None:
    broadcast = await for_tomorrow(house)
    browser = await house.browser(house.cast.ruth)
    for wrong in (
        {"target_type": "all", "body": " ", "when": "now"},
        {"target_type": "groups", "body": "Hi", "when": "now"},
        {"target_type": "individual", "member_ids": house.cast.lydia.id, "body": "Hi"},
        {"target_type": "all", "body": "Hi", "when": "later", "at": there(days=-1)},
    ):
        answer = await browser.post(paths.edit_broadcast(broadcast.id), data=wrong)
        assert answer.status == 422, wrong
    same = await Broadcast.get()
    assert (same.body, same.send_after) == ("Hello", broadcast.send_after)
