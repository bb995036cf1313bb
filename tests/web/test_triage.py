"""Triage over HTTP: with scripts, without them, and with nonsense."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.models import Conversation, Member, Mention, Message, ReadMark
from inbox.models.message import add_event
from tests.cast import NAOMI, STRANGER
from tests.house import House

STREAM = {"Accept": "text/vnd.turbo-stream.html"}


async def post(browser: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str, str]:
    """Status, body, and redirect target of a form that a browser without scripts sends."""
    async with browser.post(path, data=form, allow_redirects=False) as answer:
        return answer.status, await answer.text(), answer.headers.get("Location", "")


async def stream(browser: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    async with browser.post(path, data=form, headers=STREAM) as answer:
        return answer.status, await answer.text()


async def a_question(house: House) -> Conversation:
    await house.text(NAOMI, "Could somebody drive me?")
    return await house.cast.conversation()


async def test_every_form_works_without_scripts(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    id, home = conversation.id, paths.conversation(conversation.id)
    for path, form in (
        (paths.assignment(id), {"staff_id": str(house.cast.daniel.id)}),
        (paths.snooze(id), {"until": "tomorrow"}),
        (paths.snooze(id), {"until": "now"}),
        (paths.done(id), {"done": "yes"}),
        (paths.done(id), {"done": "no"}),
        (paths.needs_reply(id), {"needed": "no"}),
        (paths.needs_reply(id), {"needed": "yes"}),
        (paths.name(id), {"name": "Naomi Park-Lee"}),
    ):
        status, _, where = await post(browser, path, **form)
        assert (status, where) == (303, home), path
    events = await Message.filter(kind="event").order_by("id").values_list("event", flat=True)
    assert events == ["assigned", "snoozed", "woke", "done", "reopened"]
    assert (await Member.get(id=house.cast.naomi.id)).name == "Naomi Park-Lee"
    async with browser.get(home) as page:
        text = await page.text()
    for said in ("Ruth Adeyemi assigned this to Daniel Ortiz", "Naomi Park-Lee", "opened this"):
        assert said in text


async def test_the_response_is_what_every_screen_is_sent(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    status, html = await stream(browser, paths.done(conversation.id), done="yes")
    assert status == 200 and html.startswith('<turbo-stream action="put">')
    for fragment in (f"head_{conversation.id}", dom_id(conversation), "message_"):
        assert f'id="{fragment}' in html
    assert "Ruth Adeyemi marked this done" in html and "rows_done" in html


async def test_tomorrow_is_the_churchs_tomorrow(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    await stream(browser, paths.snooze(conversation.id), until="tomorrow")
    until = (await house.cast.conversation()).snoozed_until
    chicago = ZoneInfo("America/Chicago")
    here, today = until and until.astimezone(chicago), datetime.now(UTC).astimezone(chicago)
    assert here and (here.hour, here.minute) == (8, 0)
    assert here.date() == (today + timedelta(days=1)).date()


async def test_a_past_time_is_explained_next_to_the_field(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    path = paths.snooze(conversation.id)
    status, html = await stream(browser, path, until="chosen", at="2020-01-01T08:00")
    assert status == 422 and f'target="snooze_problem_{conversation.id}"' in html
    assert "Please choose a future date and time" in html
    later = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert (await stream(browser, path, until="chosen", at=later))[0] == 200
    assert (await house.cast.conversation()).state == "snoozed"


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("assignment", {"staff_id": "999999"}, 404),
        ("assignment", {"staff_id": "x"}, 404),
        ("assignment", {"staff_id": "{sam}"}, 404),
        ("snooze", {"until": "never"}, 400),
        ("snooze", {}, 400),
        ("snooze", {"until": "chosen", "at": "x"}, 400),
        ("done", {"done": "maybe"}, 400),
        ("needs_reply", {}, 400),
        ("name", {"name": "  "}, 400),
    ],
)
async def test_nonsense_changes_nothing(
    house: House, path: str, form: dict[str, str], status: int
) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    address = getattr(paths, path)(conversation.id)
    given = {name: value.format(sam=house.cast.sam.id) for name, value in form.items()}
    assert (await post(browser, address, **given))[0] == status
    assert (await house.cast.conversation()).revision == conversation.revision


async def test_former_staff_get_no_assignments_and_theirs_are_released(
    house: House,
) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    daniel = str(house.cast.daniel.id)
    assert (await post(browser, paths.assignment(conversation.id), staff_id=daniel))[0] == 303
    assert (await post(browser, paths.staff_leave(house.cast.daniel.id)))[0] == 303
    assert (await house.cast.conversation()).assignee_id is None
    assert (await post(browser, paths.assignment(conversation.id), staff_id=daniel))[0] == 404


async def test_mark_unread_leads_back_to_the_previous_list(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    await post(browser, paths.read(conversation.id))
    status, _, where = await post(browser, paths.unread(conversation.id), view="mine")
    assert (status, where) == (303, paths.inbox("mine"))
    assert await ReadMark.of(house.cast.ruth, [conversation.id]) == {conversation.id: 0}


async def test_each_view_lists_its_conversations_and_the_rail_counts_them(house: House) -> None:
    conversation = await a_question(house)
    await house.text(STRANGER, "Who is this?")
    browser = await house.browser(house.cast.ruth)
    ruth, daniel = str(house.cast.ruth.id), str(house.cast.daniel.id)
    await post(browser, paths.assignment(conversation.id), staff_id=ruth)

    async def listed(view: str) -> list[str]:
        async with browser.get(paths.inbox(view)) as page:
            text = await page.text()
        return [
            name for name in ("Naomi Park", "(202) 555-0199") if f'name" dir="auto">{name}' in text
        ]

    assert await listed("mine") == ["Naomi Park"]
    assert await listed("unassigned") == await listed("new") == ["(202) 555-0199"]
    assert len(await listed("all")) == len(await listed("needs-reply")) == 2
    await post(browser, paths.assignment(conversation.id), staff_id=daniel)
    assert await listed("mine") == []
    await post(browser, paths.snooze(conversation.id), until="later")
    assert await listed("snoozed") == ["Naomi Park"] and await listed("done") == []
    async with browser.get(paths.inbox("snoozed")) as page:
        assert 'id="counts_snoozed" class="count count-snoozed">1<' in await page.text()


async def test_prefetching_a_conversation_changes_nothing(house: House) -> None:
    conversation = await a_question(house)
    note = await add_event(conversation, "done", conversation.revision)
    await Mention.create(staff=house.cast.ruth, conversation=conversation, message=note)
    browser = await house.browser(house.cast.ruth)
    home, early = paths.conversation(conversation.id), {"X-Sec-Purpose": "prefetch"}
    async with browser.get(home, headers=early | {"Turbo-Frame": "thread"}) as answer:
        assert "Could somebody drive me?" in await answer.text()
    assert await Mention.filter(seen_at=None).count() == 1
    assert await ReadMark.of(house.cast.ruth, [conversation.id]) == {}
    async with browser.get(home, headers={"Turbo-Frame": "thread"}):
        assert await Mention.filter(seen_at=None).count() == 0, (
            "the premise: opening marks it as read"
        )
