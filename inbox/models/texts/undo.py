"""Undo: a text is withdrawn before it goes, as if it had never been written."""

from dataclasses import dataclass

from tortoise.queryset import QuerySet

from inbox.models.change import change
from inbox.models.conversation import Conversation
from inbox.models.conversations.triage import take_up
from inbox.models.media import note_attachments
from inbox.models.message import REPLY_PRIORITY, Message, add_event, below
from inbox.models.outbox.moves import Move, move
from inbox.models.staff import Staff
from inbox.models.texts.reply import lift
from inbox.models.texts.scheduled import note_next
from inbox.rules.refusals import CannotSend

# How long a reply waits to be sent, as its author chooses: 0 for no undo.
UNDO_SECONDS = (0, 5, 10, 20)
# What its author did along with a reply, or right after it.
ALONG = ("helped_out", "done", "snoozed")


@dataclass
class Undone:
    """The undone text, for whoever undid it, and the bubbles and lines that changed."""

    body: str
    messages: list[Message]


async def undo(message: Message, *, by: Staff) -> Undone:
    """Undo a scheduled text, or a queued one whose hand-over has not begun.

    If several people press Undo, the first gets the text back. Raises CannotSend for the others,
    and if it is too late.
    """
    async with change(message.conversation_id) as revision:
        text = await Message.get_or_none(id=message.id)
        if text and text.is_undone:
            raise CannotSend("already_undone")
        if text is None or not await _withdraw(text):
            raise CannotSend("not_waiting")
        here = await Conversation.get(id=text.conversation_id)
        changed = [text, *await _may_be_retried(text, revision)]
        if text.status == "scheduled":
            await note_next(here.id)
        else:
            await _go_on(here, text)
            changed += await _undo_along(here, text, revision, by)
        if here.last_message_id == text.id:
            newest = await _newest(here)
            await lift(here, newest)
            if newest and newest.is_inbound:
                await note_attachments(newest)
    return Undone(text.body, changed)


async def _withdraw(text: Message) -> bool:
    """Withdraw the text unless a worker claims it at this moment. True if we were first."""
    may_be = text.status in ("scheduled", "queued") and text.priority == REPLY_PRIORITY
    if not may_be or not text.is_outbound:
        return False
    changed = await move(
        [
            Move(
                id=text.id,
                conversation_id=text.conversation_id,
                phone_number_id=text.phone_number_id,
                was=text.status,
                start=(text.status,),
                to="canceled",
                known={"claim": None, "first_attempted_at": None},
                columns={
                    "kind": "undone",
                    "body": "",
                    "send_after": None,
                    "scheduled_for": None,
                    "retry_of_id": None,
                },
            )
        ]
    )
    return bool(changed)


async def _may_be_retried(text: Message, revision: int) -> list[Message]:
    """Let the failed text that this one retried be retried again."""
    if text.retry_of_id is None:
        return []
    failed = Message.filter(id=text.retry_of_id)
    await failed.update(retried=False, revision=revision)
    return await failed


async def _go_on(here: Conversation, text: Message) -> None:
    """Resume what the reply ended, or leave that to the next reply, if one remains."""
    replies = Message.filter(conversation_id=here.id, kind="out", priority=REPLY_PRIORITY)
    behind = below(replies.exclude(status="scheduled"), text.place)
    later = await behind.order_by("position", "id").first()
    if text.owed_since:
        await _owe_again(here, text, later)
    if text.was_answering:
        await _answer_again(here, text, later)


async def _owe_again(here: Conversation, text: Message, later: Message | None) -> None:
    if later:
        await Message.filter(id=later.id).update(owed_since=text.owed_since)
        return
    owed = "needs_reply_since" if here.state == "open" else "owed_since"
    await Conversation.filter(id=here.id).update(**{owed: text.owed_since})
    setattr(here, owed, text.owed_since)


async def _answer_again(here: Conversation, text: Message, later: Message | None) -> None:
    """Make the member's next text answer the broadcast again, unless they have got another one."""
    if later:
        unknown = Message.filter(id=later.id, was_answering=None)
        await unknown.update(was_answering=text.was_answering)
        return
    await Conversation.filter(id=here.id, answering_id=None).update(answering_id=text.was_answering)


async def _undo_along(here: Conversation, text: Message, revision: int, by: Staff) -> list[Message]:
    """Undo the `helped_out` line, and reopen a conversation that was set aside with the reply."""
    lines = await _lines_after(text)
    helped = [line.id for line in lines if line.event == "helped_out"]
    await Message.filter(id__in=helped).update(kind="undone", revision=revision)
    changed = await Message.filter(id__in=helped)
    if here.state != "open" and len(lines) > len(helped):
        event = "reopened" if here.state == "done" else "woke"
        await take_up(here)
        changed.append(await add_event(here, event, revision, by=by))
    return changed


def _lines_after(text: Message) -> QuerySet[Message]:
    lines = Message.filter(
        conversation_id=text.conversation_id,
        author_id=text.author_id,
        kind="event",
        event__in=ALONG,
    )
    return below(lines, text.place)


async def _newest(here: Conversation) -> Message | None:
    said = Message.filter(conversation_id=here.id, kind__in=("in", "out"), priority=REPLY_PRIORITY)
    return await said.exclude(status="scheduled").order_by("-position", "-id").first()
