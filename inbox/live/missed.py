"""What a browser missed: the response to each join, after connecting or reconnecting."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from inbox.batching import Batcher
from inbox.dom_ids import dom_id
from inbox.live.fragments import Fragments
from inbox.live.rooms import Room
from inbox.models import Broadcast, Conversation, Draft, Message, Staff
from inbox.models.broadcasts.progress import count_expected, open_progress, progress_of
from inbox.models.conversations.listing import FIRST_ROWS, Listing, page
from inbox.models.conversations.thread import changed_since
from inbox.models.finders import NotFound, find_conversations
from inbox.models.scope import Scope
from inbox.rules.ids import an_id

# With more than this, reloading the page is faster.
MAX_MISSED = 200
BROADCASTS = 30

# The counts of a scope as HTML, read after this is called.
Counting = Callable[[Scope], Awaitable[str]]
# A viewer, a list, and how far down it is wanted.
_Asked = tuple[Staff, Listing, int]


@dataclass(frozen=True)
class Missed:
    """Fragments to put, and the cursor to come back with. `html` None: reload the page.

    `drafts`: what this person has begun, by conversation and kind, as far as the room shows it.
    """

    html: str | None
    since: int | None = None
    drafts: dict[int, dict[str, str]] | None = None


class CatchUp:
    """Reads what a browser missed."""

    def __init__(self, fragments: Fragments, counts: Counting) -> None:
        self._fragments, self._counts = fragments, counts
        # After a restart, hundreds of browsers ask at once, many of them for the same rows.
        self._pages: Batcher[_Asked, list[Conversation]] = Batcher(_read_once)
        self._conversations: Batcher[tuple[Staff, int], Conversation] = Batcher(_find_each)

    async def missed(
        self, room: Room, since: int | None, have: Mapping[str, int], listing: Listing, staff: Staff
    ) -> Missed:
        """What this person missed in a room they entered. `listing` is what an inbox page shows."""
        if room.noun == "conversation":
            return await self._missed_messages(room.id, since or 0, staff)
        if room.noun == "inbox":
            return await self._missed_rows(have, listing, staff)
        if room.noun == "broadcast":
            return await self._broadcast(room.id, staff)
        if room.noun == "counts":
            return Missed(await self._counts(Scope.of(staff)))
        return await self._missed_broadcasts(staff)

    async def _missed_messages(self, conversation_id: int, since: int, staff: Staff) -> Missed:
        # Read the revision first: anything committed later will be pushed, or come next time.
        lane = Scope.of(staff)
        conversation = await self._conversations.submit((staff, conversation_id), lane=lane)
        if since > conversation.revision:
            # The browser's cursor is from before a backup was restored, so none of its rows can be
            # trusted.
            return Missed(None)
        messages: list[Message] = []
        if since < conversation.revision:
            messages = await changed_since(conversation, since, limit=MAX_MISSED + 1)
        if len(messages) > MAX_MISSED:
            return Missed(None)
        church = conversation.church
        html: list[str] = [self._fragments.message(church, message) for message in messages]
        html += [
            self._fragments.gate(church, conversation),
            self._fragments.head(church, conversation),
        ]
        drafts = await Draft.whole(staff, conversation)
        return Missed("".join(html), conversation.revision, drafts)

    async def _missed_rows(self, have: Mapping[str, int], listing: Listing, staff: Staff) -> Missed:
        """Compare with the browser's list, as far down as it reaches: rows that it lacks or has in
        another revision, and rows that have left the view. Each says where it belongs.

        In a list that is filtered or sorted by name, a row cannot say where it belongs, so new ones
        are only counted.
        """
        reach = max(FIRST_ROWS, len(have))
        inside = await self._page(staff, listing, reach)
        rows = {dom_id(row): row for row in inside}
        news = rows.keys() - have.keys()
        left = [id for id in map(_row_number, have) if id and f"conversation_{id}" not in rows]
        for row in await find_conversations(staff, left):
            rows[dom_id(row)] = row
        changed = [row for row in rows.values() if have.get(dom_id(row)) != row.revision]
        church = staff.church
        if listing.is_placed:
            html: list[str] = [self._fragments.row(church, row) for row in changed]
        else:
            known = [row for row in changed if dom_id(row) not in news]
            html = [self._fragments.row(church, row) for row in known]
            html.append(self._fragments.news(church, len(news)))
        drafts = await Draft.begun(staff)
        return Missed("".join([*html, await self._counts(Scope.of(staff))]), drafts=drafts)

    async def _page(self, staff: Staff, listing: Listing, reach: int) -> list[Conversation]:
        """The top of the list. Those who wait for the same rows share one answer, which is read
        after all of them have entered the room."""
        if listing.is_personal:
            return await page(staff, listing, limit=reach)
        lane = (Scope.of(staff), listing, reach)
        return await self._pages.submit((staff, listing, reach), lane=lane)

    async def _broadcast(self, broadcast_id: int, staff: Staff) -> Missed:
        broadcast = await Broadcast.visible_to(staff).get(id=broadcast_id)
        return Missed(self._fragments.broadcast(staff.church, await open_progress(broadcast)))

    async def _missed_broadcasts(self, staff: Staff) -> Missed:
        newest = await Broadcast.visible_to(staff).order_by("-id").limit(BROADCASTS)
        shown = await progress_of(newest)
        for one in shown:
            # Its page may be open, too.
            await count_expected(one)
        html = [self._fragments.broadcast(staff.church, one) for one in shown]
        return Missed("".join(html))


async def _read_once(asked: Sequence[_Asked]) -> list[list[Conversation]]:
    staff, listing, reach = asked[0]
    return [await page(staff, listing, limit=reach)] * len(asked)


async def _find_each(asked: Sequence[tuple[Staff, int]]) -> list[Conversation]:
    """For staff with the same scope. Raises NotFound if any of these is gone."""
    viewer = asked[0][0]
    rows = {row.id: row for row in await find_conversations(viewer, {id for _, id in asked})}
    if not all(id in rows for _, id in asked):
        raise NotFound
    return [rows[id] for _, id in asked]


def _row_number(dom_id: str) -> int | None:
    return an_id(dom_id.removeprefix("conversation_"))
