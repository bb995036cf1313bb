"""Bulk actions on several conversations, over HTTP."""

import re
from datetime import timedelta

import aiohttp
import pytest

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.models import Conversation, Message, ReadMark
from inbox.models.conversations import triage
from inbox.web.bulk import MAX_SELECTED
from tests.cast import GEORGE, HOPE_NUMBER, LYDIA, NAOMI, STRANGER
from tests.house import House
from tests.web.test_triage import STREAM

PEOPLE = (NAOMI, GEORGE, STRANGER)


async def conversations(house: House) -> list[Conversation]:
    """Three members of Grace Chapel have asked something, and so has one of Hope Fellowship."""
    for phone in PEOPLE:
        await house.text(phone, "Could somebody drive me?")
    await house.text(LYDIA, "Hello", HOPE_NUMBER)
    return await Conversation.filter(church=house.cast.grace).order_by("id")


async def act(
    browser: aiohttp.ClientSession, action: str, *ids: int, **headers: str
) -> tuple[int, str, str]:
    """Status, body, and redirect target."""
    form = [("action", action), *(("ids", str(id)) for id in ids)]
    sent = browser.post(paths.bulk(), data=form, headers=headers, allow_redirects=False)
    async with sent as answer:
        return answer.status, await answer.text(), answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("action", "so"),
    [
        ("done", {"state": "done", "needs_reply_since": None}),
        ("snooze:tomorrow", {"state": "snoozed", "needs_reply_since": None}),
        ("no-reply", {"state": "open", "needs_reply_since": None}),
        ("assign:{daniel}", {"state": "open", "assignee_id": "{daniel}"}),
    ],
)
async def test_each_verb_applies_to_all_selected_conversations_and_no_others(
    house: House, action: str, so: dict[str, str | None]
) -> None:
    first, second, third = await conversations(house)
    browser = await house.browser(house.cast.ruth)
    daniel = str(house.cast.daniel.id)
    action = action.format(daniel=daniel)
    status, html, _ = await act(browser, action, first.id, second.id, **STREAM)
    assert status == 200 and re.search(r"2 conversations", html)
    expected = {name: int(daniel) if value == "{daniel}" else value for name, value in so.items()}
    changed = await Conversation.filter(**expected, church=house.cast.grace).order_by("id")
    assert [one.id for one in changed] == [first.id, second.id]
    for one in (first, second):
        assert f'id="{dom_id(one)}"' in html, "the response shows what changed"
    assert f'id="{dom_id(third)}"' not in html
    assert await Conversation.filter(church=house.cast.hope, state="open").count() == 1


async def test_undoing_done_and_snoozed_restores_needs_reply(house: House) -> None:
    first, second, third = await conversations(house)
    browser = await house.browser(house.cast.ruth)
    until = now().replace(second=0, microsecond=0) + timedelta(days=3)
    await triage.finish(second, by=house.cast.daniel)
    await triage.snooze(third, until, by=house.cast.daniel)
    for action, left in (("done", [first, third]), ("snooze:later", [first, second, third])):
        before = await states(first, second, third)
        _, html, _ = await act(browser, action, first.id, second.id, third.id, **STREAM)
        assert await states(first, second, third) != before
        said = re.findall(r'name="before" value="([^"]+)"', html)
        assert [one.partition(":")[0] for one in said] == [str(one.id) for one in left]
        assert await undo(browser, *said) == 200
        assert await states(first, second, third) == before
    assert before[0] == ("open", None, first.needs_reply_since, None)
    assert before[2] == ("snoozed", until, None, third.needs_reply_since)


async def states(*conversations: Conversation) -> list[tuple[object, ...]]:
    columns = ("state", "snoozed_until", "needs_reply_since", "owed_since")
    ids = [one.id for one in conversations]
    return [*await Conversation.filter(id__in=ids).order_by("id").values_list(*columns)]


async def undo(browser: aiohttp.ClientSession, *before: str) -> int:
    form = [("action", "undo"), *(("before", one) for one in before)]
    async with browser.post(paths.bulk(), data=form, headers=STREAM) as answer:
        return answer.status


async def test_nonsense_and_others_changes_are_not_undone(house: House) -> None:
    first, *_ = await conversations(house)
    lydia = await house.cast.conversation(house.cast.lydia)
    await triage.finish(lydia, by=house.cast.sam)
    browser = await house.browser(house.cast.ruth)
    for odd in ("", "x:open:", f"{first.id}:gone:", f"{first.id}:snoozed:soon", str(first.id)):
        assert await undo(browser, odd) == 400, odd
    for odd in ("2026-12-01T00:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"):
        assert await undo(browser, f"{first.id}:snoozed:{odd}") == 400, odd
    assert await undo(browser, f"{lydia.id}:open:") == 200
    assert (await Conversation.get(id=lydia.id)).state == "done"


async def test_what_cannot_be_changed_is_counted_and_stops_nothing(house: House) -> None:
    first, second, _ = await conversations(house)
    lydia = await house.cast.conversation(house.cast.lydia)
    browser = await house.browser(house.cast.ruth)
    status, html, _ = await act(browser, "done", first.id, lydia.id, 999_999, second.id, **STREAM)
    assert status == 200 and "2 conversations marked done." in html
    assert "2 could not be changed." in html
    assert (await Conversation.get(id=lydia.id)).state == "open"


async def test_one_failure_does_not_stop_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = await conversations(house)
    browser = await house.browser(house.cast.ruth)
    whole = triage.finish

    async def finish(one: Conversation, **by: object) -> list[Message]:
        if one.id == second.id:
            raise OSError("the disk is full")
        return await whole(one, **by)  # type: ignore[arg-type]

    monkeypatch.setattr(triage, "finish", finish)
    ids = first.id, second.id, third.id
    _, html, _ = await act(browser, "done", *ids, **STREAM)
    assert "2 conversations marked done." in html and "1 could not be changed." in html
    states = [one.state for one in await Conversation.filter(id__in=ids).order_by("id")]
    assert states == ["done", "open", "done"]


async def test_unread_is_personal(house: House) -> None:
    first, second, _ = await conversations(house)
    browser = await house.browser(house.cast.ruth)
    for person in (house.cast.ruth, house.cast.daniel):
        await ReadMark.set(person, first)
    await act(browser, "unread", first.id, second.id)
    assert await ReadMark.of(house.cast.ruth, [first.id]) == {first.id: 0}
    assert await ReadMark.of(house.cast.daniel, [first.id]) == {first.id: 1}


async def test_without_scripts_the_form_leads_back_to_the_list(house: House) -> None:
    first, *_ = await conversations(house)
    browser = await house.browser(house.cast.ruth)
    form = {"action": "done", "ids": first.id, "view": "needs-reply", "sort": "newest"}
    async with browser.post(paths.bulk(), data=form, allow_redirects=False) as answer:
        where = paths.inbox("needs-reply", sort="newest")
        assert (answer.status, answer.headers["Location"]) == (303, where)


async def test_nonsense_changes_nothing(house: House) -> None:
    first, *_ = await conversations(house)
    browser = await house.browser(house.cast.ruth)
    sam = f"assign:{house.cast.sam.id}"
    for action in ("", "delete", "snooze:", "snooze:never", "done ", "assign:x", sam, "assign:0"):
        assert (await act(browser, action, first.id))[0] in (400, 404), action
    assert (await act(browser, "done"))[0] == 400
    assert (await act(browser, "done", *range(1, MAX_SELECTED + 2)))[0] == 400
    assert (await Conversation.get(id=first.id)).revision == first.revision
