"""A broadcast's recipients, and what happened to their copies."""

from typing import Any

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.models.broadcasts.progress import Progress, progress_of
from inbox.models.broadcasts.recipients import chosen_outcome, recipients
from inbox.models.finders import find_broadcast
from inbox.render import put, replace
from inbox.rules.ids import an_id
from inbox.web.auth import me, needs
from inbox.web.pages import answer, draw, stream

pages = Blueprint("recipients", __name__)

PAGE = 50


@pages.get("/broadcasts/<int:broadcast_id>/people")
@needs("read_broadcasts")
async def index(broadcast_id: int) -> ResponseReturnValue:
    """Recipients with one `outcome`; with `after`, the next ones, put below the existing ones."""
    broadcast = await find_broadcast(me(), broadcast_id)
    [progress] = await progress_of([broadcast])
    after = an_id(request.args.get("after"))
    context = await listed(progress, request.args.get("outcome"), after)
    if after is None:
        return await answer(draw("broadcasts/_recipients.html", **context))
    rows = draw("broadcasts/_recipient_rows.html", **context)
    more = draw("broadcasts/_recipients_more.html", **context)
    return await stream(put(rows) + replace("recipients_more", more))


async def listed(progress: Progress, asked: str | None, after: int | None = None) -> dict[str, Any]:
    """What the list's templates need: one page of it, and the URL of the next."""
    broadcast = progress.broadcast
    outcome = chosen_outcome(asked, progress)
    found = await recipients(broadcast, outcome, after=after, limit=PAGE + 1)
    more = paths.recipients(broadcast.id, outcome, found[PAGE - 1].id) if found[PAGE:] else None
    return {
        "broadcast": broadcast,
        "progress": progress,
        "outcome": outcome,
        "people": found[:PAGE],
        "people_more": more,
    }
