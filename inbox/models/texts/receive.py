"""Receiving: an inbound text is stored in its member's conversation, once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tortoise.exceptions import IntegrityError

from inbox import db
from inbox.batching import Batcher
from inbox.clock import now
from inbox.keys import new_key
from inbox.models.broadcasts.answers import note_answers
from inbox.models.change import change_many
from inbox.models.church import Church
from inbox.models.conversation import PREVIEW_LENGTH, Conversation
from inbox.models.conversations.triage import open_again
from inbox.models.media import Media, note_attachments
from inbox.models.member import Member
from inbox.models.members.consent import opt_in
from inbox.models.message import Message, add_event
from inbox.models.phone_number import PhoneNumber
from inbox.models.push import IS_WANTED_SQL
from inbox.models.webhook_lookup import CalledNumber
from inbox.rules.keywords import ConsentWord, consent_word, depends_on_language
from inbox.rules.phone import is_hidden, is_named_sender
from inbox.rules.stop_requests import may_ask_to_stop

# The number that was texted: found by a webhook, or one that is asked for what it missed.
_Number = CalledNumber | PhoneNumber
ConsentEvent = Literal["opted_out", "opted_in", "asked_help"]
# Longer than any consent word, with what may stand around it.
MAX_WORD = 40


@dataclass
class Received:
    """What one text changed: its conversation, and the bubbles to show, oldest first."""

    conversation_id: int
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class _Text:
    phone_number: _Number
    sid: str
    from_: str
    body: str
    attachments: Sequence[tuple[str, str]]
    # What it says about consent, if anything.
    word: str | None
    # A consent word that only this inbox knows, so Twilio sets no block.
    ours_alone: bool
    # It may ask for no more texts in other words.
    hints: bool
    # When it was sent, if that is long ago.
    said_at: datetime | None


@dataclass(frozen=True)
class _Sender:
    """The sender's conversation, why they were unreachable until now, if so, and whether their
    church has anyone to notify."""

    conversation_id: int
    unreachable: str | None
    notify: bool


async def receive(
    phone_number: _Number,
    *,
    sid: str,
    from_: str,
    body: str,
    attachments: Sequence[tuple[str, str]] = (),
    opt_out_type: str | None = None,
    overtaken: bool = False,
    said_at: datetime | None = None,
) -> Received | None:
    """Store an inbound text, with its attachments as pairs of URL and content type.

    `opt_out_type` is the provider's reading of the text: "stop", "start", "help", or None.
    `overtaken`: a later text from the member about consent is already stored. `said_at`: when the
    text was sent, if it is found late. Returns None if a text with this sid is already stored: it
    was delivered twice, and is one message. Returns once the text is committed, along with other
    texts that arrived at this number meanwhile.
    """
    word = None if overtaken else opt_out_type or await consent_in(phone_number.church_id, body)
    ours_alone = opt_out_type is None and depends_on_language(body)
    hints = word is None and not overtaken and may_ask_to_stop(body)
    text = _Text(phone_number, sid, from_, body, attachments, word, ours_alone, hints, said_at)
    return await _arriving.submit(text, lane=phone_number.id, apart=from_)


async def consent_in(church_id: int, body: str) -> ConsentWord | None:
    """What the text says about consent, in English or in the church's language."""
    if depends_on_language(body):
        return consent_word(body, await Church.language_of(church_id))
    return consent_word(body)


async def _receive_all(texts: list[_Text]) -> list[Received | None]:
    """Store texts to one number, each from a different sender, in one transaction."""
    number = texts[0].phone_number
    here = await _here(number.church_id, [text.sid for text in texts])
    fresh = [text for text in texts if text.sid not in here]
    received = {text.sid: one for text, one in zip(fresh, await _new(number, fresh), strict=True)}
    return [received.get(text.sid) for text in texts]


async def _here(church_id: int, sids: list[str]) -> set[str]:
    """Which of these are already stored: a provider delivers some texts repeatedly."""
    several = db.padded(sids)
    found = await db.rows(
        "select provider_sid from message where church_id = ? "
        f"and provider_sid in ({db.marks(several)})",
        church_id,
        *several,
    )
    return {row["provider_sid"] for row in found}


async def _new(number: _Number, texts: list[_Text]) -> Sequence[Received | None]:
    if not texts:
        return []
    senders = await _senders(number, [text.from_ for text in texts])
    try:
        return await _store(number, [(text, senders[text.from_]) for text in texts])
    except IntegrityError:
        # Another process has just stored one of them. Store each one separately.
        if len(texts) == 1 and await _here(number.church_id, [texts[0].sid]):
            return [None]
        raise


async def _senders(number: _Number, phones: list[str]) -> dict[str, _Sender]:
    """The senders by phone number. New ones become members."""
    found = await _known(number, phones)
    new = [phone for phone in phones if phone not in found]
    if not new:
        return found
    await _make_members(number.church_id, new)
    await _open_conversations(number, new)
    return found | await _known(number, new)


async def _make_members(church_id: int, phones: list[str]) -> None:
    """Create missing members, in the order of their phone numbers, so that two processes never
    deadlock."""
    given, table = db.records("sender", {"phone": "text"})
    await db.rows(
        "insert into member (church_id, name, about, created_at, phone) "
        f"select {int(church_id)}, '', '', {db.moment_mark()}, {given} from {table} "
        "where true order by 5 on conflict do nothing returning id",
        now(),
        json.dumps([{"phone": phone} for phone in phones]),
    )


async def _open_conversations(number: _Number, phones: list[str]) -> None:
    several = db.padded(phones)
    await db.rows(
        "insert into conversation (church_id, member_id, phone_number_id, revision, last_body, "
        f"last_kind, last_status, inbound_count) select church_id, id, {int(number.id)}, 0, '', "
        f"'', '', 0 from member where church_id = ? and phone in ({db.marks(several)}) "
        "order by id on conflict do nothing returning id",
        number.church_id,
        *several,
    )


async def _known(number: _Number, phones: list[str]) -> dict[str, _Sender]:
    """Read without models, since most texts need little about their sender."""
    several = db.padded(phones)
    known = await db.rows(
        f"select member.phone, conversation.id, member.unreachable, {IS_WANTED_SQL} as notify "
        "from member join conversation on conversation.member_id = member.id "
        "where conversation.phone_number_id = ? and member.church_id = ? "
        f"and member.phone in ({db.marks(several)})",
        number.church_id,
        number.id,
        number.church_id,
        *several,
    )
    return {
        row["phone"]: _Sender(row["id"], row["unreachable"], bool(row["notify"])) for row in known
    }


async def _store(number: _Number, texts: list[tuple[_Text, _Sender]]) -> list[Received | None]:
    received: list[Received | None] = []
    owed_by: list[int] = []
    async with change_many(number.id, [who.conversation_id for _, who in texts]) as revisions:
        messages = _inbound(texts, revisions)
        await Message.bulk_create(messages)
        lifted = await _lift(messages)
        for (text, who), message in zip(texts, messages, strict=True):
            message.id = lifted[who.conversation_id]["last_message_id"]
            told = Received(who.conversation_id, [message])
            if await _heed(text, who, told):
                owed_by.append(who.conversation_id)
            received.append(told)
        await _owe(lifted, owed_by)
        answering = [id for id in owed_by if lifted[id]["answering_id"]]
        await note_answers([one for one in messages if one.conversation_id in answering])
    return received


def _inbound(texts: list[tuple[_Text, _Sender]], revisions: dict[int, int]) -> list[Message]:
    messages = []
    # Cloned, because creating a model costs several times as much.
    plain = Message(kind="in", status="received")
    for text, who in texts:
        message = plain.clone()
        message.church_id = text.phone_number.church_id
        message.conversation_id = who.conversation_id
        message.phone_number_id = text.phone_number.id
        message.notify = who.notify
        message.body = text.body
        message.key = new_key()
        message.provider_sid = text.sid
        message.revision = message.position = revisions[who.conversation_id]
        messages.append(message)
    return messages


async def _lift(messages: list[Message]) -> dict[int, dict[str, Any]]:
    """Make each text its conversation's newest. Returns the conversations' new columns, by id."""
    keys = db.padded([message.key for message in messages])
    lifted = await db.rows(
        "update conversation set last_message_id = message.id, last_at = message.created_at, "
        f"last_body = substr(message.body, 1, {PREVIEW_LENGTH}), last_kind = 'in', "
        "last_attachments = '', last_status = 'received', inbound_count = inbound_count + 1 "
        "from message where message.conversation_id = conversation.id "
        f"and message.key in ({db.marks(keys)}) returning conversation.id, "
        "conversation.last_message_id, conversation.state, conversation.needs_reply_since, "
        "conversation.answering_id",
        *keys,
    )
    return {row["id"]: row for row in lifted}


async def _owe(lifted: dict[int, dict[str, Any]], ids: list[int]) -> None:
    """Reopen conversations that were set aside, and mark all of these as needing a reply."""
    set_aside = [id for id, row in lifted.items() if row["state"] != "open"]
    if set_aside:
        await open_again(set_aside)
    # The wait counts from the first unanswered text.
    first = [id for id in ids if id in set_aside or lifted[id]["needs_reply_since"] is None]
    if first:
        waiting = db.padded(first)
        await db.rows(
            "update conversation set needs_reply_since = ? "
            f"where id in ({db.marks(waiting)}) and needs_reply_since is null returning id",
            now(),
            *waiting,
        )


async def _heed(text: _Text, who: _Sender, received: Received) -> bool:
    """Handle attachments and what the text says of its sender. True if the church owes a reply."""
    [message] = received.messages
    for address, content_type in text.attachments:
        await Media.create(
            church_id=message.church_id,
            message_id=message.id,
            provider_url=address,
            content_type=content_type[:100],
        )
    if text.attachments:
        await note_attachments(message)
    if text.hints:
        await Conversation.filter(id=who.conversation_id).update(opt_out_hint_id=message.id)
    # A named sender is a program, and nobody can reply to it, nor to a hidden number. Their texts
    # are unread like any other. A member who is opted out may need help, so staff must answer them,
    # if not by text.
    can_be_answered = not (is_named_sender(text.from_) or is_hidden(text.from_))
    if text.word is None and who.unreachable is None:
        return can_be_answered
    conversation = await Conversation.get(id=who.conversation_id).select_related("member")
    # Someone who texts us can evidently be reached.
    await conversation.member.note_unreachable(None)
    event = await _apply_consent(conversation.member, text)
    if event == "opted_in":
        # Consent has been settled, so an earlier hint no longer matters.
        await Conversation.filter(id=conversation.id).update(opt_out_hint_id=None)
    if event:
        line = await add_event(conversation, event, message.revision, body=_own_word(text, event))
        received.messages.append(line)
    return can_be_answered and text.word != "stop" and event != "opted_in"


def _own_word(text: _Text, event: ConsentEvent) -> str:
    """What the member wrote instead of STOP, START, or HELP. For STOP, only words that Twilio does
    not know, because the line says so."""
    usual = {"opted_out": "STOP", "opted_in": "START", "asked_help": "HELP"}[event]
    wrote = text.body.strip()
    if wrote.upper() == usual or (event == "opted_out" and not text.ours_alone):
        return ""
    return wrote if len(wrote) <= MAX_WORD else ""


async def _apply_consent(member: Member, text: _Text) -> ConsentEvent | None:
    """Apply the text's consent word. Returns the event to show, if any."""
    if text.word == "stop" and await member.opt_out(text.said_at):
        return "opted_out"
    # "Yes" is a START word, but from someone who never opted out it is an answer.
    if text.word == "start" and await opt_in(member, body=text.body, said_at=text.said_at):
        return "opted_in"
    return "asked_help" if text.word == "help" else None


_arriving = Batcher(_receive_all)
