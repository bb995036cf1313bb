"""What screens are drawn from. No viewer is passed: a room's audience decides who sees the result.

Only live/ may use it. tests/test_house.py makes all other code use finders that take a viewer.
"""

from collections.abc import Iterable

from inbox.models.conversation import Conversation
from inbox.models.conversations.thread import bubbles
from inbox.models.member import Member
from inbox.models.message import Message


async def drawn_conversations(ids: Iterable[int]) -> list[Conversation]:
    return await Conversation.whole().filter(id__in=list(ids))


async def drawn_bubbles(ids: Iterable[int]) -> list[Message]:
    """The bubbles with these ids; those of one conversation in the order of its thread."""
    return await bubbles().filter(id__in=list(ids)).order_by("position", "id")


async def conversation_ids_with(members: Iterable[Member]) -> dict[int, list[int]]:
    """By the member's id."""
    ids: dict[int, list[int]] = {member.id: [] for member in members}
    rows = await Conversation.filter(member_id__in=list(ids)).values("id", "member_id")
    for row in rows:
        ids[row["member_id"]].append(row["id"])
    return ids
