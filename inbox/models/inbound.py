"""A text arrives: it is stored in its member's conversation, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from inbox.models.change import change
from inbox.models.conversation import PREVIEW_LENGTH, Conversation
from inbox.models.media import Media
from inbox.models.member import Member
from inbox.models.message import Message, new_key, now
from inbox.models.phone_number import PhoneNumber
from inbox.rules.keywords import consent_word

ConsentEvent = Literal["opted_out", "opted_in", "asked_help"]


@dataclass
class Received:
    """What one text changed: its conversation, and the bubbles to show, oldest first."""

    conversation: Conversation
    messages: list[Message] = field(default_factory=list)


async def receive(
    phone_number: PhoneNumber,
    *,
    sid: str,
    from_: str,
    body: str,
    attachments: Sequence[tuple[str, str]] = (),
    opt_out_type: str | None = None,
) -> Received | None:
    """Store an inbound text, with its attachments as pairs of address and content type.

    `opt_out_type` is the provider's own reading of the text: "stop", "start", "help" or None.
    None if a text with this sid is already here: it was delivered twice, and is one message.
    """
    if await _is_here(phone_number, sid):
        return None
    member = await Member.with_phone(phone_number.church_id, from_)
    conversation = await Conversation.between(member, phone_number)
    word = opt_out_type or consent_word(body)
    try:
        return await _store(conversation, member, sid, body, attachments, word)
    except IntegrityError:
        # The same text came in twice at the same moment, and the other was stored first.
        if await _is_here(phone_number, sid):
            return None
        raise


async def _is_here(phone_number: PhoneNumber, sid: str) -> bool:
    return await Message.exists(church_id=phone_number.church_id, provider_sid=sid)


async def _store(
    conversation: Conversation,
    member: Member,
    sid: str,
    body: str,
    attachments: Sequence[tuple[str, str]],
    word: str | None,
) -> Received:
    received = Received(conversation)
    async with change(conversation.id) as revision:
        message = await Message.create(
            church_id=conversation.church_id,
            conversation=conversation,
            phone_number_id=conversation.phone_number_id,
            direction="in",
            body=body,
            status="received",
            key=new_key(),
            provider_sid=sid,
            revision=revision,
        )
        received.messages.append(message)
        for address, content_type in attachments:
            await Media.create(
                church_id=conversation.church_id,
                message=message,
                provider_url=address,
                content_type=content_type[:100],
            )
        # Somebody who texts us can evidently be reached.
        await member.note_unreachable(None)
        event = await _apply_consent(member, word)
        if event:
            received.messages.append(await add_event(conversation, event, revision))
        await _lift(conversation, message, owes_answer=word != "stop" and event != "opted_in")
    return received


async def _apply_consent(member: Member, word: str | None) -> ConsentEvent | None:
    """What the word changed, or asks for."""
    if word == "stop" and await member.opt_out():
        return "opted_out"
    # "Yes" is a START word, but from somebody who never stopped it is an answer.
    if word == "start" and await member.opt_in():
        return "opted_in"
    return "asked_help" if word == "help" else None


async def add_event(conversation: Conversation, event: str, revision: int) -> Message:
    """A line in the conversation about the conversation itself; inside `change`."""
    return await Message.create(
        church_id=conversation.church_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        direction="event",
        event=event,
        status="received",
        key=new_key(),
        revision=revision,
    )


async def _lift(conversation: Conversation, message: Message, owes_answer: bool) -> None:
    here = Conversation.filter(id=conversation.id)
    await here.update(
        last_message_id=message.id,
        last_at=message.created_at,
        last_body=message.body[:PREVIEW_LENGTH],
        last_direction="in",
        last_status="received",
        inbound_count=F("inbound_count") + 1,
    )
    if owes_answer:
        # The wait counts from the first text that was not answered.
        await here.filter(needs_reply_since=None).update(needs_reply_since=now())
