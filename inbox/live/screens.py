"""Tell the screens. Called on the line after a model's verb, once it is committed."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from inbox.live import fragments, rooms
from inbox.live.debouncer import Debouncer
from inbox.live.wire import wire
from inbox.models import Broadcast, Church, Conversation, Message, Staff
from inbox.models.broadcasts.progress import progress_of
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.drawing import drawn_bubbles, drawn_conversations
from inbox.models.outbox.moves import Changed, Settled
from inbox.models.scope import Scope
from inbox.placing import dom_id

# Counts are computed from the rows, at most a few times per second.
_soon = Debouncer(pause=0.25)
_next = Debouncer(pause=0)
# How many conversations are read at once.
MAX_AT_ONCE = 100


# A bubble and its HTML.
Drawn = tuple[Message, str]


@dataclass
class _Unshown:
    """What to show of one conversation; `rooms` are those of the lists it may be in."""

    church_id: int
    rooms: list[str]
    bubbles: set[int] = field(default_factory=set)
    row: bool = False


_ARRIVED = ("arrived",)
# By church: the rooms of those who may see texts that arrived since its counts were last shown.
_arrived: dict[int, set[str]] = {}
# Changes whose callers do not wait for the screens, by conversation id.
_unshown: dict[int, _Unshown] = {}


async def drain() -> None:
    """Wait until every screen has been told of everything so far."""
    await _next.drain()
    await _soon.drain()
    await wire().drain()


async def show_messages(conversation_id: int, messages: Iterable[Message | Changed]) -> list[str]:
    """Show these bubbles and their conversation's row on every screen; the bubbles' HTML."""
    drawn = await _drawn([message.id for message in messages])
    if drawn:
        await show_conversation(conversation_id, drawn)
    return [html for _, html in drawn]


def show_later(messages: Iterable[Message]) -> None:
    """The same without waiting. Messages of a burst are shown together."""
    for message in messages:
        _show_bubble_later(message)
        if message.answers_id:
            show_progress(message.answers_id)
        if message.is_inbound:
            _arrived.setdefault(message.church_id, set()).update(rooms.rails_with(message))


def _show_bubble_later(shown: Message | Changed) -> None:
    lists = rooms.inboxes_with(shown)
    unshown = _unshown.setdefault(shown.conversation_id, _Unshown(shown.church_id, lists))
    unshown.bubbles.add(shown.id)
    # A broadcast's copy changes nothing in its conversation's row.
    unshown.row |= not shown.broadcast_id
    _next.ask("messages", _show_unshown)
    show_counts(shown.church_id)


async def _show_unshown() -> None:
    while _unshown:
        some = dict(_unshown.popitem() for _ in range(min(len(_unshown), MAX_AT_ONCE)))
        opened, listed = await _seen(some)
        drawn = await _drawn([bubble for id in opened for bubble in some[id].bubbles])
        conversations = await _whole(opened | listed)
        for church_id in {one.church_id for one in some.values()}:
            await _soon.hurry(f"counts:{church_id}")
        # Nothing is awaited from here on, so that a change is one frame in every room.
        _put_bubbles(drawn)
        for conversation in conversations:
            if conversation.id in listed:
                _put_row(conversation)
            if conversation.id in opened:
                _put_around(conversation)
            # Rendering takes time, and other requests are waiting.
            await asyncio.sleep(0)


async def _seen(some: Mapping[int, _Unshown]) -> tuple[set[int], set[int]]:
    """Those of these conversations that someone has open, and those whose rows someone sees."""
    lists = {id: one.rooms for id, one in some.items() if one.row}
    heard = await wire().heard({*map(rooms.conversation, some), *chain(*lists.values())})
    opened = {id for id in some if rooms.conversation(id) in heard}
    return opened, {id for id, rooms_ in lists.items() if heard.intersection(rooms_)}


async def _whole(ids: set[int]) -> list[Conversation]:
    return await drawn_conversations(ids) if ids else []


async def _drawn(ids: Sequence[int]) -> list[Drawn]:
    """Read the messages again, with all that bubbles need: screens show what the database holds."""
    if not ids:
        return []
    shown = await drawn_bubbles(ids)
    churches = await Church.in_bulk({message.church_id for message in shown}, "id")
    return [(message, fragments.message(churches[message.church_id], message)) for message in shown]


def _put_bubbles(drawn: Iterable[Drawn]) -> None:
    for message, html in drawn:
        room = rooms.conversation(message.conversation_id)
        wire().put(room, dom_id(message), html, message.revision)


def show_settled_later(settled: Settled) -> None:
    for one in settled.messages:
        _show_bubble_later(one)
    _show_progress_of(settled)


async def show_settled(settled: Settled) -> None:
    """Show what a provider's report changed, including the broadcast's progress."""
    if not settled.messages:
        return
    await show_messages(settled.conversation_id, settled.messages)
    _show_progress_of(settled)


def _show_progress_of(settled: Settled) -> None:
    for broadcast_id in {m.broadcast_id for m in settled.messages if m.broadcast_id}:
        show_progress(broadcast_id)


async def show_triaged(conversation_id: int, lines: Iterable[Message]) -> list[str]:
    """Show a conversation's assignee and state, and the lines about them; all their HTML."""
    return await show_many([conversation_id], lines)


async def show_many(conversation_ids: Sequence[int], lines: Iterable[Message]) -> list[str]:
    """The same for several conversations, read together; the HTML of their rows and lines."""
    drawn = await _drawn([line.id for line in lines])
    conversations = await drawn_conversations(conversation_ids)
    html: list[str] = [line for _, line in drawn]
    _put_bubbles(drawn)
    for conversation in conversations:
        html += _put_conversation(conversation)
        # Rendering takes time, and other requests are waiting.
        await asyncio.sleep(0)
    return html


async def show_conversation(conversation_id: int, drawn: Iterable[Drawn] = ()) -> list[str]:
    """Show its row in every list, its head, the state of its composer, and the counts; their HTML.

    Bubbles in `drawn` go out in the same frame.
    """
    [conversation] = await drawn_conversations([conversation_id])
    _put_bubbles(drawn)
    return _put_conversation(conversation)


def _put_conversation(conversation: Conversation) -> list[str]:
    html = [*_put_around(conversation), _put_row(conversation)]
    show_counts(conversation.church_id)
    return html


def _put_around(conversation: Conversation) -> list[str]:
    """Put what is above and below the bubbles; its HTML."""
    room, church = rooms.conversation(conversation.id), conversation.church
    gate, head = fragments.gate(church, conversation), fragments.head(church, conversation)
    wire().put(room, f"gate_{conversation.id}", gate, conversation.revision)
    wire().put(room, f"head_{conversation.id}", head, conversation.revision)
    return [gate, head]


def _put_row(conversation: Conversation) -> str:
    row = fragments.row(conversation.church, conversation)
    for room in rooms.inboxes_with(conversation):
        wire().put(room, dom_id(conversation), row, conversation.revision)
    return row


def show_counts(church_id: int) -> None:
    """Show the counts beside the lists soon, and where a member's text has arrived."""

    async def show() -> None:
        arrived = _arrived.pop(church_id, set())
        staff = await Staff.here(church_id)
        for scope in {Scope.of(one) for one in staff}:
            if heard := await wire().heard((rooms.inbox(scope), rooms.counts(scope))):
                html = await _counts(scope, staff)
                for room in heard:
                    wire().put(room, "counts", html, news=_ARRIVED if room in arrived else ())

    _soon.ask(f"counts:{church_id}", show)


async def counts_of(scope: Scope) -> str:
    """The counts of all views, including personal ones, and what stops the whole church, if
    anything.

    Staff who have left are not counted for.
    """
    return await _counts(scope, await Staff.here(scope.church_id))


async def _counts(scope: Scope, staff: Sequence[Staff]) -> str:
    church = await Church.get(id=scope.church_id)
    ids = [one.id for one in staff]
    counts = fragments.counts(church, await count_views(scope), ids)
    return counts + fragments.banner(church)


def show_progress(broadcast_id: int) -> None:
    """Show a broadcast's progress soon."""

    async def show() -> None:
        broadcast = await Broadcast.get(id=broadcast_id)
        places = (*rooms.broadcast_lists_with(broadcast), rooms.broadcast(broadcast_id))
        if await wire().heard(places):
            await show_broadcast(broadcast)

    _soon.ask(f"broadcast:{broadcast_id}", show)


async def show_broadcast(broadcast: Broadcast) -> str:
    """Show its progress on every screen; the fragment's HTML."""
    church = await Church.get(id=broadcast.church_id)
    html = fragments.broadcast(church, (await progress_of([broadcast]))[0])
    element = f"broadcast_{broadcast.id}"
    for room in (*rooms.broadcast_lists_with(broadcast), rooms.broadcast(broadcast.id)):
        wire().put(room, element, html)
    show_counts(broadcast.church_id)
    return html


async def show_church(church_id: int) -> None:
    """Tell every screen of this church to catch up, since much has changed at once."""
    for scope in {Scope.of(one) for one in await Staff.here(church_id)}:
        await wire().tell(rooms.inbox(scope), "look", {})


async def show_read(staff_id: int, conversation_id: int, inbound_read: int) -> None:
    """Tell this person's tabs that the conversation has been read."""
    read = {"conversation": conversation_id, "inbound_read": inbound_read}
    await wire().tell(rooms.staff(staff_id), "read", read)


async def show_unread(staff_id: int, conversation_id: int, inbound_read: int) -> None:
    """Tell this person's tabs that they marked the conversation as unread."""
    unread = {"conversation": conversation_id, "inbound_read": inbound_read}
    await wire().tell(rooms.staff(staff_id), "unread", unread)


async def show_draft(staff_id: int, conversation_id: int, kind: str, body: str) -> None:
    """Tell this person's tabs what they have begun to write."""
    draft = {"conversation": conversation_id, "kind": kind, "body": body}
    await wire().tell(rooms.staff(staff_id), "draft", draft)
