"""Finders: a row by its id, if the viewer may see it. The web and the API share them.

To viewers, a row that they may not see does not exist. Each finder raises NotFound.
"""

from collections.abc import Iterable
from typing import TypeVar

from inbox.models.api_token import ApiToken
from inbox.models.broadcast import Broadcast
from inbox.models.conversation import Conversation
from inbox.models.group import Group
from inbox.models.media import Media
from inbox.models.member import Member
from inbox.models.message import Message
from inbox.models.phone_number import PhoneNumber
from inbox.models.saved_reply import SavedReply
from inbox.models.scope import Scope, Viewer
from inbox.models.staff import Staff

Row = TypeVar("Row")


class NotFound(Exception):
    """There is no such row, or the viewer may not see it."""


async def find_conversation(viewer: Viewer, id: int) -> Conversation:
    """A conversation with its member, number, and church."""
    seen = Conversation.whole(Conversation.visible_to(viewer))
    return _found(await seen.get_or_none(id=id))


async def find_conversations(viewer: Viewer, ids: Iterable[int]) -> list[Conversation]:
    """Those of these conversations that the viewer may see."""
    wanted = list(ids)
    if not wanted:
        return []
    seen = Conversation.whole(Conversation.visible_to(viewer))
    return await seen.filter(id__in=wanted)


async def find_member(viewer: Viewer, id: int | None) -> Member:
    return _found(await Member.get_or_none(id=id or 0, church_id=viewer.church_id))


async def find_members_by_id(viewer: Viewer, ids: Iterable[int]) -> list[Member]:
    """Those of these members that belong to the church."""
    return await Member.filter(church_id=viewer.church_id, id__in=list(ids))


async def find_group(viewer: Viewer, id: int | None) -> Group:
    return _found(await Group.get_or_none(id=id or 0, church_id=viewer.church_id))


async def find_broadcast(viewer: Viewer, id: int) -> Broadcast:
    """A broadcast with its author."""
    seen = Broadcast.visible_to(viewer).select_related("author")
    return _found(await seen.get_or_none(id=id))


async def find_broadcast_with(viewer: Viewer, key: str) -> Broadcast:
    return _found(await Broadcast.visible_to(viewer).get_or_none(key=key))


async def find_colleague(viewer: Viewer, id: int | None) -> Staff:
    """A member of the church's staff who has not left."""
    return _found(await Staff.get_or_none(id=id or 0, church_id=viewer.church_id, left_at=None))


async def find_staff(viewer: Viewer, id: int | None) -> Staff:
    """A member of the church's staff, also one who has left."""
    return _found(await Staff.get_or_none(id=id or 0, church_id=viewer.church_id))


async def find_saved_reply(viewer: Viewer, id: int) -> SavedReply:
    return _found(await SavedReply.get_or_none(id=id, church_id=viewer.church_id))


async def find_api_token(viewer: Viewer, id: int) -> ApiToken:
    """A token that has not been revoked."""
    living = ApiToken.filter(church_id=viewer.church_id, revoked_at=None)
    return _found(await living.get_or_none(id=id))


async def find_bubble(conversation: Conversation, id: int) -> Message:
    """Any bubble in a conversation that has already been found."""
    return _found(await Message.get_or_none(id=id, conversation_id=conversation.id))


async def find_text(conversation: Conversation, id: int) -> Message:
    """A text to the member, or what is left of an undone one, with its conversation."""
    texts = Message.filter(conversation_id=conversation.id, kind__in=("out", "undone"))
    message = _found(await texts.get_or_none(id=id))
    message.conversation = conversation
    return message


async def find_media(viewer: Viewer, id: int) -> Media:
    """An attachment whose file is stored here."""
    seen = Media.filter(Scope.of(viewer).condition("message__conversation__"))
    return _found(await seen.get_or_none(id=id, status="stored"))


async def find_main_number(viewer: Viewer) -> PhoneNumber:
    """The number for this viewer's new conversations: the church's main one, or the only one they
    see."""
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
