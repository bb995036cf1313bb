"""What a browser missed: the answer to a join, on first connect and on every one after it."""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.live import fragments
from inbox.live.rooms import Room
from inbox.live.screens import count_needing_reply
from inbox.models import Broadcast, Conversation, Message

# More than that is quicker to load as a page.
MOST_MISSED = 200
ROWS = 50
BROADCASTS = 30


@dataclass(frozen=True)
class Missed:
    """Fragments to put, and the cursor to come back with. `html` None: reload the page."""

    html: str | None
    since: int | None = None


async def missed(room: Room, since: int | None, have: Mapping[str, int]) -> Missed:
    if room.noun == "conversation":
        return await _missed_messages(room.id, since or 0)
    if room.noun == "inbox":
        return await _missed_rows(room.id, have)
    if room.noun == "broadcast":
        return await _broadcast(room.id)
    if room.noun == "counts":
        return Missed(fragments.counts(await count_needing_reply(room.id)))
    return await _missed_broadcasts(room.id)


async def _missed_messages(conversation_id: int, since: int) -> Missed:
    # The revision is read first: what is committed after that will be pushed, or come next time.
    conversation = (
        await Conversation.filter(id=conversation_id)
        .select_related("member", "phone_number", "church")
        .get()
    )
    if since > conversation.revision:
        # From before a restored backup: nothing that the browser has can be trusted.
        return Missed(None)
    messages = (
        await Message.filter(conversation_id=conversation_id, revision__gt=since)
        .order_by("id")
        .limit(MOST_MISSED + 1)
        .select_related("author")
        .prefetch_related("pictures")
    )
    if len(messages) > MOST_MISSED:
        return Missed(None)
    html = [fragments.message(message) for message in messages]
    return Missed("".join([*html, fragments.gate(conversation)]), conversation.revision)


async def _missed_rows(church_id: int, have: Mapping[str, int]) -> Missed:
    """Rows the browser has in another revision, and the newest ones that it has not."""
    newest = await Conversation.page(church_id, limit=ROWS)
    waiting = await Conversation.page(church_id, needs_reply=True, limit=ROWS)
    rows = {row.dom_id: row for row in [*newest, *waiting]}
    older = [int(id) for id in (_row_number(dom_id) for dom_id in have) if id is not None]
    wanted = [id for id in older if f"conversation_{id}" not in rows]
    for row in await Conversation.of(church_id).filter(id__in=wanted):
        rows[row.dom_id] = row
    changed = [row for row in rows.values() if have.get(row.dom_id) != row.revision]
    html = [fragments.row(row) for row in changed if row.last_at]
    return Missed("".join([*html, fragments.counts(await count_needing_reply(church_id))]))


def _row_number(dom_id: str) -> int | None:
    number = dom_id.removeprefix("conversation_")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else None


async def _broadcast(broadcast_id: int) -> Missed:
    broadcast = await Broadcast.get(id=broadcast_id)
    return Missed(fragments.broadcast(broadcast, await broadcast.progress()))


async def _missed_broadcasts(church_id: int) -> Missed:
    newest = await Broadcast.filter(church_id=church_id).order_by("-id").limit(BROADCASTS)
    return Missed("".join([fragments.broadcast(one, await one.progress()) for one in newest]))
