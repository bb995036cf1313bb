"""A conversation's bubbles: writing one for now or later, and reading older ones."""

from zoneinfo import ZoneInfo

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.clock import now
from inbox.context import current_context, fragments, screens
from inbox.keys import checked_key, new_key
from inbox.models import Conversation, Draft, Message
from inbox.models.conversations import thread, triage
from inbox.models.finders import find_conversation, find_text
from inbox.models.texts import scheduled
from inbox.models.texts.reply import Collision, filled_in, reply, retry, with_key
from inbox.models.texts.undo import undo
from inbox.render import put, replace
from inbox.rules.reasons import reason_for
from inbox.rules.refusals import CannotSend
from inbox.rules.send_time import NoSuchTime, send_time
from inbox.rules.snooze import snooze_until
from inbox.rules.thread_place import Place
from inbox.web.auth import church, me, needs
from inbox.web.pages import draw, stream, wants_stream

pages = Blueprint("messages", __name__)


@pages.get("/inbox/<int:conversation_id>/messages")
@needs("read_conversations")
async def index(conversation_id: int) -> ResponseReturnValue:
    """More bubbles: older ones to put above the existing ones, or newer ones below."""
    conversation = await find_conversation(me(), conversation_id)
    before, after = (Place.read(request.args.get(name)) for name in ("before", "after"))
    if before is not None:
        stretch, more = await thread.before(conversation, before), "conversations/_older.html"
    elif after is not None:
        stretch, more = await thread.after(conversation, after), "conversations/_newer.html"
    else:
        abort(400)
    html = [fragments().message(church(), message) for message in stretch.messages]
    rest = draw(more, conversation=conversation, older=stretch.older, newer=stretch.newer)
    return await stream(put(*html, rest))


@pages.post("/inbox/<int:conversation_id>/messages")
@needs("answer")
async def create(conversation_id: int) -> ResponseReturnValue:
    """`at`: when it goes, in the church's zone; empty for now. `seen`: the position of the newest
    message that the author has seen; empty to skip that check. `then`: "done", or "snooze:" and a
    value from the snooze menu; empty for nothing."""
    conversation = await find_conversation(me(), conversation_id)
    form = await request.form
    then = _then(form.get("then", ""))
    try:
        message = await _written(conversation, then)
    except (CannotSend, NoSuchTime) as refusal:
        return await refused(conversation, refusal.code)
    except Collision as collision:
        return await _collided(conversation, collision)
    current_context().wake_worker()
    return await shown(conversation, await thread.changed_in(conversation, message.revision))


def _then(word: str) -> triage.Then:
    """Aborts with 400."""
    if word in ("", "done"):
        return triage.Then(done=word == "done")
    if not word.startswith("snooze:"):
        abort(400)
    zone = ZoneInfo(church().timezone)
    until = snooze_until(word.removeprefix("snooze:"), now(), zone) or abort(400)
    return triage.Then(snooze_until=until)


async def _written(conversation: Conversation, then: triage.Then) -> Message:
    form = await request.form
    body, at, place = form.get("body", ""), form.get("at", ""), Place.read(form.get("seen"))
    seen = place.position if place else None
    key = chosen_key(form.get("key"))
    if not at:
        return await reply(conversation, by=me(), body=body, key=key, seen=seen, then=then)
    # If a request is repeated, its time may have passed meanwhile.
    if already := await with_key(conversation, key, filled_in(conversation, body)):
        return already
    moment = send_time(at, now(), ZoneInfo(church().timezone))
    return await scheduled.schedule(
        conversation, by=me(), body=body, key=key, at=moment, seen=seen, then=then
    )


def chosen_key(given: str | None) -> str:
    """The key that the browser chose, or a new one. Aborts with 400."""
    try:
        return checked_key(given or new_key())
    except ValueError:
        abort(400)


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/retry")
@needs("answer")
async def again(conversation_id: int, message_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    failed = await find_text(conversation, message_id)
    try:
        message = await retry(failed, by=me())
    except CannotSend as refusal:
        return await refused(conversation, refusal.code)
    current_context().wake_worker()
    return await shown(conversation, [failed, message])


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/cancel")
@needs("answer")
async def cancel(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """Undo a scheduled text, or one that can still be undone. Its text returns to the composer."""
    conversation = await find_conversation(me(), conversation_id)
    message = await find_text(conversation, message_id)
    try:
        undone = await undo(message, by=me())
    except CannotSend as refusal:
        return await refused(conversation, refusal.code, [message])
    draft = await Draft.give_back(me(), conversation, undone.body)
    await screens().show_own(me().id, "draft", conversation.id, kind="reply", body=draft)
    return await shown(conversation, undone.messages)


async def shown(conversation: Conversation, messages: list[Message]) -> ResponseReturnValue:
    html = await screens().show_conversations([conversation.id], messages)
    if not wants_stream():
        return redirect(paths.conversation(conversation.id), 303)
    return await stream(put(*html, _problem(conversation)))


async def refused(
    conversation: Conversation, code: str, messages: list[Message] | None = None
) -> ResponseReturnValue:
    """The reason, beside the composer, and these bubbles as they are now."""
    html = await screens().show_conversations([conversation.id], messages) if messages else []
    problem = replace(f"composer_problem_{conversation.id}", _problem(conversation, code))
    return await stream(put(*html) + problem, 422)


def _problem(conversation: Conversation, code: str | None = None) -> str:
    """The problem beside the composer; without `code`, clears an earlier one."""
    reason = reason_for(code) if code else None
    return draw("messages/_problem.html", conversation_id=conversation.id, reason=reason)


async def _collided(conversation: Conversation, collision: Collision) -> ResponseReturnValue:
    bubbles = [fragments().message(church(), one) for one in collision.messages]
    panel = draw("conversations/_collision.html", message=collision.messages[-1])
    return await stream(put(*bubbles) + replace(f"composer_problem_{conversation.id}", panel), 409)
