"""Drafts: what one person has begun to write, visible only to them."""

from quart import Blueprint, abort, request
from quart.typing import ResponseReturnValue

from inbox.context import screens
from inbox.models import Draft
from inbox.models.draft import KINDS
from inbox.models.finders import find_conversation
from inbox.web.auth import me, needs

pages = Blueprint("drafts", __name__)


@pages.post("/inbox/<int:conversation_id>/draft")
@needs("answer")
async def keep(conversation_id: int) -> ResponseReturnValue:
    """`kind`: "reply" or "note". An empty `body` deletes the draft."""
    conversation = await find_conversation(me(), conversation_id)
    form = await request.form
    kind = next((kind for kind in KINDS if kind == form.get("kind")), None) or abort(400)
    kept = await Draft.keep(me(), conversation, kind, form.get("body", ""))
    await screens().show_own(me().id, "draft", conversation.id, kind=kind, body=kept)
    return "", 204
