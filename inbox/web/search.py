"""Search as you type: members and texts."""

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.models.conversations.search import PAGE, find_texts
from inbox.models.members.search import MAX_MEMBERS, find_members
from inbox.rules.ids import an_id
from inbox.rules.search import asked_terms
from inbox.rules.snippet import snippet
from inbox.web.auth import church, me, needs
from inbox.web.listing import list_page
from inbox.web.pages import answer, draw, in_frame, page

pages = Blueprint("search", __name__)

MAX_LENGTH = 100


@pages.get("/search")
@needs("read_conversations")
async def index() -> ResponseReturnValue:
    q, before = _asked(), an_id(request.args.get("before"))
    if before is not None and in_frame(f"texts_before_{before}"):
        return await answer(draw("search/_texts.html", **await _texts(q, before)))
    members = await find_members(church(), q, MAX_MEMBERS + 1, provisional=True)
    found = {
        "searched": q,
        "members": members[:MAX_MEMBERS],
        "all_members": paths.new_conversation(q) if members[MAX_MEMBERS:] else None,
        **await _texts(q),
    }
    if in_frame("thread") or in_frame("found_words"):
        return await answer(draw("search/index.html", **found))
    return await page("conversations/index.html", conversation=None, **await list_page(), **found)


async def _texts(q: str, before: int | None = None) -> dict[str, object]:
    """One page of texts, each with its snippet, and the URL of the next page."""
    found = await find_texts(me(), q, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    terms = asked_terms(q)
    # Pages follow each other by id, and a scheduled text got its id long before it went.
    in_time = sorted(shown, key=lambda text: text.created_at, reverse=True)
    return {
        "several": len(terms) > 1,
        "wordless": not terms,
        "texts": [(text, snippet(text.body, terms)) for text in in_time],
        "before": before,
        "next_before": shown[-1].id if len(found) > PAGE else None,
        "next_texts": paths.search(q, shown[-1].id) if len(found) > PAGE else None,
    }


@pages.get("/search/people")
@needs("read_members")
async def people() -> ResponseReturnValue:
    """For the command bar."""
    found = await find_members(church(), _asked(), provisional=True)
    return {
        "people": [
            {
                "id": one.id,
                "name": one.shown_name(church().country),
                "phone": one.shown_phone(church().country) if one.is_named else "",
                "initials": one.initials,
            }
            for one in found
        ]
    }


def _asked() -> str:
    return request.args.get("q", "").strip()[:MAX_LENGTH]
