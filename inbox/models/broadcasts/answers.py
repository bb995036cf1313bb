"""Answers to broadcasts: a member's texts after they got one, until staff reply."""

from collections.abc import Sequence
from datetime import timedelta

from inbox import db
from inbox.clock import now
from inbox.models.message import Message

# Later texts are about something else.
COUNTS_FOR = timedelta(days=7)


async def note_answers(messages: Sequence[Message]) -> None:
    """Record these inbound texts as answers to the last broadcast sent there; inside `change`."""
    if not messages:
        return
    noted = await db.rows(
        "update message set answers_id = conversation.answering_id from conversation, broadcast "
        "where conversation.id = message.conversation_id "
        "and broadcast.id = conversation.answering_id and broadcast.send_after > ? "
        f"and message.id in ({db.marks(messages)}) returning message.id, message.answers_id",
        now() - COUNTS_FOR,
        *(message.id for message in messages),
    )
    answers = {row["id"]: row["answers_id"] for row in noted}
    for message in messages:
        message.answers_id = answers.get(message.id)
