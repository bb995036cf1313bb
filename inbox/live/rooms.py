"""The names of rooms, and who may enter them: decided from the database, at every join."""

from dataclasses import dataclass

from inbox.models import Broadcast, Conversation, Staff
from inbox.rules.ids import an_id


@dataclass(frozen=True)
class Room:
    """What a browser asks for, such as "conversation:7", and the wire's own name for it."""

    noun: str
    id: int
    name: str


def inbox(church_id: int) -> str:
    return f"church:{church_id}:inbox"


def counts(church_id: int) -> str:
    return f"church:{church_id}:counts"


def broadcasts(church_id: int) -> str:
    return f"church:{church_id}:broadcasts"


def conversation(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def broadcast(broadcast_id: int) -> str:
    return f"broadcast:{broadcast_id}"


def staff(staff_id: int) -> str:
    """Every tab of one person."""
    return f"staff:{staff_id}"


CHURCH_ROOMS = {"inbox": inbox, "counts": counts, "broadcasts": broadcasts}


async def may_enter(person: Staff, asked: str) -> Room | None:
    """The room, if this person may be in it. A church's own rooms are found by the person."""
    noun, _, number = asked.partition(":")
    if asked in CHURCH_ROOMS:
        return Room(noun, person.church_id, CHURCH_ROOMS[asked](person.church_id))
    id = an_id(number)
    if id is None:
        return None
    if noun == "conversation" and await Conversation.exists(id=id, church_id=person.church_id):
        return Room(noun, id, conversation(id))
    if noun == "broadcast" and await Broadcast.exists(id=id, church_id=person.church_id):
        return Room(noun, id, broadcast(id))
    return None
