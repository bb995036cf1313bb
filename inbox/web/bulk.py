"""What is done with many conversations at once: the verb of each, one after another."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.live.screens import show_many, show_unread
from inbox.models import Conversation, ReadMark, Staff, triage
from inbox.models.listing import Listing
from inbox.models.message import Message, now
from inbox.render import put, replace
from inbox.rules.snooze import snooze_until
from inbox.web.auth import church, me, staff_only
from inbox.web.forms import an_id
from inbox.web.pages import draw, stream, wants_stream
from inbox.web.triage import chosen_person

pages = Blueprint("bulk", __name__)
log = logging.getLogger(__name__)

MOST = 200
Verb = Callable[[Conversation], Awaitable[list[Message]]]


@dataclass(frozen=True)
class Done:
    """What is said of it: how many it was done with, how many it failed for, and which of them
    may be opened again to take it back."""

    word: str
    count: int
    failed: int
    undo: list[int]


@pages.post("/inbox/bulk")
@staff_only
async def bulk() -> ResponseReturnValue:
    """`ids`, and what to do as `action`: "done", "reopen", "no-reply", "unread",
    "snooze:later" (or "tomorrow", "next-week"), "assign:3", or "assign:" for anybody's."""
    form = await request.form
    ids = {id for id in map(an_id, form.getlist("ids")) if id}
    if not ids or len(ids) > MOST:
        abort(400)
    word, _, value = form.get("action", "").partition(":")
    verb = await _verb(word, value)
    chosen = await Conversation.of(church().id).filter(id__in=ids)
    lines, done = await _to_each(chosen, verb)
    html = await show_many([one.id for one in done], lines)
    if not wants_stream():
        back = Listing.read(form.get("view", "all"), form.get("filter"), form.get("sort"))
        return redirect(paths.inbox(**back.query), 303)
    were_open = [one.id for one in done if one.state == "open" and word in ("done", "snooze")]
    toast = Done(word, len(done), len(ids) - len(done), were_open)
    said = replace("toast", draw("conversations/_toast.html", toast=toast))
    return await stream(put(*html) + said)


async def _verb(word: str, value: str) -> Verb:
    if word == "assign":
        return partial(_assign, await chosen_person(value))
    if word == "snooze":
        until = snooze_until(value, now(), ZoneInfo(church().timezone)) or abort(400)
        return partial(triage.snooze, until=until, by=me())
    return _VERBS.get(word) or abort(400)


async def _to_each(
    chosen: list[Conversation], verb: Verb
) -> tuple[list[Message], list[Conversation]]:
    """The lines that tell of it, and those it was done with: one that fails stops no other."""
    lines: list[Message] = []
    done: list[Conversation] = []
    for one in chosen:
        try:
            lines += await verb(one)
            done.append(one)
        except Exception:
            log.exception("One of several conversations could not be changed")
    return lines, done


async def _assign(to: Staff | None, conversation: Conversation) -> list[Message]:
    return await triage.assign(conversation, to, by=me())


async def _finish(conversation: Conversation) -> list[Message]:
    return await triage.finish(conversation, by=me())


async def _reopen(conversation: Conversation) -> list[Message]:
    """Whatever it was that set it aside."""
    verb = triage.wake if conversation.state == "snoozed" else triage.reopen
    return await verb(conversation, by=me())


async def _need_no_reply(conversation: Conversation) -> list[Message]:
    await triage.need_no_reply(conversation)
    return []


async def _unread(conversation: Conversation) -> list[Message]:
    if conversation.inbound_count:
        inbound_read = await ReadMark.set_unread(me(), conversation)
        await show_unread(me().id, conversation.id, inbound_read)
    return []


_VERBS: dict[str, Verb] = {
    "done": _finish,
    "reopen": _reopen,
    "no-reply": _need_no_reply,
    "unread": _unread,
}
