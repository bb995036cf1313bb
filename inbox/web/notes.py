"""Notes among staff."""

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from inbox.models.finders import find_conversation
from inbox.models.texts.notes import add_note
from inbox.rules.refusals import CannotSend
from inbox.web.auth import me, needs
from inbox.web.messages import chosen_key, refused, shown

pages = Blueprint("notes", __name__)


@pages.post("/inbox/<int:conversation_id>/notes")
@needs("answer")
async def create(conversation_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    form = await request.form
    key = chosen_key(form.get("key"))
    try:
        note = await add_note(conversation, by=me(), body=form.get("body", ""), key=key)
    except CannotSend as refusal:
        return await refused(conversation, refusal.code)
    return await shown(conversation, [note])
