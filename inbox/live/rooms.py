"""Rooms: the name of a room says who may be in it, and they may see everything put there.

Only `may_enter` decides who may enter, from the database, at every join.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.models import Broadcast, Conversation, Staff
from inbox.models.permissions import Action, may
from inbox.models.scope import Row, Scope
from inbox.rules.ids import an_id


@dataclass(frozen=True)
class Room:
    """What a browser asks for, such as "conversation:7", and the name of the room on the wire. The
    `id` is 0 for the rooms of lists."""

    noun: str
    id: int
    name: str


def inbox(scope: Scope) -> str:
    """Screens with a list of the conversations in this scope."""
    return f"{scope.name}:inbox"


def counts(scope: Scope) -> str:
    """Other screens, whose rail counts the conversations in this scope."""
    return f"{scope.name}:counts"


def broadcasts(scope: Scope) -> str:
    """Screens with the list of the broadcasts in this scope."""
    return f"{scope.name}:broadcasts"


def conversation(conversation_id: int) -> str:
    """Screens that have it open and may see it."""
    return f"conversation:{conversation_id}"


def broadcast(broadcast_id: int) -> str:
    """Screens that have it open and may see it."""
    return f"broadcast:{broadcast_id}"


def staff(staff_id: int) -> str:
    """All of one person's tabs."""
    return f"staff:{staff_id}"


def inboxes_with(row: Row) -> list[str]:
    """The rooms of lists that this conversation may be in."""
    return [inbox(scope) for scope in Scope.all_of(row)]


def rails_with(row: Row) -> list[str]:
    """The rooms of every page, including lists, of staff who may see this conversation."""
    return [room for scope in Scope.all_of(row) for room in (inbox(scope), counts(scope))]


def broadcast_lists_with(row: Row) -> list[str]:
    return [broadcasts(scope) for scope in Scope.all_of(row)]


_OF_SCOPE = {"inbox": inbox, "counts": counts, "broadcasts": broadcasts}
NEEDS: Mapping[str, Action] = {
    "inbox": "read_conversations",
    "counts": "read_conversations",
    "conversation": "read_conversations",
    "broadcasts": "read_broadcasts",
    "broadcast": "read_broadcasts",
}


async def may_enter(person: Staff, asked: str) -> Room | None:
    """The room, if this person may enter it. The rooms of lists depend on the person."""
    noun, _, number = asked.partition(":")
    if noun not in NEEDS or not may(person, NEEDS[noun]):
        return None
    if asked in _OF_SCOPE:
        return Room(noun, 0, _OF_SCOPE[asked](Scope.of(person)))
    id = an_id(number)
    if id is None:
        return None
    if noun == "conversation" and await Conversation.visible_to(person).filter(id=id).exists():
        return Room(noun, id, conversation(id))
    if noun == "broadcast" and await Broadcast.visible_to(person).filter(id=id).exists():
        return Room(noun, id, broadcast(id))
    return None
