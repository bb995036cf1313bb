"""Rooms: each has an audience, which its name says. What is put in a room, all of it may see.

Who may enter is decided from the database, at every join, by `may_enter` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.models import Broadcast, Conversation, Staff
from inbox.models.permissions import Action, may
from inbox.models.scope import Row, Scope
from inbox.rules.ids import an_id


@dataclass(frozen=True)
class Room:
    """What a browser asks for, such as "conversation:7", and the wire's own name for it. The `id`
    is 0 for the rooms of lists."""

    noun: str
    id: int
    name: str


def inbox(scope: Scope) -> str:
    """Those who look at a list of the conversations in this scope."""
    return f"{scope.name}:inbox"


def counts(scope: Scope) -> str:
    """Those who look at another page; its rail counts the conversations in this scope."""
    return f"{scope.name}:counts"


def broadcasts(scope: Scope) -> str:
    """Those who look at the list of the broadcasts in this scope."""
    return f"{scope.name}:broadcasts"


def conversation(conversation_id: int) -> str:
    """Those who have it open, and may see it."""
    return f"conversation:{conversation_id}"


def broadcast(broadcast_id: int) -> str:
    """Those who have it open, and may see it."""
    return f"broadcast:{broadcast_id}"


def staff(staff_id: int) -> str:
    """Every tab of one person."""
    return f"staff:{staff_id}"


def inboxes_with(row: Row) -> list[str]:
    """The lists in which this conversation may stand."""
    return [inbox(scope) for scope in Scope.all_of(row)]


def rails_with(row: Row) -> list[str]:
    """Every page, the lists included, of those who see this conversation."""
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
    """The room, if this person may be in it. The rooms of lists are found by the person."""
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
