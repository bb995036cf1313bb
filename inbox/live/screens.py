"""Tell the screens. Called on the line after a model's verb, once it is committed."""

from collections.abc import Iterable

from inbox.live import fragments, rooms
from inbox.live.soon import Soon
from inbox.live.wire import wire
from inbox.models import Broadcast, Conversation, Message
from inbox.models.outbox import Settled

# Counts are made from the rows themselves, a few times a second at the most.
_soon = Soon(pause=0.25)


async def drain() -> None:
    """Every screen has been told of everything so far."""
    await _soon.drain()
    await wire().drain()


async def show_messages(conversation_id: int, messages: Iterable[Message]) -> list[str]:
    """Show these bubbles, and their conversation's row, on every screen; the bubbles' HTML."""
    ids = [message.id for message in messages]
    if not ids:
        return []
    # Read again: what the screen shows is what the database holds, with all that a bubble needs.
    shown = (
        await Message.filter(id__in=ids)
        .order_by("id")
        .select_related("author")
        .prefetch_related("pictures")
    )
    html = [fragments.message(message) for message in shown]
    room = rooms.conversation(conversation_id)
    for message, fragment in zip(shown, html, strict=True):
        wire().put(room, message.dom_id, fragment)
    await show_conversation(conversation_id)
    return html


async def show_settled(settled: Settled) -> None:
    """Show what the provider's word changed, the broadcast's progress included."""
    if not settled.messages:
        return
    await show_messages(settled.conversation_id, settled.messages)
    for broadcast_id in {m.broadcast_id for m in settled.messages if m.broadcast_id}:
        show_progress(broadcast_id)


async def show_conversation(conversation_id: int) -> None:
    """Its row in every list, the state of its composer, and the counts beside the lists."""
    conversation = (
        await Conversation.filter(id=conversation_id)
        .select_related("member", "phone_number", "church")
        .get()
    )
    room = rooms.conversation(conversation_id)
    wire().put(room, f"gate_{conversation_id}", fragments.gate(conversation))
    if conversation.last_at:
        church = rooms.inbox(conversation.church_id)
        wire().put(church, conversation.dom_id, fragments.row(conversation))
        show_counts(conversation.church_id)


def show_counts(church_id: int) -> None:
    """The counts beside the lists, soon."""

    async def show() -> None:
        html = fragments.counts(await count_needing_reply(church_id))
        wire().put(rooms.inbox(church_id), "counts", html)
        wire().put(rooms.counts(church_id), "counts", html)

    _soon.ask(f"counts:{church_id}", show)


async def count_needing_reply(church_id: int) -> int:
    return await Conversation.filter(church_id=church_id, needs_reply_since__isnull=False).count()


def show_progress(broadcast_id: int) -> None:
    """A broadcast's progress, soon."""

    async def show() -> None:
        await show_broadcast(await Broadcast.get(id=broadcast_id))

    _soon.ask(f"broadcast:{broadcast_id}", show)


async def show_broadcast(broadcast: Broadcast) -> str:
    """Its progress on every screen; the fragment's HTML."""
    html = fragments.broadcast(broadcast, await broadcast.progress())
    element = f"broadcast_{broadcast.id}"
    wire().put(rooms.broadcasts(broadcast.church_id), element, html)
    wire().put(rooms.broadcast(broadcast.id), element, html)
    return html


async def show_church(church_id: int) -> None:
    """Much has changed at once: every screen of this church looks for what it does not have."""
    await wire().tell(rooms.inbox(church_id), "look", {})


async def show_read(staff_id: int, conversation_id: int, inbound_read: int) -> None:
    """One person's own tabs: this conversation has been read."""
    read = {"conversation": conversation_id, "inbound_read": inbound_read}
    await wire().tell(rooms.staff(staff_id), "read", read)
