"""Receipts: what the provider says of the texts it took, in any order and by the thousand."""

from dataclasses import dataclass

from inbox import db
from inbox.batching import Batcher
from inbox.clock import now
from inbox.models.change import change_many
from inbox.models.message import Message
from inbox.models.outbox.outcomes import FIRST_ASK, Settled, climb
from inbox.rules import ladder


async def settle(
    church_id: int, *, key: str | None, sid: str, status: str, code: str | None
) -> Settled | None:
    """Apply a receipt. It climbs the ladder or changes nothing, whatever the order and number.

    Found by our own key when it came back to us, else by the provider's sid. None: not ours.
    """
    if key and not code:
        # As nearly all of them are, and broadcasts bring them by the thousand.
        settled = await _climbing.submit(_Step(church_id, key, sid, status), lane=church_id)
        if settled:
            return settled
    message = await _mine(church_id, key, sid)
    if message is None or message.provider_sid not in (None, sid):
        return None
    return await climb(message, sid, status, code)


async def _mine(church_id: int, key: str | None, sid: str) -> Message | None:
    ours = Message.filter(church_id=church_id, kind="out")
    return await (ours.get_or_none(key=key) if key else ours.get_or_none(provider_sid=sid))


@dataclass(frozen=True)
class _Step:
    """How far the provider says that a text got."""

    church_id: int
    key: str
    sid: str
    status: str


@dataclass(frozen=True)
class _Climb:
    """A step of a text that the provider has named to us already."""

    message: Message
    status: str
    settled: Settled

    @property
    def is_up(self) -> bool:
        return self.message.status in ladder.below(self.status)


async def _climb_all(steps: list[_Step]) -> list[Settled | None]:
    """Steps of one church's texts. None for what is not a climb."""
    climbs = await _climbs(steps)
    up = [one for one in climbs if one and one.is_up]
    for number_id in {one.message.phone_number_id for one in up}:
        await _climb_together(
            number_id, [one for one in up if one.message.phone_number_id == number_id]
        )
    return [one.settled if one else None for one in climbs]


async def _climbs(steps: list[_Step]) -> list[_Climb | None]:
    named = await _named(steps[0].church_id, [step.key for step in steps])
    messages = [named.get((step.key, step.sid)) for step in steps]
    return [
        # One that was in doubt goes its way alone, for others may have waited for it.
        _Climb(message, step.status, Settled(message.conversation_id))
        if message and message.status != "unconfirmed"
        else None
        for step, message in zip(steps, messages, strict=True)
    ]


async def _named(church_id: int, keys: list[str]) -> dict[tuple[str, str | None], Message]:
    """By their keys and the provider's names. Only what a step and the screens need of each is
    read: whole models would be a third of the time that a receipt takes.
    """
    several = db.padded(keys)
    found = await db.rows(
        "select id, key, provider_sid, status, church_id, conversation_id, phone_number_id, "
        # The sign keeps SQLite from walking through all texts of the church instead of the keys.
        "broadcast_id from message where +church_id = ? and kind = 'out' "
        f"and key in ({db.marks(several)})",
        church_id,
        *several,
    )
    plain, named = Message(kind="out"), {}
    for row in found:
        message = plain.clone()
        for column, value in row.items():
            setattr(message, column, value)
        named[message.key, message.provider_sid] = message
    return named


async def _climb_together(number_id: int, climbs: list[_Climb]) -> None:
    async with change_many(number_id, [one.message.conversation_id for one in climbs]):
        # Of several steps of one text the lower goes first.
        for status in sorted({one.status for one in climbs}, key=ladder.RANK.__getitem__):
            some = {one.message.id: one for one in climbs if one.status == status}
            for id, revision in (await _move_all(list(some), status)).items():
                message = some[id].message
                message.status, message.revision = status, revision
                some[id].settled.messages.append(message)


async def _move_all(ids: list[int], status: str) -> dict[int, int]:
    """The revisions of those that this moved, by their ids."""
    lower, is_final = ladder.below(status), status in ladder.FINAL
    several = db.padded(ids)
    moved = await db.rows(
        "update message set status = ?, error_code = null, claim = null, ask_after = ?, "
        "settled_at = ?, revision = (select revision from conversation "
        "where conversation.id = message.conversation_id) "
        f"where id in ({db.marks(several)}) and status in ({db.marks(lower)}) "
        "returning id, revision",
        status,
        None if is_final else now() + FIRST_ASK,
        now() if is_final else None,
        *several,
        *lower,
    )
    if moved:
        await show_in_rows([row["id"] for row in moved])
    return {row["id"]: row["revision"] for row in moved}


async def show_in_rows(ids: list[int]) -> None:
    """Where one of these is its conversation's newest, the row tells of its status."""
    several = db.padded(ids)
    await db.rows(
        "update conversation set last_status = message.status from message "
        "where conversation.id = message.conversation_id "
        "and conversation.last_message_id = message.id "
        f"and message.id in ({db.marks(several)}) returning conversation.id",
        *several,
    )


_climbing = Batcher(_climb_all)
