"""Actions on many conversations: the verb for each, one after another."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.clock import now
from inbox.context import screens
from inbox.models import Conversation, Group, ReadMark, Staff
from inbox.models.conversations import triage
from inbox.models.conversations.listing import Listing
from inbox.models.finders import find_conversations, find_group
from inbox.models.message import Message
from inbox.models.permissions import check
from inbox.render import put, replace
from inbox.rules.ids import an_id
from inbox.rules.snooze import MAX_SNOOZE, snooze_until
from inbox.web.auth import church, me, needs
from inbox.web.pages import draw, stream, wants_stream
from inbox.web.triage import chosen_person

pages = Blueprint("bulk", __name__)
log = logging.getLogger(__name__)

MAX_SELECTED = 200
Verb = Callable[[Conversation], Awaitable[list[Message]]]


@dataclass(frozen=True)
class Done:
    """What to report: how many it was done with, how many failed, and each one's earlier state, for
    undo."""

    word: str
    count: int
    failed: int
    before: list[str]


@pages.post("/inbox/bulk")
@needs("triage")
async def bulk() -> ResponseReturnValue:
    """`ids`, and an `action`: "done", "reopen", "no-reply", "unread", "snooze:later" (or
    "tomorrow", "next-week"), "assign:3", "assign:" for no one, or "group:3" to add their members.
    Or "undo", with each one's earlier state as `before`."""
    form = await request.form
    word, _, value = form.get("action", "").partition(":")
    if word == "undo":
        verbs = dict(map(_undo, form.getlist("before")))
    else:
        verbs = dict.fromkeys(
            filter(None, map(an_id, form.getlist("ids"))), await _verb(word, value)
        )
    if not verbs or len(verbs) > MAX_SELECTED:
        abort(400)
    chosen = await find_conversations(me(), verbs)
    lines, done = await _to_each(chosen, verbs)
    html = await screens().show_conversations([one.id for one in done], lines)
    if not wants_stream():
        back = Listing.read(form.get("view", "all"), form.get("filter"), form.get("sort"))
        return redirect(paths.inbox(**back.query), 303)
    before = [_before(one) for one in done if _can_be_undone(word, one)]
    toast = Done(word, len(done), len(verbs) - len(done), before)
    said = replace("toast", draw("conversations/_toast.html", toast=toast))
    return await stream(put(*html) + said)


async def _verb(word: str, value: str) -> Verb:
    if word == "assign":
        return partial(_assign, await chosen_person(value))
    if word == "snooze":
        until = snooze_until(value, now(), ZoneInfo(church().timezone)) or abort(400)
        return partial(triage.snooze, until=until, by=me())
    if word == "group":
        return partial(_put_into, await _group(value))
    return _VERBS.get(word) or abort(400)


def _can_be_undone(word: str, conversation: Conversation) -> bool:
    return word == "snooze" or (word == "done" and conversation.state != "done")


def _before(conversation: Conversation) -> str:
    """The conversation's state, for `_undo` to read."""
    until = conversation.snoozed_until
    return f"{conversation.id}:{conversation.state}:{until.isoformat() if until else ''}"


def _undo(before: str) -> tuple[int, Verb]:
    """A conversation's id, and the verb that restores its earlier state."""
    number, _, rest = before.partition(":")
    state, _, until = rest.partition(":")
    id, verb = an_id(number), {"open": _reopen, "done": _finish}.get(state)
    if state == "snoozed":
        verb = partial(triage.snooze, until=_moment(until), by=me())
    return (id, verb) if id and verb else abort(400)


def _moment(text: str) -> datetime:
    """When a snooze ends, which may have passed meanwhile."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    if moment.tzinfo is None or not abs(moment - now()) < MAX_SNOOZE:
        abort(400)
    return moment.astimezone(UTC)


async def _to_each(
    chosen: list[Conversation], verbs: Mapping[int, Verb]
) -> tuple[list[Message], list[Conversation]]:
    """The lines about it, and the conversations it was done with. One failure does not stop the
    others."""
    lines: list[Message] = []
    done: list[Conversation] = []
    for one in chosen:
        try:
            lines += await verbs[one.id](one)
            done.append(one)
        except Exception:
            log.exception("One of several conversations could not be changed")
    return lines, done


async def _assign(to: Staff | None, conversation: Conversation) -> list[Message]:
    return await triage.assign(conversation, to, by=me())


async def _group(id: str) -> Group:
    check(me(), "change_groups")
    return await find_group(me(), an_id(id))


async def _put_into(group: Group, conversation: Conversation) -> list[Message]:
    await group.add([conversation.member])
    await screens().show_membership(church(), conversation.member, group)
    return []


async def _finish(conversation: Conversation) -> list[Message]:
    return await triage.finish(conversation, by=me())


async def _reopen(conversation: Conversation) -> list[Message]:
    """Reopen it from either snoozed or done."""
    verb = triage.wake if conversation.state == "snoozed" else triage.reopen
    return await verb(conversation, by=me())


async def _need_no_reply(conversation: Conversation) -> list[Message]:
    await triage.need_no_reply(conversation)
    return []


async def _unread(conversation: Conversation) -> list[Message]:
    if conversation.inbound_count:
        inbound_read = await ReadMark.set_unread(me(), conversation)
        await screens().show_own(me().id, "unread", conversation.id, inbound_read=inbound_read)
    return []


_VERBS: dict[str, Verb] = {
    "done": _finish,
    "reopen": _reopen,
    "no-reply": _need_no_reply,
    "unread": _unread,
}
