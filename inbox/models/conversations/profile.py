"""What staff should know about a member while texting with them: a thread's details pane."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.functions import Sum
from tortoise.queryset import QuerySet

from inbox.models.conversation import Conversation
from inbox.models.group import Group
from inbox.models.message import Message
from inbox.models.scope import Viewer

MAX_BROADCASTS = 10
MAX_OTHERS = 20


@dataclass(frozen=True)
class Profile:
    """`broadcasts` are the copies that the member got, newest first; `since` is their first text;
    `received` and `sent` count the texts with them on all numbers that the viewer may see."""

    conversation: Conversation
    groups: list[Group]
    member_of: set[int]
    broadcasts: list[Message]
    others: list[Conversation]
    since: datetime | None
    received: int
    sent: int

    @classmethod
    async def of(cls, conversation: Conversation, viewer: Viewer) -> "Profile":
        member = conversation.member
        seen = Conversation.visible_to(viewer).filter(member_id=member.id)
        here = await seen.values_list("id", flat=True)
        texts = Message.filter(conversation_id__in=list(here))
        copies = texts.filter(broadcast_id__isnull=False).order_by("-id").limit(MAX_BROADCASTS)
        sent = texts.filter(kind="out").exclude(status__in=("scheduled", "canceled"))
        return cls(
            conversation=conversation,
            groups=await Group.all_of(conversation.church_id),
            member_of=await Group.ids_with(member),
            broadcasts=await copies.prefetch_related("broadcast"),
            others=await _others(conversation, seen),
            since=await _first_text(conversation),
            received=await _received(seen),
            sent=await sent.count(),
        )


async def _others(conversation: Conversation, seen: QuerySet[Conversation]) -> list[Conversation]:
    """The member's conversations with the church's other numbers."""
    said = Conversation.whole(seen).exclude(id=conversation.id).filter(last_at__isnull=False)
    return await said.order_by("-last_at").limit(MAX_OTHERS)


async def _first_text(conversation: Conversation) -> datetime | None:
    first = Message.filter(conversation_id=conversation.id, kind="in").order_by("position", "id")
    text = await first.first()
    return text.created_at if text else None


async def _received(seen: QuerySet[Conversation]) -> int:
    counted = seen.annotate(received=Sum("inbound_count"))
    # Count all rows as one group, whatever order the query has.
    [found] = await counted.group_by("member_id").values("received")
    return int(found["received"] or 0)
