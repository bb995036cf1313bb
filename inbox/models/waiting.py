"""Who waits for an answer, and who waits longest."""

from inbox.models.conversation import Conversation


async def longest_waiting(church_id: int, but: int | None = None) -> Conversation | None:
    """Of this church's conversations that need a reply; other than the one of this id."""
    waiting = Conversation.filter(church_id=church_id, needs_reply_since__isnull=False)
    if but is not None:
        waiting = waiting.exclude(id=but)
    return await waiting.order_by("needs_reply_since", "id").first()
