"""The bubbles of a conversation: writing one, sending one again, and reading older ones."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context
from inbox.live import fragments
from inbox.live.screens import show_messages
from inbox.models import Conversation, Message
from inbox.models.message import checked_key, new_key
from inbox.models.outbound import CannotSend, reply, retry
from inbox.render import put, replace
from inbox.rules.reasons import reason_for
from inbox.web.auth import church, me, staff_only
from inbox.web.conversations import find, page_of_messages
from inbox.web.forms import an_id
from inbox.web.pages import draw, stream, wants_stream

pages = Blueprint("messages", __name__)


@pages.get("/inbox/<int:conversation_id>/messages")
@staff_only
async def index(conversation_id: int) -> ResponseReturnValue:
    """Older bubbles, put above those already there."""
    conversation = await find(conversation_id)
    before = an_id(request.args.get("before"))
    if before is None:
        abort(400)
    messages, older = await page_of_messages(conversation, before)
    html = [fragments.message(church().language, message) for message in messages]
    more = draw("conversations/_older.html", conversation=conversation, older=older)
    return await stream(put(*html) + replace(f"messages_more_{conversation.id}", more))


@pages.post("/inbox/<int:conversation_id>/messages")
@staff_only
async def create(conversation_id: int) -> ResponseReturnValue:
    conversation = await find(conversation_id)
    form = await request.form
    try:
        key = checked_key(form.get("key") or new_key())
        message = await reply(conversation, by=me(), body=form.get("body", ""), key=key)
    except ValueError:
        abort(400)
    except CannotSend as refusal:
        return await _refused(conversation, refusal)
    current_context().wake_worker()
    return await _shown(conversation, [message])


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/retry")
@staff_only
async def again(conversation_id: int, message_id: int) -> ResponseReturnValue:
    conversation = await find(conversation_id)
    failed = await Message.get_or_none(
        id=message_id, conversation_id=conversation.id, direction="out"
    )
    if failed is None:
        abort(404)
    failed.conversation = conversation
    try:
        message = await retry(failed, by=me())
    except CannotSend as refusal:
        return await _refused(conversation, refusal)
    current_context().wake_worker()
    return await _shown(conversation, [failed, message])


async def _shown(conversation: Conversation, messages: list[Message]) -> ResponseReturnValue:
    html = await show_messages(conversation.id, messages)
    if not wants_stream():
        return redirect(paths.conversation(conversation.id), 303)
    return await stream(put(*html))


async def _refused(conversation: Conversation, refusal: CannotSend) -> ResponseReturnValue:
    html = draw(
        "messages/_problem.html",
        conversation_id=conversation.id,
        reason=reason_for(refusal.code),
    )
    return await stream(replace(f"composer_problem_{conversation.id}", html), 422)
