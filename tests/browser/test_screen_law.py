"""The screen law: an old page and the fragments that were put on it are the page as loaded anew.

Every verb is done twice: before the eyes of pages that are connected, and behind the back of pages
that have lost their line and catch up. They stay open all the time, as on a day at the desk.
"""

import difflib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import pytest
from playwright.async_api import Page, expect

from inbox import paths
from inbox.models import Broadcast, Conversation, Media, Member, Message
from inbox.models.message import new_key, now
from inbox.simulator import Fault, Faults
from inbox.work.snoozes import wake_round
from tests.browser.windows import LOST_LINE, Windows, chip, not_reloaded
from tests.cast import GEORGE, GRACE_NUMBER, GRACE_SID, NAOMI, STRANGER
from tests.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Scene:
    """Naomi's conversation, and Daniel at his desk."""

    house: House
    conversation: Conversation
    daniel: aiohttp.ClientSession

    async def text(self, body: str, pictures: int = 0) -> None:
        await self.house.network.text_from(NAOMI, GRACE_NUMBER, body, pictures)
        await self.house.network.settled()

    async def reply(self, body: str) -> Message:
        key = new_key()
        await self.post(paths.messages(self.conversation.id), body=body, key=key)
        await self.house.settled()
        return await Message.get(key=key)

    async def broadcast(self, body: str) -> None:
        await self.post(paths.broadcasts(), body=body, target_type="all", key=new_key())

    async def post(self, path: str, **form: str) -> None:
        async with self.daniel.post(path, data=form, allow_redirects=False) as answer:
            assert answer.status < 400

    async def newest(self) -> Message:
        return await Message.filter(conversation_id=self.conversation.id).latest("id")

    def trouble(self, **faults: Fault) -> None:
        self.house.network.faults = Faults(**faults)


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


async def a_broadcast_waits(scene: Scene) -> None:
    scene.trouble(create_busy=Fault(chance=1, seconds=(60, 60)))
    await scene.broadcast("Never mind")

    async def waiting() -> bool:
        copies = Message.filter(broadcast_id=await _newest_broadcast())
        tried = copies.filter(status="queued", attempts=1)
        return await tried.count() == await Member.filter(church=scene.house.cast.grace).count()

    await until(waiting)


async def _newest_broadcast() -> int:
    return (await Broadcast.all().latest("id")).id


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
    assert await wake_round() is False

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


Verb = Callable[[Scene], Awaitable[None]]

# In this order: some begin where the one before has ended.
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
    a_broadcast_waits,
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
)


@pytest.mark.parametrize("line", ["live", "cut"])
async def test_an_old_page_is_the_new_page_after_every_verb(
    line: str, house: House, windows: Windows
) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    scene = Scene(house, conversation, await house.browser(house.cast.daniel))
    windows.expected = LOST_LINE
    ruth = house.cast.ruth
    address = paths.conversation(conversation.id, "needs-reply")
    old, new = [await windows.open(ruth, address, device) for device in ("old", "new")]
    old_list, new_list = [await windows.open(ruth, device=device) for device in ("old", "new")]
    for page in (old, old_list):
        await becomes_live(page, house)
    for verb in VERBS:
        await old.context.set_offline(line == "cut")
        await expect(chip(old)).to_have_text("" if line == "live" else re.compile("No internet"))
        await verb(scene)
        await old.context.set_offline(False)
        await becomes(old, new, verb.__name__)
    await becomes(old_list, new_list, "all of that")
    await not_reloaded(old, old_list)


async def becomes_live(page: Page, house: House) -> None:
    """Proved by a push that arrives."""
    await house.text(NAOMI, f"For {page.url}")
    await expect(page.locator(".row-text").first).to_contain_text(f"For {page.url}")


async def becomes(old: Page, new: Page, verb: str) -> None:
    """Wait until both show the same, loading the new one again and again."""
    differences: list[str] = []

    async def alike() -> bool:
        await new.reload()
        await expect(chip(new)).to_be_hidden()
        await expect(new.locator("#details:not([complete])")).to_have_count(0)
        pages = await seen(old), await seen(new)
        differences[:] = difflib.unified_diff(*pages, "old", "new", n=2, lineterm="")
        return not differences

    try:
        await until(alike, within=8, every=0.1)
    except TimeoutError:
        pytest.fail(f"{verb}: the old page is not the new page\n" + "\n".join(differences))


async def seen(page: Page) -> list[str]:
    lines: list[str] = await page.evaluate(SEEN)
    return lines


# A page as lines, without what belongs to this one tab: where it was when texts came, how far it
# has caught up, and words that change as time goes by.
SEEN = """() => {
  const ours = new Set(["data-fresh", "data-new", "data-joins-above", "data-joins-below", "since",
    "inbound-count", "inbound-read", "marks", "style", "src", "complete", "busy", "aria-busy"])
  const passing = ["relative", "age"]
  const lines = [document.title]
  function look(node, depth) {
    const indent = "  ".repeat(depth)
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.replace(/\\s+/g, " ").trim()
      if (text) lines.push(indent + text)
      return
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return
    const broadcast = node.id.startsWith("broadcast_")
    const attributes = [...node.attributes]
      .filter(({ name }) => !ours.has(name) && !(broadcast && name === "data-revision"))
      .map(({ name, value }) => `${name}="${value}"`).sort()
    lines.push(`${indent}<${node.localName} ${attributes.join(" ")}>`)
    if (node.localName === "svg" || passing.includes(node.getAttribute("format"))) return
    for (const child of node.childNodes) look(child, depth + 1)
  }
  for (const root of document.querySelectorAll(".rail, .pane-list, #thread")) look(root, 0)
  return lines
}"""
