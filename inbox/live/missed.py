"""What a browser missed: the answer to a join, on first connect and on every one after it."""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.live import fragments
from inbox.live.rooms import Room
from inbox.live.screens import counts_of
from inbox.models import Broadcast, Church, Conversation, Draft
from inbox.models.broadcasts.progress import progress_of
from inbox.models.conversations.listing import Listing, page
from inbox.models.conversations.thread import bubbles
from inbox.placing import dom_id
from inbox.rules.ids import an_id

# More than that is quicker to load as a page.
MOST_MISSED = 200
ROWS = 50
BROADCASTS = 30


@dataclass(frozen=True)
class Missed:
    """Fragments to put, and the cursor to come back with. `html` None: reload the page.

    `drafts`: what this person has begun, by conversation and kind, as far as the room shows it.
    """

    html: str | None
    since: int | None = None
    drafts: dict[int, dict[str, str]] | None = None


async def missed(
    room: Room, since: int | None, have: Mapping[str, int], listing: Listing, staff_id: int
) -> Missed:
    """`listing` is what the room is round, for the room of an inbox page."""
    if room.noun == "conversation":
        return await _missed_messages(room.id, since or 0, staff_id)
    if room.noun == "inbox":
        return await _missed_rows(room.id, have, listing, staff_id)
    if room.noun == "broadcast":
        return await _broadcast(room.id)
    if room.noun == "counts":
        return Missed(await counts_of(room.id))
    return await _missed_broadcasts(room.id)


async def _missed_messages(conversation_id: int, since: int, staff_id: int) -> Missed:
    # The revision is read first: what is committed after that will be pushed, or come next time.
    conversation = await Conversation.whole().get(id=conversation_id)
    if since > conversation.revision:
        # From before a restored backup: nothing that the browser has can be trusted.
        return Missed(None)
    messages = (
        await bubbles()
        .filter(conversation_id=conversation_id, revision__gt=since)
        .order_by("id")
        .limit(MOST_MISSED + 1)
    )
    if len(messages) > MOST_MISSED:
        return Missed(None)
    church = conversation.church
    html: list[str] = [fragments.message(church, message) for message in messages]
    html += [fragments.gate(church, conversation), fragments.head(church, conversation)]
    drafts = await Draft.whole(staff_id, conversation_id)
    return Missed("".join(html), conversation.revision, drafts)


async def _missed_rows(
    church_id: int, have: Mapping[str, int], listing: Listing, staff_id: int
) -> Missed:
    """As far down as the browser's list reaches: the rows of its view that it has not, or has in
    another revision; and those it has that have left the view. Each says where it stands.

    Where it stands in a list that is narrowed no row can say: of new ones there, only how many.
    """
    reach = max(ROWS, len(have))
    inside = await page(church_id, listing, staff_id=staff_id, limit=reach)
    rows = {dom_id(row): row for row in inside}
    news = rows.keys() - have.keys()
    left = [id for id in map(_row_number, have) if id and f"conversation_{id}" not in rows]
    for row in await Conversation.of(church_id).filter(id__in=left):
        rows[dom_id(row)] = row
    changed = [row for row in rows.values() if have.get(dom_id(row)) != row.revision]
    church = await Church.get(id=church_id)
    if listing.is_placed:
        html: list[str] = [fragments.row(church, row) for row in changed]
    else:
        known = [row for row in changed if dom_id(row) not in news]
        html = [fragments.row(church, row) for row in known]
        html.append(fragments.news(church, len(news)))
    drafts = await Draft.begun(staff_id, church_id)
    return Missed("".join([*html, await counts_of(church_id)]), drafts=drafts)


def _row_number(dom_id: str) -> int | None:
    return an_id(dom_id.removeprefix("conversation_"))


async def _broadcast(broadcast_id: int) -> Missed:
    broadcast = await Broadcast.get(id=broadcast_id)
    church = await Church.get(id=broadcast.church_id)
    return Missed(fragments.broadcast(church, (await progress_of([broadcast]))[0]))


async def _missed_broadcasts(church_id: int) -> Missed:
    newest = await Broadcast.filter(church_id=church_id).order_by("-id").limit(BROADCASTS)
    church = await Church.get(id=church_id)
    html = [fragments.broadcast(church, one) for one in await progress_of(newest)]
    return Missed("".join(html))
