"""Replays what happened in order and leaves the same rows as the models' verbs would."""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from inbox.models import (
    Broadcast,
    Conversation,
    Group,
    LeftOut,
    Member,
    Message,
    PhoneNumber,
    Staff,
)
from inbox.models.broadcasts.answers import COUNTS_FOR
from inbox.models.broadcasts.audience import Audience
from inbox.models.conversation import PREVIEW_LENGTH
from inbox.models.left_out import why_not
from inbox.models.message import BROADCAST_PRIORITY, TOO_OLD
from inbox.practice.script import Announced, Handled, Said
from inbox.rules.keywords import consent_word
from inbox.rules.merge import merge
from inbox.rules.reasons import makes_unreachable
from inbox.rules.segments import measure

_LAST = ("message_id", "at", "body", "kind", "status")
_TRIAGE = ("assignee_id", "state", "snoozed_until", "needs_reply_since", "owed_since")
_CHANGED = (
    "revision",
    "inbound_count",
    "answering_id",
    *_TRIAGE,
    *(f"last_{one}" for one in _LAST),
)


class Story:
    """`staff` by first name; `members` by name or number; `conversations` by member. Only
    broadcasts are stored before `save`.
    """

    def __init__(
        self,
        phone_number: PhoneNumber,
        staff: dict[str, Staff],
        groups: dict[str, Group],
        members: dict[str, Member],
        conversations: dict[int, Conversation],
        rng: random.Random,
    ) -> None:
        self.conversations = conversations
        # By conversation: the number of the member's texts that have been answered.
        self.answered = dict.fromkeys((one.id for one in conversations.values()), 0)
        self._phone_number = phone_number
        self._staff = staff
        self._groups = groups
        self._members = members
        self._by_id = {member.id: member for member in members.values()}
        self._rng = rng
        self._messages: list[Message] = []
        self._newest: dict[int, Message] = {}
        self._announced_at: dict[int, datetime] = {}

    async def tell(
        self, said: Sequence[Said], announced: Sequence[Announced], handled: Sequence[Handled]
    ) -> None:
        events: list[Said | Announced | Handled] = [*said, *announced, *handled]
        for event in sorted(events, key=lambda one: one.at):
            if isinstance(event, Announced):
                await self._announce(event)
            elif isinstance(event, Handled):
                self._handle(event)
            elif event.by is None:
                self._hear(event)
            else:
                self._reply(event, self._staff[event.by])

    def _hear(self, said: Said) -> None:
        member = self._members[said.who]
        conversation = self.conversations[member.id]
        member.unreachable = None
        message = self._add(
            conversation,
            said.at,
            kind="in",
            body=said.body,
            status="received",
            provider_sid=new_sid("SM", self._rng),
        )
        self._lift(conversation, message)
        conversation.inbound_count += 1
        consent = _consent(member, said)
        announced_at = self._announced_at.get(conversation.answering_id or 0)
        if announced_at and not consent and said.at - announced_at < COUNTS_FOR:
            message.answers_id = conversation.answering_id
        if consent:
            self._add(conversation, said.at, kind="event", event=consent, status="received")
        elif conversation.needs_reply_since is None:
            conversation.needs_reply_since = said.at

    def _reply(self, said: Said, by: Staff) -> None:
        member = self._members[said.who]
        conversation = self.conversations[member.id]
        message = self._send(conversation, said.at, said.body, said.error, author_id=by.id)
        self._lift(conversation, message)
        conversation.needs_reply_since = None
        conversation.answering_id = None
        self.answered[conversation.id] = conversation.inbound_count
        _learn(member, said.error)

    def _handle(self, handled: Handled) -> None:
        conversation = self.conversations[self._members[handled.who].id]
        body = ""
        if handled.event in ("taken", "assigned"):
            person = self._staff[handled.to or handled.by]
            conversation.assignee_id, body = person.id, person.name
        else:
            conversation.state = "done" if handled.event == "done" else "snoozed"
            conversation.owed_since = conversation.needs_reply_since
            conversation.needs_reply_since = None
        if handled.until:
            conversation.snoozed_until, body = handled.until, handled.until.isoformat()
        self._add(
            conversation,
            handled.at,
            kind="event",
            event=handled.event,
            body=body,
            author_id=self._staff[handled.by].id,
            status="received",
        )

    async def _announce(self, announced: Announced) -> None:
        """Copies for everyone who may be texted. They do not move their conversations up."""
        broadcast = await self._broadcast(announced)
        ids = await Audience.of(broadcast).members().order_by("id").values_list("id", flat=True)
        everyone = [self._by_id[one] for one in ids if self._by_id[one].created_at < announced.at]
        refusals = [member.refusal for member in everyone]
        willing = [member for member in everyone if member.refusal is None]
        for place, member in enumerate(willing):
            self._copy(announced, broadcast, member, place)
            self.conversations[member.id].answering_id = broadcast.id
        self._announced_at[broadcast.id] = announced.at
        left_out = [
            LeftOut(broadcast=broadcast, member=member, reason=why_not(member))
            for member in everyone
            if member.refusal
        ]
        await LeftOut.bulk_create(left_out)
        broadcast.cursor = everyone[-1].id
        broadcast.opted_out_count = refusals.count("opted_out")
        broadcast.unreachable_count = refusals.count("unreachable")
        await broadcast.save()

    async def _broadcast(self, announced: Announced) -> Broadcast:
        to_all = announced.to == "all"
        return await Broadcast.create(
            church_id=self._phone_number.church_id,
            phone_number=self._phone_number,
            author=self._staff[announced.by],
            key=new_key(self._rng),
            body=announced.body,
            target_type="all" if to_all else "groups",
            target_ids=[] if to_all else [self._groups[announced.to].id],
            send_after=announced.at,
            enlisted_at=announced.at,
            created_at=announced.at,
        )

    def _copy(self, announced: Announced, broadcast: Broadcast, member: Member, place: int) -> None:
        error = announced.errors.get(member.name)
        self._send(
            self.conversations[member.id],
            announced.at,
            merge(announced.body, first_name=member.first_name),
            error,
            wait=place,
            author_id=broadcast.author_id,
            broadcast_id=broadcast.id,
            priority=BROADCAST_PRIORITY,
        )
        _learn(member, error)

    def _send(
        self,
        conversation: Conversation,
        at: datetime,
        body: str,
        error: str | None,
        wait: int = 0,
        **given: Any,
    ) -> Message:
        """A sent text, settled long ago; it left `wait` seconds after it was due."""
        attempted_at = at + timedelta(seconds=1 + wait)
        # Twilio's 2xxxx codes come at once: the text was never accepted and has no SID.
        refused = error is not None and error.startswith("2")
        return self._add(
            conversation,
            at,
            kind="out",
            body=body,
            segments=measure(body).count,
            status="failed" if refused else "undelivered" if error else "delivered",
            error_code=error,
            provider_sid=None if refused else new_sid("SM", self._rng),
            send_after=at,
            send_before=at + TOO_OLD,
            attempts=1,
            attempted_at=attempted_at,
            settled_at=attempted_at + timedelta(seconds=self._rng.randint(1, 5)),
            **given,
        )

    def _add(self, conversation: Conversation, at: datetime, **given: Any) -> Message:
        conversation.revision += 1
        message = Message(
            church_id=conversation.church_id,
            conversation_id=conversation.id,
            phone_number_id=conversation.phone_number_id,
            key=new_key(self._rng),
            revision=conversation.revision,
            position=conversation.revision,
            created_at=at,
            **given,
        )
        self._messages.append(message)
        return message

    def _lift(self, conversation: Conversation, message: Message) -> None:
        self._newest[conversation.id] = message
        conversation.last_at = message.created_at
        conversation.last_body = message.body[:PREVIEW_LENGTH]
        conversation.last_kind = message.kind
        conversation.last_status = message.status

    async def save(self) -> None:
        await Message.bulk_create(self._messages)
        church_id = self._phone_number.church_id
        ids = dict(await Message.filter(church_id=church_id).values_list("key", "id"))
        for conversation in self.conversations.values():
            if newest := self._newest.get(conversation.id):
                conversation.last_message_id = ids[newest.key]
        await Conversation.bulk_update(self.conversations.values(), _CHANGED)
        await Member.bulk_update(self._members.values(), ("opted_out_at", "unreachable"))


def _consent(member: Member, said: Said) -> str | None:
    """Apply the text's consent word, if it is one."""
    word = consent_word(said.body)
    if word == "stop":
        member.opted_out_at = said.at
        return "opted_out"
    if word == "start" and member.opted_out_at:
        member.opted_out_at = None
        return "opted_in"
    return None


def _learn(member: Member, error: str | None) -> None:
    if makes_unreachable(error):
        member.unreachable = error


def new_key(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def new_sid(prefix: str, rng: random.Random) -> str:
    return f"{prefix}{rng.getrandbits(128):032x}"
