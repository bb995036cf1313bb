"""Leads from one conversation that needs a reply to the next."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.models.conversations.listing import longest_waiting
from inbox.rules.ids import an_id
from inbox.web.auth import me, needs

pages = Blueprint("waiting", __name__)


@pages.get("/inbox/next")
@needs("read_conversations")
async def next_one() -> ResponseReturnValue:
    """`but`: the open conversation."""
    found = await longest_waiting(me(), but=an_id(request.args.get("but")))
    view = "needs-reply"
    return redirect(paths.conversation(found.id, view) if found else paths.inbox(view), 303)
