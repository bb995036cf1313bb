"""The screen law: an old page plus the fragments put on it equals the page freshly loaded.

Every verb runs twice: once while pages are connected, and once while they are disconnected and must
catch up later. The pages stay open throughout, as on a day at the desk.
"""

import difflib
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from playwright.async_api import Page, expect

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Broadcast, Conversation, Group, Media, Member, Message, Staff
from inbox.simulator import Fault, Faults, text_from
from inbox.work.scheduled import release_round
from inbox.work.snoozes import wake_round
from tests.browser.windows import LOST_LINE, Windows, chip, follow, not_reloaded
from tests.cast import GEORGE, GRACE_NUMBER, GRACE_SID, NAOMI, STRANGER
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


Form = Mapping[str, str | list[str]]


@dataclass
class Scene:
    """Naomi's conversation, Daniel at his desk, and Ruth in a conversation that this test does not
    check.
    """

    house: House
    conversation: Conversation
    daniel: aiohttp.ClientSession
    ruth: aiohttp.ClientSession

    async def text(self, body: str, pictures: int = 0) -> None:
        await text_from(self.house.network, NAOMI, GRACE_NUMBER, body, pictures)
        await self.house.network.settled()

    async def reply(self, body: str) -> Message:
        key = new_key()
        await self.post(paths.messages(self.conversation.id), body=body, key=key)
        await self.house.settled()
        return await Message.get(key=key)

    async def later(self, body: str) -> Message:
        at = _in_days(1)
        key = new_key()
        await self.post(paths.messages(self.conversation.id), body=body, key=key, at=at)
        return await Message.get(key=key, status="scheduled")

    async def broadcast(self, body: str, **form: str) -> None:
        form |= {"body": body, "target_type": "all", "key": new_key()}
        await self.post(paths.broadcasts(), **form)

    async def to_all(self, action: str) -> None:
        ids = [str(one.id) for one in await Conversation.filter(church=self.house.cast.grace)]
        assert len(ids) > 1
        await self.post(paths.bulk(), ids=ids, action=action)

    async def post(self, path: str, **form: str | list[str]) -> None:
        await _post(self.daniel, path, form)

    async def newest(self) -> Message:
        newest = await Message.filter(conversation_id=self.conversation.id).latest("id")
        assert newest
        return newest

    def trouble(self, **faults: Any) -> None:
        self.house.network.faults = Faults(**faults)


async def _post(browser: aiohttp.ClientSession, path: str, form: Form) -> None:
    async with browser.post(path, data=form, allow_redirects=False) as answer:
        assert answer.status < 400


def _in_days(days: int) -> str:
    """On the church's clock, as a field for date and time has it."""
    moment = now().astimezone(ZoneInfo("America/Chicago")) + timedelta(days=days)
    return f"{moment:%Y-%m-%d}T09:30"


async def a_text_comes(scene: Scene) -> None:
    await scene.text("Is there\nchurch on <Sunday>, and at https://grace.example?")


async def several_texts_come(scene: Scene) -> None:
    for number in range(5):
        await scene.text(f"Text {number}")


async def a_stranger_texts(scene: Scene) -> None:
    await scene.house.text(STRANGER, "Who is this?")


async def a_reply_goes_out(scene: Scene) -> None:
    assert (await scene.reply("See you on Sunday")).status == "delivered"


async def a_reply_goes_out_and_nothing_more_is_heard_of_it(scene: Scene) -> None:
    scene.trouble(carrier_silent=Fault(next=1))
    await scene.post(paths.messages(scene.conversation.id), body="Can you hear us?", key=new_key())

    async def sent() -> bool:
        return (await scene.newest()).status == "sent"

    await until(sent)


async def its_receipt_comes_late(scene: Scene) -> None:
    message = await scene.newest()
    assert message.provider_sid
    await scene.house.network.calls.tell(
        GRACE_SID,
        scene.house.url + paths.status_hook(scene.house.cast.grace, message.key),
        [
            ("MessageSid", message.provider_sid),
            ("MessageStatus", "delivered"),
            ("AccountSid", GRACE_SID),
        ],
    )
    assert (await scene.newest()).status == "delivered"


async def a_reply_fails(scene: Scene) -> None:
    scene.trouble(delivery_fails=Fault(next=1, code=30003))
    assert (await scene.reply("Are you there?")).has_failed


async def it_is_sent_again(scene: Scene) -> None:
    failed = await scene.newest()
    await scene.post(paths.retry(scene.conversation.id, failed.id))
    await scene.house.settled()
    assert (await Message.get(retry_of_id=failed.id)).status == "delivered"


async def they_ask_for_help(scene: Scene) -> None:
    await scene.text("HELP")


async def they_stop(scene: Scene) -> None:
    await scene.text("STOP")


async def they_start_again(scene: Scene) -> None:
    await scene.text("START")


async def pictures_come(scene: Scene) -> None:
    await scene.text("Look!", pictures=2)
    await until(lambda: _stored(2))


async def _stored(count: int) -> bool:
    return await Media.filter(status="stored").count() == count


async def everyone_is_texted(scene: Scene) -> None:
    await scene.broadcast("Dear {first_name}, church is at 10")
    await until(lambda: Broadcast.filter(enlisted_at__isnull=False).exists())
    await scene.house.settled()
    assert (await scene.newest()).status == "delivered"


async def they_answer_it(scene: Scene) -> None:
    await scene.text("We will be there")
    assert (await scene.newest()).answers_id


async def a_broadcast_is_planned(scene: Scene) -> None:
    await scene.broadcast("Choir at seven", when="later", at=_in_days(1))


async def a_broadcast_waits(scene: Scene) -> None:
    scene.trouble(create_busy=Fault(chance=1, seconds=(60, 60)))
    await scene.broadcast("Never mind")

    async def waiting() -> bool:
        copies = Message.filter(broadcast_id=await _newest_broadcast())
        tried = copies.filter(status="queued", attempts=1)
        return await tried.count() == await Member.filter(church=scene.house.cast.grace).count()

    await until(waiting)


async def _newest_broadcast() -> int:
    newest = await Broadcast.all().latest("id")
    assert newest
    return int(newest.id)


async def it_is_stopped(scene: Scene) -> None:
    await scene.post(paths.stop_broadcast(await _newest_broadcast()))
    scene.trouble()


async def it_is_read_at_another_desk(scene: Scene) -> None:
    await scene.house.text(GEORGE, "Good morning")
    conversation = await scene.house.cast.conversation(scene.house.cast.george)
    reader = await scene.house.browser(scene.house.cast.ruth)
    async with reader.post(paths.read(conversation.id)) as answer:
        assert answer.status == 204


async def their_number_turns_out_to_be_a_landline(scene: Scene) -> None:
    scene.trouble(delivery_fails=Fault(next=1, code=30006))
    assert (await scene.reply("Are you there?")).has_failed
    assert (await scene.house.cast.conversation()).refusal == "unreachable"


async def they_text_all_the_same(scene: Scene) -> None:
    await scene.text("It is a mobile!")
    assert (await scene.house.cast.conversation()).refusal is None


async def it_is_given_to_the_reader(scene: Scene) -> None:
    await scene.text("Who can help?")
    await scene.post(
        paths.assignment(scene.conversation.id), staff_id=str(scene.house.cast.ruth.id)
    )


async def it_is_anybodys_again(scene: Scene) -> None:
    await scene.post(paths.assignment(scene.conversation.id), staff_id="")


async def it_is_snoozed(scene: Scene) -> None:
    await scene.post(paths.snooze(scene.conversation.id), until="tomorrow")


async def its_time_has_come(scene: Scene) -> None:
    await Conversation.filter(id=scene.conversation.id).update(snoozed_until=now())
    assert await wake_round(scene.house.screens) is False

    async def awake() -> bool:
        return (await scene.newest()).event == "woke"

    await until(awake)


async def it_needs_no_reply(scene: Scene) -> None:
    await scene.post(paths.needs_reply(scene.conversation.id), needed="no")


async def it_needs_one_after_all(scene: Scene) -> None:
    await scene.post(paths.needs_reply(scene.conversation.id), needed="yes")


async def somebody_else_finished_it_just_now(scene: Scene) -> None:
    await scene.post(paths.done(scene.conversation.id), done="yes")


async def it_is_opened_again(scene: Scene) -> None:
    await scene.post(paths.done(scene.conversation.id), done="no")


async def it_is_done_and_they_text_once_more(scene: Scene) -> None:
    await scene.post(paths.done(scene.conversation.id), done="yes")
    await scene.text("One more thing")


async def they_are_named_anew(scene: Scene) -> None:
    await scene.post(paths.name(scene.conversation.id), name="Naomi Park-Lee")


async def a_note_calls_the_reader(scene: Scene) -> None:
    await scene.post(
        paths.notes(scene.conversation.id), body="@Ruth Adeyemi, who is she?", key=new_key()
    )


async def a_text_is_scheduled(scene: Scene) -> None:
    await scene.later("Good morning")


async def it_gets_other_words_and_another_time(scene: Scene) -> None:
    waiting = await Message.get(status="scheduled")
    path = paths.schedule(scene.conversation.id, waiting.id)
    await scene.post(path, body="Good evening", at=_in_days(2))


async def it_is_sent_now_instead(scene: Scene) -> None:
    waiting = await Message.get(status="scheduled")
    await scene.post(paths.send_now(scene.conversation.id, waiting.id))
    await scene.house.settled()
    assert (await Message.get(key=waiting.key)).status == "delivered"


async def another_is_scheduled_and_canceled(scene: Scene) -> None:
    waiting = await scene.later("Never mind")
    await scene.house.screens.drain()
    await scene.post(paths.cancel(scene.conversation.id, waiting.id))
    assert not await Message.exists(status="scheduled")


async def the_hour_of_a_scheduled_text_has_come(scene: Scene) -> None:
    waiting = await scene.later("It is time")
    await scene.house.screens.drain()
    await Message.filter(id=waiting.id).update(scheduled_for=now())
    await release_round(scene.house.screens)
    scene.house.app.context.wake_worker()
    await scene.house.settled()
    assert (await Message.get(key=waiting.key)).status == "delivered"


async def a_reply_is_undone(scene: Scene) -> None:
    daniel = Staff.filter(id=scene.house.cast.daniel.id)
    await daniel.update(undo_seconds=20)
    key = new_key()
    await scene.post(paths.messages(scene.conversation.id), body="Oh no", key=key)
    await scene.house.screens.drain()
    await scene.post(paths.cancel(scene.conversation.id, (await Message.get(key=key)).id))
    await daniel.update(undo_seconds=0)
    assert (await Message.get(key=key)).is_undone


async def several_are_given_to_the_reader(scene: Scene) -> None:
    await scene.to_all(f"assign:{scene.house.cast.ruth.id}")


async def several_are_done(scene: Scene) -> None:
    await scene.to_all("done")


async def several_are_opened_again(scene: Scene) -> None:
    await scene.to_all("reopen")


async def a_colleague_wants_to_read_them_again(scene: Scene) -> None:
    await scene.to_all("unread")


async def a_colleague_begins_to_write(scene: Scene) -> None:
    await scene.post(paths.draft(scene.conversation.id), kind="reply", body="His own affair")


async def the_reader_begins_to_write_elsewhere(scene: Scene) -> None:
    george = await scene.house.cast.conversation(scene.house.cast.george)
    for one in (scene.conversation, george):
        await _post(scene.ruth, paths.draft(one.id), {"kind": "reply", "body": "Half a thou"})


async def the_reader_leaves_it(scene: Scene) -> None:
    await _post(scene.ruth, paths.draft(scene.conversation.id), {"kind": "reply", "body": ""})


async def something_is_written_about_them(scene: Scene) -> None:
    await scene.post(paths.about(scene.conversation.member_id), about="Her boys are\nsix and nine")


async def they_join_a_group(scene: Scene) -> None:
    await scene.post(paths.member_groups(scene.conversation.member_id), name="Choir")


async def they_leave_it(scene: Scene) -> None:
    choir = await Group.get(name="Choir")
    path = paths.member_groups(scene.conversation.member_id)
    await scene.post(path, group_id=str(choir.id), **{"in": "no"})


Verb = Callable[[Scene], Awaitable[None]]

# In this order: some start where the one before ended.
VERBS: tuple[Verb, ...] = (
    a_text_comes,
    several_texts_come,
    a_stranger_texts,
    a_reply_goes_out,
    a_reply_goes_out_and_nothing_more_is_heard_of_it,
    its_receipt_comes_late,
    a_reply_fails,
    it_is_sent_again,
    they_ask_for_help,
    they_stop,
    they_start_again,
    pictures_come,
    everyone_is_texted,
    they_answer_it,
    a_broadcast_waits,
    it_is_stopped,
    a_broadcast_is_planned,
    it_is_stopped,
    it_is_read_at_another_desk,
    their_number_turns_out_to_be_a_landline,
    they_text_all_the_same,
    it_is_given_to_the_reader,
    it_is_anybodys_again,
    it_is_snoozed,
    its_time_has_come,
    it_needs_no_reply,
    it_needs_one_after_all,
    somebody_else_finished_it_just_now,
    it_is_opened_again,
    it_is_done_and_they_text_once_more,
    they_are_named_anew,
    a_note_calls_the_reader,
    a_text_is_scheduled,
    it_gets_other_words_and_another_time,
    it_is_sent_now_instead,
    another_is_scheduled_and_canceled,
    the_hour_of_a_scheduled_text_has_come,
    a_reply_is_undone,
    several_are_given_to_the_reader,
    several_are_done,
    several_are_opened_again,
    a_colleague_wants_to_read_them_again,
    a_colleague_begins_to_write,
    the_reader_begins_to_write_elsewhere,
    the_reader_leaves_it,
    something_is_written_about_them,
    they_join_a_group,
    they_leave_it,
)
# After these, a list of this view is checked; all views are checked at the end.
SEEN_IN = {
    a_note_calls_the_reader: "mentions",
    a_text_is_scheduled: "scheduled",
    several_are_given_to_the_reader: "mine",
    several_are_done: "done",
}


# Wide enough for the details beside the thread.
WIDE = {"width": 1440, "height": 800}


# A disconnected page misses several changes at once.
@pytest.mark.parametrize(("line", "at_once"), [("live", 1), ("cut", 4)])
async def test_an_old_page_equals_the_new_page_after_every_verb(
    line: str, at_once: int, house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    await Group.create(church=house.cast.grace, name="Choir")
    conversation = await house.cast.conversation()
    daniel, elsewhere = [await house.browser(one) for one in (house.cast.daniel, house.cast.ruth)]
    scene = Scene(house, conversation, daniel, elsewhere)
    windows.expected = LOST_LINE
    ruth = house.cast.ruth
    address = paths.conversation(conversation.id, "needs-reply")
    old, new = [await windows.open(ruth, address, one, viewport=WIDE) for one in ("old", "new")]
    views = ("all", *SEEN_IN.values())
    lists = {
        view: await windows.open(ruth, paths.inbox(view), "old", viewport=WIDE) for view in views
    }
    new_list = await windows.open(ruth, device="new", viewport=WIDE)
    for page in (old, lists["all"]):
        await becomes_live(page, house)
    for begin in range(0, len(VERBS), at_once):
        await old.context.set_offline(line == "cut")
        await expect(chip(old)).to_have_text("" if line == "live" else re.compile("No internet"))
        verbs = VERBS[begin : begin + at_once]
        for verb in verbs:
            await verb(scene)
        await old.context.set_offline(False)
        await house.screens.drain()
        done = ", ".join(verb.__name__ for verb in verbs)
        await becomes(old, new, done)
        for view in [SEEN_IN[verb] for verb in verbs if verb in SEEN_IN]:
            await becomes(lists[view], new_list, f"{view}, after {done}", paths.inbox(view))
    await becomes(old, new, "all of that", address)
    for view, page in lists.items():
        await becomes(page, new_list, f"{view}, after all of that", paths.inbox(view))
    await not_reloaded(old, *lists.values())


async def becomes_live(page: Page, house: House) -> None:
    """A push that arrives proves it."""
    await house.text(NAOMI, f"For {page.url}")
    await expect(page.locator(".row-text").first).to_contain_text(f"For {page.url}")


async def becomes(old: Page, new: Page, verb: str, address: str | None = None) -> None:
    """Wait until both show the same, reloading the new one as long as they differ.

    With an address, the new page is loaded from there with all its scripts. Otherwise it is loaded
    as a link would, which is less work.
    """

    async def same() -> bool:
        return await digest(old) == await digest(new)

    async def alike() -> bool:
        await (follow(new, address) if address else new.evaluate(VISIT))
        await expect(chip(new)).to_be_hidden()
        await expect(new.locator("#details:not([complete])")).to_have_count(0)
        # Usually the old page is the one behind, and loading is more work.
        with suppress(TimeoutError):
            await until(same, within=1, every=0.05)
            return True
        return False

    try:
        await until(alike)
    except TimeoutError:
        lines = await seen(old), await seen(new)
        differences = difflib.unified_diff(*lines, "old", "new", n=2, lineterm="")
        pytest.fail(f"{verb}: the old page is not the new page\n" + "\n".join(differences))


VISIT = """() => new Promise(resolve => {
  addEventListener("turbo:load", resolve, { once: true })
  Turbo.visit(location.href, { action: "replace" })
})"""


async def seen(page: Page) -> list[str]:
    lines: list[str] = await page.evaluate(SEEN)
    return lines


async def digest(page: Page) -> str:
    """A hash of everything visible: transferring the lines takes longer than making them."""
    return str(await page.evaluate(DIGEST))


# A page as lines, without what belongs to this tab: its scroll position when texts arrived, how far
# it has caught up, and words that change as time passes.
SEEN = """() => {
  const ours = new Set(["data-fresh", "data-new", "data-joins-above", "data-joins-below", "since",
    "inbound-count", "inbound-read", "marks", "drafts", "style", "src", "complete", "busy",
    "aria-busy"])
  const passing = ["relative", "age"]
  // A note never becomes a reply, and this tab may have been on a note.
  const reply = document.querySelector(".composer-tab[data-kind=reply]")
  if (reply?.checkVisibility() && reply.ariaSelected !== "true") reply.click()
  const lines = [document.title]
  function look(node, depth) {
    const indent = "  ".repeat(depth)
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\\s+/g, " ").trim()
      if (text) lines.push(indent + text)
      return
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return
    // Fragments without a visible change are not put again, although their number has advanced.
    const numbered = ".row, thread-head, [id^=broadcast_], .about, .group-list, [id^=group_]"
    const behind = node.matches(numbered)
    const attributes = [...node.attributes]
      .filter(({ name }) => !ours.has(name) && !(behind && name === "data-revision"))
      .map(({ name, value }) => `${name}="${value}"`).sort()
    lines.push(`${indent}<${node.localName} ${attributes.join(" ")}>`)
    // A hidden one is filled when it is opened.
    const isShown = node.checkVisibility()
    if (node.localName === "textarea") return isShown ? lines.push(indent + node.value) : undefined
    // Opened over the page by this tab only.
    if (node.matches(".pop")) return
    if (node.localName === "svg" || passing.includes(node.getAttribute("format"))) return
    for (const child of node.childNodes) look(child, depth + 1)
  }
  for (const root of document.querySelectorAll(".rail, .pane-list, #thread")) look(root, 0)
  return lines
}"""

DIGEST = f"""async () => {{
  const lines = new TextEncoder().encode(({SEEN})().join("\\n"))
  const digest = await crypto.subtle.digest("SHA-256", lines)
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, "0")).join("")
}}"""
