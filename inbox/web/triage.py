"""A conversation's assignee, and whether it is open, snoozed, or done, each as a resource."""

from zoneinfo import ZoneInfo

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.clock import now
from inbox.context import screens
from inbox.models import Conversation, ReadMark, Staff
from inbox.models.conversations import triage
from inbox.models.finders import find_colleague, find_conversation
from inbox.models.members.consent import dismiss_hint
from inbox.models.members.naming import name_member
from inbox.models.message import Message
from inbox.render import put, replace
from inbox.rules.ids import an_id
from inbox.rules.snooze import chosen_moment, snooze_until
from inbox.web.auth import church, me, needs
from inbox.web.pages import draw, say, stream, wants_stream

pages = Blueprint("triage", __name__)


@pages.post("/inbox/<int:conversation_id>/assignment")
@needs("triage")
async def assignment(conversation_id: int) -> ResponseReturnValue:
    """`staff_id`: the new assignee; empty for no one."""
    conversation = await find_conversation(me(), conversation_id)
    to = await chosen_person((await request.form).get("staff_id", ""))
    return await _shown(conversation, await triage.assign(conversation, to, by=me()))


async def chosen_person(staff_id: str) -> Staff | None:
    """The person that a form names, if they have not left; None for no one."""
    return await find_colleague(me(), an_id(staff_id)) if staff_id else None


@pages.post("/inbox/<int:conversation_id>/snooze")
@needs("triage")
async def snooze(conversation_id: int) -> ResponseReturnValue:
    """`until`: "later", "tomorrow", "next-week", "chosen" with a time `at` in the church's zone, or
    "now" to wake it."""
    conversation = await find_conversation(me(), conversation_id)
    form = await request.form
    until, at = form.get("until", ""), form.get("at", "")
    if until == "now":
        return await _shown(conversation, await triage.wake(conversation, by=me()))
    zone = ZoneInfo(church().timezone)
    if until == "chosen":
        moment = chosen_moment(at, now(), zone)
        if moment is None:
            return await _no_such_time(conversation)
    else:
        moment = snooze_until(until, now(), zone) or abort(400)
    return await _shown(conversation, await triage.snooze(conversation, moment, by=me()))


async def _no_such_time(conversation: Conversation) -> ResponseReturnValue:
    if not wants_stream():
        abort(400)
    html = draw(
        "conversations/_snooze_problem.html",
        conversation=conversation,
        problem=say("Please choose a future date and time within a year."),
    )
    return await stream(replace(f"snooze_problem_{conversation.id}", html), 422)


@pages.post("/inbox/<int:conversation_id>/done")
@needs("triage")
async def done(conversation_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    verb = triage.finish if await _yes_or_no("done") else triage.reopen
    return await _shown(conversation, await verb(conversation, by=me()))


@pages.post("/inbox/<int:conversation_id>/needs-reply")
@needs("triage")
async def needs_reply(conversation_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    needed = await _yes_or_no("needed")
    await (triage.need_reply if needed else triage.need_no_reply)(conversation)
    return await _shown(conversation, [])


async def _yes_or_no(name: str) -> bool:
    form = await request.form
    if form.get(name) not in ("yes", "no"):
        abort(400)
    return bool(form[name] == "yes")


@pages.post("/inbox/<int:conversation_id>/opt-out-hint")
@needs("record_opt_outs")
async def opt_out_hint(conversation_id: int) -> ResponseReturnValue:
    """Dismiss the hint that a text may ask for no more texts: the member stays opted in."""
    conversation = await find_conversation(me(), conversation_id)
    message_id = an_id((await request.form).get("message", ""))
    if message_id is not None:
        await dismiss_hint(conversation, message_id)
    return await _shown(conversation, [])


@pages.post("/inbox/<int:conversation_id>/unread")
@needs("read_conversations")
async def unread(conversation_id: int) -> ResponseReturnValue:
    """Mark it as unread for this person and return to the list: having it open marks it as read."""
    conversation = await find_conversation(me(), conversation_id)
    inbound_read = await ReadMark.set_unread(me(), conversation)
    await screens().show_own(me().id, "unread", conversation.id, inbound_read=inbound_read)
    return redirect(paths.inbox((await request.form).get("view") or None), 303)


@pages.post("/inbox/<int:conversation_id>/name")
@needs("edit_members")
async def name(conversation_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    try:
        ids = await name_member(conversation.member, (await request.form).get("name", ""))
    except ValueError:
        abort(400)
    await screens().show_conversations(set(ids) - {conversation.id})
    return await _shown(conversation, [])


async def _shown(conversation: Conversation, lines: list[Message]) -> ResponseReturnValue:
    html = await screens().show_conversations([conversation.id], lines)
    if not wants_stream():
        return redirect(paths.conversation(conversation.id), 303)
    return await stream(put(*html))
