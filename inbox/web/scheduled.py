"""A scheduled text: other words or another time for it, or sending it now."""

from zoneinfo import ZoneInfo

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from inbox.context import current_context
from inbox.models import scheduled
from inbox.models.message import now
from inbox.models.outbound import CannotSend
from inbox.rules.later import NoSuchTime, send_time
from inbox.web.auth import church, staff_only
from inbox.web.conversations import find
from inbox.web.messages import find_text, refused, shown

pages = Blueprint("scheduled", __name__)


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/schedule")
@staff_only
async def edit(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """`at`, in the church's zone, and `body`; what is missing stays as it is."""
    conversation = await find(conversation_id)
    message = await find_text(conversation, message_id)
    if message is None:
        return await refused(conversation, "not_waiting")
    form = await request.form
    try:
        at = message.scheduled_for
        if given := form.get("at"):
            at = send_time(given, now(), ZoneInfo(church().timezone))
        if at is None:
            raise CannotSend("not_waiting")
        message = await scheduled.edit(message, body=form.get("body", message.body), at=at)
    except (CannotSend, NoSuchTime) as refusal:
        return await refused(conversation, refusal.code, [message])
    return await shown(conversation, [message])


@pages.post("/inbox/<int:conversation_id>/messages/<int:message_id>/send-now")
@staff_only
async def send_now(conversation_id: int, message_id: int) -> ResponseReturnValue:
    conversation = await find(conversation_id)
    message = await find_text(conversation, message_id)
    if message is None:
        return await refused(conversation, "not_waiting")
    try:
        message = await scheduled.send_now(message)
    except CannotSend as refusal:
        return await refused(conversation, refusal.code, [message])
    current_context().wake_worker()
    return await shown(conversation, [message])
