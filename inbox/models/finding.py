"""Finders: a row by its id, if whoever looks may see it. The web and the API share them.

What somebody may not see is not there: nobody learns that it exists. Each raises NotFound.
"""

from collections.abc import Iterable
from typing import TypeVar

from inbox.models.conversation import Conversation
from inbox.models.media import Media
from inbox.models.message import Message
from inbox.models.phone_number import PhoneNumber
from inbox.models.scope import Scope, Viewer

Row = TypeVar("Row")


class NotFound(Exception):
    """There is no such row, or it is not for whoever looks."""


async def find_conversation(viewer: Viewer, id: int) -> Conversation:
    """With its member, number and church."""
    seen = Conversation.whole(Conversation.visible_to(viewer))
    return _found(await seen.get_or_none(id=id))


async def find_conversations(viewer: Viewer, ids: Iterable[int]) -> list[Conversation]:
    """Those of them that this viewer sees."""
    seen = Conversation.whole(Conversation.visible_to(viewer))
    return await seen.filter(id__in=list(ids))


async def find_bubble(conversation: Conversation, id: int) -> Message:
    """Any bubble of a conversation that was found."""
    return _found(await Message.get_or_none(id=id, conversation_id=conversation.id))


async def find_text(conversation: Conversation, id: int) -> Message:
    """A text to the member, or what is left of one; with its conversation."""
    texts = Message.filter(conversation_id=conversation.id, kind__in=("out", "undone"))
    message = _found(await texts.get_or_none(id=id))
    message.conversation = conversation
    return message


async def find_media(viewer: Viewer, id: int) -> Media:
    """An attachment whose file is here."""
    seen = Media.filter(Scope.of(viewer).condition("message__conversation__"))
    return _found(await seen.get_or_none(id=id, status="stored"))


async def find_main_number(viewer: Viewer) -> PhoneNumber:
    """The number with which this viewer begins conversations: the one connected last."""
    scope = Scope.of(viewer)
    if scope.phone_number_id is None:
        return _found(await PhoneNumber.main(scope.church_id))
    return _found(
        await PhoneNumber.get_or_none(id=scope.phone_number_id, church_id=scope.church_id)
    )


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row
