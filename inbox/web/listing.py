"""The list beside every conversation: its rows, their order, and its next page."""

import asyncio
from typing import Any

from quart import abort, request

from inbox import paths
from inbox.context import fragments
from inbox.dom_ids import container
from inbox.models import Conversation, Draft, ReadMark
from inbox.models.conversations.choices import choices_of
from inbox.models.conversations.listing import (
    FIRST_ROWS,
    MORE_ROWS,
    SORTS,
    Cursor,
    Listing,
    sorts_of,
)
from inbox.models.conversations.listing import page as conversations_page
from inbox.web.auth import church, me


def asked_for() -> Listing:
    asked = request.args
    return Listing.read(asked.get("view", "all"), asked.get("filter"), asked.get("sort"))


async def list_page(opened: Conversation | None = None) -> dict[str, Any]:
    """The first rows, with what only the viewer sees on them, and the choices for filters."""
    listing = asked_for()
    # In parallel: none needs the others' results, and PostgreSQL answers several at once.
    (rows, more, marks), drafts, choices = await asyncio.gather(
        _marked_rows(listing, opened), Draft.begun(me()), choices_of(me())
    )
    return {
        "listing": listing,
        "view": listing.view,
        "rows": [fragments().row(church(), row) for row in rows],
        "rows_id": container(listing.view, me().id),
        "more": more,
        "marks": marks,
        "drafts": drafts,
        "choices": choices,
        "sorts": sorts_of(listing.view),
        "sort": SORTS[listing.sort],
    }


async def _marked_rows(
    listing: Listing, opened: Conversation | None
) -> tuple[list[Conversation], str | None, dict[int, int]]:
    """The first rows, the URL of the next ones, and how far the viewer has read each."""
    rows, more = await rows_of(listing, None)
    marked = [row.id for row in rows] + ([opened.id] if opened else [])
    return rows, more, await ReadMark.of(me(), marked)


async def rows_of(listing: Listing, before: Cursor | None) -> tuple[list[Conversation], str | None]:
    """One page of rows, and the URL of the next one."""
    most = MORE_ROWS if before else FIRST_ROWS
    found = await conversations_page(me(), listing, before=before, limit=most + 1)
    shown = found[:most]
    if len(found) == len(shown):
        return shown, None
    return shown, paths.rows(listing.cursor_of(shown[-1]), **listing.query)


def cursor(listing: Listing) -> Cursor:
    try:
        return listing.read_cursor(request.args.get("before", ""))
    except ValueError:
        abort(400)
