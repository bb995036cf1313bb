"""Pushed or caught up, a screen ends up the same, and receives exactly what it missed."""

from asyncio import gather
from datetime import UTC, datetime, timedelta

import pytest

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.live import missed
from inbox.live.missed import MAX_MISSED
from inbox.models import Broadcast, Conversation, Message, ReadMark, Staff
from inbox.models.change import change
from inbox.models.conversations.listing import Listing, page
from inbox.models.finders import find_conversations
from inbox.models.texts import scheduled
from inbox.models.texts.receive import receive
from tests.cast import GEORGE, NAOMI
from tests.house import House, until
from tests.live.browser import Browser, browsers, fragments
from tests.web.calls import new_sid

# The fragments that show a conversation's state, which are put on every catch-up.
STANDING = ("gate", "opt_out_hint", "head", "assignee", "card")


async def _settled(house: House, *browsers: Browser) -> None:
    await house.settled()
    for browser in browsers:
        await browser.hear()


async def test_two_browsers_of_one_church_are_put_the_same(house: House) -> None:
    conversation = await house.cast.conversation()
    room = f"conversation:{conversation.id}"
    async with browsers(house, house.cast.ruth, house.cast.daniel, house.cast.sam) as everyone:
        ruth, daniel, sam = everyone
        for browser in (ruth, daniel):
            assert (await browser.join(room, since=0))["ok"]
            assert (await browser.join("inbox", have={}))["ok"]
        assert (await sam.join("inbox", have={}))["ok"]

        await house.text(NAOMI, "Could somebody drive me?")
        desk = await house.browser(house.cast.ruth)
        form = {"body": "Daniel will", "key": new_key()}
        await desk.post(paths.messages(conversation.id), data=form)
        await _settled(house, *everyone)

        assert fragments(ruth.html) == fragments(daniel.html)
        bubbles = fragments(ruth.html)
        message = await Message.get(kind="in")
        assert "Could somebody drive me?" in bubbles[dom_id(message)]
        assert "Delivered" in bubbles[f"message_{form['key']}"]
        assert dom_id(conversation) in bubbles
        assert sam.puts == []


async def test_catching_up_brings_what_was_pushed_and_nothing_else(house: House) -> None:
    conversation = await house.cast.conversation()
    room = f"conversation:{conversation.id}"
    async with browsers(house, house.cast.ruth, house.cast.daniel) as (ruth, daniel):
        await house.text(NAOMI, "One")
        await house.settled()
        first = await ruth.join(room, since=0)
        assert (await daniel.join(room, since=0)) == first
        await daniel.ask("leave", {"room": room})

        await house.text(NAOMI, "Two")
        await house.text(NAOMI, "STOP")
        await _settled(house, ruth, daniel)
        pushed = fragments(ruth.html)
        assert daniel.puts == []
        caught_up = await daniel.join(room, since=first["since"])
        assert fragments(caught_up["html"]) == {
            id: html
            for id, html in pushed.items()
            if not id.startswith(("conversation_", "counts"))
        }
        assert "One" not in caught_up["html"] and "Two" in caught_up["html"]
        assert caught_up["since"] == (await Conversation.get()).revision

        # Nothing was missed, so only the conversation's state is sent, as always.
        standing = {f"{one}_{conversation.id}" for one in STANDING}
        again = await daniel.join(room, since=caught_up["since"])
        assert fragments(again["html"]).keys() == standing
        # Every change is sent, however old its bubble is.
        one = await Message.get(body="One")
        async with change(one.conversation_id) as revision:
            await Message.filter(id=one.id).update(revision=revision)
        changed = await daniel.join(room, since=caught_up["since"])
        assert fragments(changed["html"]).keys() == standing | {dom_id(one)}


async def test_a_scheduled_text_sent_meanwhile_is_brought_at_its_new_place(
    house: House,
) -> None:
    ruth_, conversation = house.cast.ruth, await house.cast.conversation()
    room = f"conversation:{conversation.id}"
    at = now() + timedelta(hours=1)
    waiting = await scheduled.schedule(
        conversation, by=ruth_, body="See you tomorrow", key=new_key(), at=at
    )
    async with browsers(house, ruth_, house.cast.daniel) as (ruth, daniel):
        before = await ruth.join(room, since=0)
        assert (await daniel.join(room, since=0)) == before
        bubble = fragments(before["html"])[dom_id(waiting)]
        assert 'data-status="scheduled"' in bubble and 'data-order="~' in bubble
        listed = await daniel.join("inbox", have={}, view="scheduled")
        assert "rows_scheduled" in fragments(listed["html"])[dom_id(conversation)]
        await daniel.ask("leave", {"room": room})

        await house.text(NAOMI, "Are you there?")
        await Message.filter(id=waiting.id).update(scheduled_for=now())
        await until(Message.filter(id=waiting.id, status="delivered").exists, every=0.1)
        await _settled(house, ruth, daniel)
        sent = await Message.get(id=waiting.id)
        caught_up = fragments((await daniel.join(room, since=before["since"]))["html"])
        assert caught_up[dom_id(sent)] == fragments(ruth.html)[dom_id(sent)]
        assert f'data-order="{sent.place}"' in caught_up[dom_id(sent)]
        asked = await Message.get(kind="in")
        assert f'data-order="{asked.place}"' in caught_up[dom_id(asked)]
        assert str(asked.place) < str(sent.place) and asked.id > sent.id
        have = {dom_id(conversation): 1}
        listed = await daniel.join("inbox", have=have, view="scheduled")
        assert "rows_scheduled" not in fragments(listed["html"])[dom_id(conversation)]


async def test_the_page_and_the_socket_show_the_same(house: House) -> None:
    await house.text(NAOMI, "Could somebody drive me?")
    await house.settled()
    conversation = await house.cast.conversation()
    browser = await house.browser(house.cast.ruth)
    page = await (await browser.get(paths.conversation(conversation.id))).text()
    async with browsers(house, house.cast.ruth) as (ruth,):
        everything = await ruth.join(f"conversation:{conversation.id}", since=0)
        message = await Message.get()
        bubble = fragments(everything["html"])[dom_id(message)]
        assert f'id="{dom_id(message)}"' in page and "Could somebody drive me?" in bubble
        # The page itself carries the cursor with which nothing is missed.
        assert f'since="{everything["since"]}"' in page


async def test_a_list_is_sent_the_rows_that_differ(house: House) -> None:
    await house.text(NAOMI, "One")
    await house.settled()
    naomi = await house.cast.conversation()
    async with browsers(house, house.cast.ruth) as (ruth,):
        everything = fragments((await ruth.join("inbox", have={}))["html"])
        assert dom_id(naomi) in everything
        held = {dom_id(naomi): naomi.revision}
        nothing = fragments((await ruth.join("inbox", have=held))["html"])
        assert dom_id(naomi) not in nothing
        always = {id for id in nothing if id.startswith("counts")}
        assert always and nothing.keys() - always <= {"banner"}
        older = fragments(
            (await ruth.join("inbox", have={dom_id(naomi): naomi.revision - 1}))["html"]
        )
        assert older[dom_id(naomi)] == everything[dom_id(naomi)]
        # A row far down in the list is compared as well, if the browser has it.
        long_ago = datetime.now(UTC) - timedelta(days=900)
        await Conversation.filter(id=naomi.id).update(last_at=long_ago, revision=99)
        row = fragments((await ruth.join("inbox", have=held))["html"])[dom_id(naomi)]
        assert 'data-revision="99"' in row


async def test_a_browser_that_missed_too_much_reloads_the_page(house: House) -> None:
    conversation = await house.cast.conversation()
    number = house.cast.grace_number
    for n in range(MAX_MISSED):
        await receive(number, sid=new_sid(), from_=NAOMI, body=f"Text {n}")
    room = f"conversation:{conversation.id}"
    async with browsers(house, house.cast.ruth) as (ruth,):
        assert (await ruth.join(room, since=0))["ok"], "the premise: this many are still sent"
        await receive(number, sid=new_sid(), from_=NAOMI, body="One more")
        assert await ruth.join(room, since=0) == {"ok": False, "reason": "reload"}
        assert (await ruth.join(room, since=1))["ok"]
        # A cursor from before a backup was restored.
        assert await ruth.join(room, since=10**6) == {"ok": False, "reason": "reload"}
        # It is still in the room, so that it misses nothing while it loads.
        await house.text(NAOMI, "And another")
        await _settled(house, ruth)
        assert "And another" in ruth.html


async def test_an_open_broadcast_is_kept_up_to_date(house: House) -> None:
    async with browsers(house, house.cast.ruth, house.cast.sam) as (ruth, sam):
        assert (await ruth.join("broadcasts"))["ok"]
        await sam.join("broadcasts")
        browser = await house.browser(house.cast.ruth)
        form = {"target_type": "all", "body": "Soup on Sunday", "key": new_key()}
        await browser.post("/broadcasts", data=form)
        await _settled(house, ruth, sam)
        broadcast = await Broadcast.get()
        answer = await ruth.join(f"broadcast:{broadcast.id}")
        assert f"broadcast_{broadcast.id}" in fragments(answer["html"])
        assert "Soup on Sunday" in ruth.html and "Soup" not in sam.html


async def test_read_marks_are_sent_only_to_ones_own_tabs(house: House) -> None:
    await house.text(NAOMI, "One")
    conversation = await house.cast.conversation()
    async with browsers(house, house.cast.ruth, house.cast.ruth, house.cast.daniel) as tabs:
        ruth, other_tab, daniel = tabs
        browser = await house.browser(house.cast.ruth)
        assert (await browser.post(paths.read(conversation.id))).status == 204
        await house.settled()
        for tab in (ruth, other_tab):
            assert (await tab.join("counts"))["ok"]
            assert tab.told == [("read", ({"conversation": conversation.id, "inbound_read": 1},))]
        assert (await daniel.join("counts"))["ok"] and daniel.told == []
        marks = await browser.get(f"/inbox/marks?ids={conversation.id}")
        assert await marks.json() == {str(conversation.id): 1}


async def test_a_filtered_list_is_told_how_much_is_new_and_its_rows_are_updated(
    house: House,
) -> None:
    for phone in (NAOMI, GEORGE):
        await house.text(phone, "One")
    await house.settled()
    naomi = await house.cast.conversation()
    george = await house.cast.conversation(house.cast.george)
    async with browsers(house, house.cast.ruth, house.cast.daniel) as (ruth, daniel):
        narrowed = {"view": "all", "filter": "unread", "sort": "newest"}
        held = {dom_id(naomi): naomi.revision - 1}
        answer = (await ruth.join("inbox", have=held, **narrowed))["html"]
        assert dom_id(naomi) in fragments(answer), "its rows are updated"
        assert dom_id(george) not in fragments(answer), "no row can say where it belongs"
        assert 'id="rows_news" value="1"' in answer
        assert dom_id(george) in fragments((await ruth.join("inbox", have=held))["html"])
        # Ruth has read it, so her unread list gets nothing new; Daniel's does.
        await ReadMark.set(house.cast.ruth, george)
        answer = (await ruth.join("inbox", have=held, **narrowed))["html"]
        assert 'id="rows_news" value="0"' in answer
        answer = (await daniel.join("inbox", have=held, **narrowed))["html"]
        assert 'id="rows_news" value="1"' in answer
        # A list sorted by what its rows state is sent rows as usual.
        sorted_ = {"view": "needs-reply", "filter": "", "sort": "longest-wait"}
        answer = (await ruth.join("inbox", have=held, **sorted_))["html"]
        assert dom_id(george) in fragments(answer) and "rows_news" not in answer
        for nonsense in ({"filter": 7, "sort": {}}, {"filter": "group-x", "sort": "soonest"}):
            answer = (await ruth.join("inbox", have={}, **nonsense))["html"]
            assert dom_id(george) in fragments(answer)


async def test_browsers_that_come_back_at_once_share_what_they_have_in_common(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, Listing]] = []

    async def noted(staff: Staff, listing: Listing, limit: int) -> list[Conversation]:
        read.append((staff.name, listing))
        return await page(staff, listing, limit=limit)

    monkeypatch.setattr(missed, "page", noted)
    await house.text(NAOMI, "Only Grace has this")
    await house.settled()
    naomi = dom_id(await house.cast.conversation())
    ruth, sam = house.cast.ruth, house.cast.sam
    async with browsers(house, *[ruth] * 12, sam) as opened:
        answers = await gather(*(browser.join("inbox", have={}) for browser in opened))
        shown = [naomi in fragments(answer["html"]) for answer in answers]
        assert shown == [True] * 12 + [False]
        names = [name for name, _ in read]
        assert names.count(ruth.name) < 6 and names.count(sam.name) == 1

        read.clear()
        await gather(*(browser.join("inbox", have={}, view="mine") for browser in opened))
        assert len(read) == len(opened), "what is personal is not shared"


async def test_conversations_that_are_opened_again_at_once_are_found_together(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[set[int]] = []

    async def noted(viewer: Staff, ids: set[int]) -> list[Conversation]:
        found.append(ids)
        return await find_conversations(viewer, ids)

    monkeypatch.setattr(missed, "find_conversations", noted)
    await house.text(NAOMI, "One")
    await house.text(GEORGE, "Two")
    await house.settled()
    here = [await house.cast.conversation(one) for one in (house.cast.naomi, house.cast.george)]
    async with browsers(house, *[house.cast.ruth] * 12) as opened:
        asked = [
            browser.join(f"conversation:{here[n % 2].id}", since=0)
            for n, browser in enumerate(opened)
        ]
        answers = await gather(*asked)
    for n, answer in enumerate(answers):
        assert answer["since"] == here[n % 2].revision
        assert ("Two" if n % 2 else "One") in answer["html"]
    assert len(found) < 6 and set.union(*found) == {one.id for one in here}
