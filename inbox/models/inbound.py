"""A text arrives: it is stored in its member's conversation, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tortoise.exceptions import IntegrityError

from inbox import db
from inbox.models.change import change_many
from inbox.models.conversation import PREVIEW_LENGTH, Conversation
from inbox.models.media import Media
from inbox.models.member import Member
from inbox.models.message import Message, add_event, new_key, now
from inbox.models.phone_number import PhoneNumber
from inbox.models.together import Together
from inbox.models.triage import open_again
from inbox.rules.keywords import consent_word

ConsentEvent = Literal["opted_out", "opted_in", "asked_help"]


@dataclass
class Received:
    """What one text changed: its conversation, and the bubbles to show, oldest first."""

    conversation: Conversation
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class _Text:
    phone_number: PhoneNumber
    sid: str
    from_: str
    body: str
    attachments: Sequence[tuple[str, str]]
    # What it says about consent, if anything.
    word: str | None


async def receive(
    phone_number: PhoneNumber,
    *,
    sid: str,
    from_: str,
    body: str,
    attachments: Sequence[tuple[str, str]] = (),
    opt_out_type: str | None = None,
    overtaken: bool = False,
) -> Received | None:
    """Store an inbound text, with its attachments as pairs of address and content type.

    `opt_out_type` is the provider's own reading of the text: "stop", "start", "help" or None.
    `overtaken`: the member has said since whether they want our texts, and that is here already.
    None if a text with this sid is already here: it was delivered twice, and is one message.
    Returns once it is committed, together with whatever else had come to this number meanwhile.
    """
    word = None if overtaken else opt_out_type or consent_word(body)
    text = _Text(phone_number, sid, from_, body, attachments, word)
    return await _arriving.ask(text, lane=phone_number.id, apart=from_)


async def _receive_all(texts: list[_Text]) -> list[Received | None]:
    """Texts to one number, each from somebody else, in one transaction."""
    conversations = await _conversations(texts)
    try:
        return await _store([(text, conversations[text.from_]) for text in texts])
    except IntegrityError:
        # One of them is here already. It is found out which when each is stored by itself.
        if len(texts) == 1 and await _is_here(texts[0]):
            return [None]
        raise


async def _is_here(text: _Text) -> bool:
    return await Message.exists(church_id=text.phone_number.church_id, provider_sid=text.sid)


async def _conversations(texts: list[_Text]) -> dict[str, Conversation]:
    """By who texts; made for whoever is new."""
    number = texts[0].phone_number
    known = Conversation.filter(
        phone_number_id=number.id, member__phone__in=[text.from_ for text in texts]
    )
    found = {one.member.phone: one for one in await known.select_related("member")}
    for text in texts:
        if text.from_ not in found:
            member = await Member.with_phone(number.church_id, text.from_)
            found[text.from_] = await Conversation.between(member, number)
            found[text.from_].member = member
    return found


async def _store(texts: list[tuple[_Text, Conversation]]) -> list[Received | None]:
    received: list[Received | None] = []
    owed_by: list[int] = []
    ids = [conversation.id for _, conversation in texts]
    async with change_many(texts[0][0].phone_number.id, ids) as revisions:
        messages = [_inbound(text, one, revisions[one.id]) for text, one in texts]
        await Message.bulk_create(messages)
        lifted = await _lift(messages)
        for (text, conversation), message in zip(texts, messages, strict=True):
            message.id = lifted[conversation.id]["last_message_id"]
            told = Received(conversation, [message])
            if await _heed(text, told, message.revision):
                owed_by.append(conversation.id)
            received.append(told)
        await _owe(lifted, owed_by)
    return received


def _inbound(text: _Text, conversation: Conversation, revision: int) -> Message:
    return Message(
        church_id=conversation.church_id,
        conversation_id=conversation.id,
        phone_number_id=conversation.phone_number_id,
        direction="in",
        body=text.body,
        status="received",
        key=new_key(),
        provider_sid=text.sid,
        revision=revision,
    )


async def _lift(messages: list[Message]) -> dict[int, dict[str, Any]]:
    """Each becomes the newest of its conversation: what then stands there, by its id."""
    marks = ", ".join("?" for _ in messages)
    lifted = await db.rows(
        "update conversation set last_message_id = message.id, last_at = message.created_at, "
        f"last_body = substr(message.body, 1, {PREVIEW_LENGTH}), last_direction = 'in', "
        "last_status = 'received', inbound_count = inbound_count + 1 "
        "from message where message.conversation_id = conversation.id "
        f"and message.key in ({marks}) returning conversation.id, "
        "conversation.last_message_id, conversation.state, conversation.needs_reply_since",
        *(message.key for message in messages),
    )
    return {row["id"]: row for row in lifted}


async def _owe(lifted: dict[int, dict[str, Any]], ids: list[int]) -> None:
    """What was set aside is open again, and these wait for an answer."""
    set_aside = [id for id, row in lifted.items() if row["state"] != "open"]
    if set_aside:
        await open_again(set_aside)
    # The wait counts from the first text that was not answered.
    first = [id for id in ids if id in set_aside or lifted[id]["needs_reply_since"] is None]
    if first:
        await Conversation.filter(id__in=first, needs_reply_since=None).update(
            needs_reply_since=now()
        )


async def _heed(text: _Text, received: Received, revision: int) -> bool:
    """Its attachments and what it says of its sender. True if the church owes an answer."""
    conversation, [message] = received.conversation, received.messages
    for address, content_type in text.attachments:
        await Media.create(
            church_id=conversation.church_id,
            message_id=message.id,
            provider_url=address,
            content_type=content_type[:100],
        )
    # Somebody who texts us can evidently be reached.
    await conversation.member.note_unreachable(None)
    event = await _apply_consent(conversation.member, text.word)
    if event:
        received.messages.append(await add_event(conversation, event, revision))
    return text.word != "stop" and event != "opted_in"


async def _apply_consent(member: Member, word: str | None) -> ConsentEvent | None:
    """What the word changed, or asks for."""
    if word == "stop" and await member.opt_out():
        return "opted_out"
    # "Yes" is a START word, but from somebody who never stopped it is an answer.
    if word == "start" and await member.opt_in():
        return "opted_in"
    return "asked_help" if word == "help" else None


_arriving = Together(_receive_all)
