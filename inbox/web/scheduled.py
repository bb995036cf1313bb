"""A scheduled text: changing its text or time, or sending it now."""

from zoneinfo import ZoneInfo

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from inbox.clock import now
from inbox.context import current_context
from inbox.models import Message
from inbox.models.finders import find_conversation, find_text
from inbox.models.texts import scheduled
from inbox.render import replace
from inbox.rules.reasons import reason_for
from inbox.rules.refusals import CannotSend
from inbox.rules.send_time import NoSuchTime, send_time
from inbox.web.auth import church, me, needs
from inbox.web.messages import refused, shown
from inbox.web.pages import draw, stream

pages = Blueprint("scheduled", __name__)


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/schedule")
@needs("answer")
async def edit(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """`at`, in the church's zone, and `body`; whichever is missing stays as it is."""
    conversation = await find_conversation(me(), conversation_id)
    message = await find_text(conversation, message_id)
    form = await request.form
    try:
        at = message.scheduled_for
        if given := form.get("at"):
            at = send_time(given, now(), ZoneInfo(church().timezone))
        if at is None:
            raise CannotSend("not_waiting")
        message = await scheduled.edit(message, body=form.get("body", message.body), at=at)
    except (CannotSend, NoSuchTime) as refusal:
        if refusal.code == "not_waiting":
            return await refused(conversation, refusal.code, [message])
        return await _not_changed(message, refusal.code)
    return await shown(conversation, [message])


async def _not_changed(message: Message, code: str) -> ResponseReturnValue:
    """Leaves the bubble alone, so that its form keeps what was typed."""
    html = draw("messages/_edit_problem.html", key=message.key, reason=reason_for(code))
    return await stream(replace(f"edit_{message.key}_problem", html), 422)


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/send-now")
@needs("answer")
async def send_now(conversation_id: int, message_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    message = await find_text(conversation, message_id)
    try:
        message = await scheduled.send_now(message)
    except CannotSend as refusal:
        return await refused(conversation, refusal.code, [message])
    current_context().wake_worker()
    return await shown(conversation, [message])
