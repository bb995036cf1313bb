"""Receipts: what the provider says of the texts it took, in any order and by the thousand."""

from collections.abc import Sequence
from dataclasses import dataclass

from inbox import db
from inbox.models.change import change_many
from inbox.models.conversation import Conversation
from inbox.models.message import Message, now
from inbox.models.outbox import FIRST_ASK, Settled, climb
from inbox.models.together import Together
from inbox.rules import ladder


async def settle(
    church_id: int, *, key: str | None, sid: str, status: str, code: str | None
) -> Settled | None:
    """Apply a receipt. It climbs the ladder or changes nothing, whatever the order and number.

    Found by our own key when it came back to us, else by the provider's sid. None: not ours.
    """
    message = await _mine(church_id, key, sid)
    if message is None or message.provider_sid not in (None, sid):
        return None
    if message.provider_sid and not code:
        # As nearly all of them are, and broadcasts bring them by the thousand.
        step = _Step(message, status)
        where = message.phone_number_id, message.conversation_id
        return await _climbing.ask(step, lane=where[0], apart=where[1])
    return await climb(message, sid, status, code)


async def _mine(church_id: int, key: str | None, sid: str) -> Message | None:
    if key:
        return await _by_key.ask((church_id, key))
    return await Message.get_or_none(church_id=church_id, direction="out", provider_sid=sid)


async def _those_with(keys: list[tuple[int, str]]) -> list[Message | None]:
    """The outbound texts with these keys, each if it is that church's."""
    asked = Message.filter(key__in=[key for _, key in keys], direction="out")
    found = {(message.church_id, message.key): message for message in await asked}
    return [found.get(key) for key in keys]


@dataclass(frozen=True)
class _Step:
    """A text that the provider has named already, and how far it says that it got."""

    message: Message
    status: str

    @property
    def is_up(self) -> bool:
        return self.message.status in ladder.below(self.status)


async def _climb_all(steps: list[_Step]) -> list[Settled]:
    """Texts of one number, each in another conversation, in one transaction."""
    settled = {step.message.id: Settled(step.message.conversation_id) for step in steps}
    up = [step for step in steps if step.is_up]
    if up:
        number_id = up[0].message.phone_number_id
        async with change_many(number_id, [step.message.conversation_id for step in up]):
            for status in {step.status for step in up}:
                messages = [step.message for step in up if step.status == status]
                for moved in await _move_all(messages, status):
                    settled[moved.id].messages.append(moved)
    return [settled[step.message.id] for step in steps]


async def _move_all(messages: list[Message], status: str) -> list[Message]:
    """Those that this moved."""
    lower = ladder.below(status)
    is_final = status in ladder.FINAL
    moved = await db.rows(
        "update message set status = ?, error_code = null, claim = null, ask_after = ?, "
        "settled_at = ?, revision = (select revision from conversation "
        "where conversation.id = message.conversation_id) "
        f"where id in ({_marks(messages)}) and status in ({_marks(lower)}) returning id, revision",
        status,
        None if is_final else now() + FIRST_ASK,
        now() if is_final else None,
        *(message.id for message in messages),
        *lower,
    )
    await Conversation.filter(
        id__in=[message.conversation_id for message in messages],
        last_message_id__in=[row["id"] for row in moved],
    ).update(last_status=status)
    revisions = {row["id"]: row["revision"] for row in moved}
    for message in messages:
        if message.id in revisions:
            message.status, message.revision = status, revisions[message.id]
    return [message for message in messages if message.id in revisions]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)


_by_key = Together(_those_with)
_climbing = Together(_climb_all)
