"""A message: one bubble, in or out. Outbound messages are also the queue."""

from datetime import timedelta
from typing import Any, Literal

from tortoise import fields
from tortoise.expressions import RawSQL
from tortoise.indexes import PartialIndex
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox.keys import new_key
from inbox.models.broadcast import Broadcast
from inbox.models.church import Church
from inbox.models.conversation import Conversation
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.rules import status_order
from inbox.rules.reasons import Reason, reason_for
from inbox.rules.thread_place import Place

REPLY_PRIORITY = 0
BROADCAST_PRIORITY = 10
# A reply that is half a day late is worse than one marked as not sent.
TOO_OLD = timedelta(hours=12)


def ahead_sql(status: str) -> str:
    """A SQL condition for texts with this status that a queued `message` waits for, so that texts
    arrive in order. A reply never waits for a broadcast's copy.

    The status must be literal for the partial indexes to apply. The offset changes no result. It
    keeps PostgreSQL from joining all queued texts with all of these before it takes the first few;
    instead, it checks them one by one, in order.
    """
    return (
        "select other.status from message as other "
        f"where other.conversation_id = message.conversation_id and other.status = '{status}' "
        "and other.id <> message.id and other.priority <= message.priority"
        + (" and other.attempts > 0" if status == "queued" else "")
        + " limit 1 offset 0"
    )


# What delays a queued text for more than a moment: see `Message.waits_for`.
_WAITS_FOR = RawSQL(
    "case when message.status = 'queued' and message.attempts = 0 then "
    f"coalesce(({ahead_sql('unconfirmed')}), ({ahead_sql('queued')})) end"
)

# What this member got from the broadcast that their text answers: never merged again, because the
# church's language and the member's name may have changed since.
_QUOTED = RawSQL(
    "(select copy.body from message as copy where copy.broadcast_id = message.answers_id "
    "and copy.conversation_id = message.conversation_id)"
)


class Message(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="messages", on_delete=fields.RESTRICT
    )
    church_id: int
    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "inbox.Conversation", related_name="messages", on_delete=fields.RESTRICT
    )
    conversation_id: int
    phone_number: fields.ForeignKeyRelation[PhoneNumber] = fields.ForeignKeyField(
        "inbox.PhoneNumber", related_name="messages", on_delete=fields.RESTRICT
    )
    phone_number_id: int
    author: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    broadcast: fields.ForeignKeyNullableRelation[Broadcast] = fields.ForeignKeyField(
        "inbox.Broadcast", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    broadcast_id: int | None
    # The broadcast that an inbound text answers.
    answers: fields.ForeignKeyNullableRelation[Broadcast] = fields.ForeignKeyField(
        "inbox.Broadcast", related_name="answers", null=True, on_delete=fields.RESTRICT
    )
    answers_id: int | None
    # "in" from the member; "out" to them; "note" among staff; "event", a line about the
    # conversation; "undone", an "out" that was undone in time. An undone row keeps no text, only
    # its key, so that a browser that sends it again or still shows it learns that it is gone.
    kind = fields.CharField(6)
    body = fields.TextField(default="")
    # What happened, for an event: "opted_out", "opted_in", "asked_help", or an event from
    # members/consent.py or conversations/triage.py. For those, `author` did it, and `body` is a
    # name or a time.
    event = fields.CharField(20, null=True)
    status = fields.CharField(12)
    # Set before the text is stored: the bubble's id on every screen, the key that makes a second
    # press of Send the same message, and the value in Twilio's callback that finds this row.
    key = fields.CharField(36, unique=True)
    provider_sid = fields.CharField(34, null=True)
    segments = fields.IntField(default=1)
    # The conversation's revision when this message last changed.
    revision = fields.BigIntField()
    # The conversation's revision when the bubble took its place in the thread: when it was written,
    # or, if it was scheduled, when its time came. See `place`.
    position = fields.BigIntField()
    retry_of: fields.OneToOneNullableRelation["Message"] = fields.OneToOneField(
        "inbox.Message", related_name="retry", null=True, on_delete=fields.RESTRICT
    )
    retry_of_id: int | None
    retried = fields.BooleanField(default=False)
    # The outbox: when it may go, in what order, which worker has it, and how often it was tried.
    send_after = fields.DatetimeField(null=True)
    # Chosen by the author. Until then, the text is shown in its conversation as scheduled.
    scheduled_for = fields.DatetimeField(null=True)
    # Since when the church had owed this reply, in case it is undone.
    owed_since = fields.DatetimeField(null=True)
    # The id of the broadcast that the conversation was answering, in case this is undone.
    was_answering = fields.BigIntField(null=True)
    # After this, it is too late to send.
    send_before = fields.DatetimeField(null=True)
    priority = fields.SmallIntField(default=REPLY_PRIORITY)
    attempts = fields.SmallIntField(default=0)
    claim = fields.CharField(36, null=True)
    claimed_at = fields.DatetimeField(null=True)
    # Set just before the text is handed over. A claim without it was certainly not handed over.
    attempted_at = fields.DatetimeField(null=True)
    # When it was first attempted, whatever the outcome: the provider may have that attempt.
    first_attempted_at = fields.DatetimeField(null=True)
    # How often it was sent again because the provider never got it.
    resent = fields.SmallIntField(default=0)
    # When to ask the provider about it, if we hear nothing before then.
    ask_after = fields.DatetimeField(null=True)
    error_code = fields.CharField(20, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    settled_at = fields.DatetimeField(null=True)
    # An inbound text that no one has been notified of yet.
    notify = fields.BooleanField(default=False, db_default=False)

    pictures: fields.ReverseRelation[Any]

    # The status of the earlier text to the same member that delays this one: "unconfirmed", or
    # "queued" for another attempt. Set only by `with_context`.
    waits_for: str | None = None
    # What the member got from the broadcast that this text answers. Set only by `with_context`.
    quoted: str | None = None

    class Meta:
        table = "message"
        unique_together = (("church_id", "provider_sid"), ("broadcast_id", "conversation_id"))
        # Two more indexes, on texts queued for another attempt and on the copies of broadcasts, are
        # in migrations/0013 and 0019: the ORM cannot express them.
        indexes = (
            ("conversation_id", "position", "id"),
            ("conversation_id", "revision"),
            PartialIndex(
                fields=("phone_number_id", "priority", "send_after", "id"),
                name="message_due",
                condition={"status": "queued"},
            ),
            PartialIndex(
                fields=("conversation_id", "claimed_at"),
                name="message_sending",
                condition={"status": "sending"},
            ),
            PartialIndex(
                fields=("conversation_id",),
                name="message_unconfirmed",
                condition={"status": "unconfirmed"},
            ),
            ("ask_after",),
            ("answers_id", "id"),
            PartialIndex(
                fields=("scheduled_for",),
                name="message_scheduled",
                condition={"status": "scheduled"},
            ),
            PartialIndex(fields=("id",), name="message_notify", condition={"notify": True}),
        )

    @classmethod
    def with_context(cls) -> "QuerySet[Message]":
        """With what a bubble shows from other texts: see `waits_for` and `quoted`."""
        return cls.annotate(waits_for=_WAITS_FOR, quoted=_QUOTED)

    @property
    def place(self) -> Place:
        return Place(self.position, self.id)

    @property
    def is_inbound(self) -> bool:
        return self.kind == "in"

    @property
    def is_outbound(self) -> bool:
        return self.kind == "out"

    @property
    def is_event(self) -> bool:
        return self.kind == "event"

    @property
    def is_note(self) -> bool:
        return self.kind == "note"

    @property
    def is_undone(self) -> bool:
        return self.kind == "undone"

    @property
    def is_scheduled(self) -> bool:
        return self.status == "scheduled"

    @property
    def has_failed(self) -> bool:
        return self.status in status_order.FAILED

    @property
    def reason(self) -> Reason | None:
        """Why it failed or is waiting, in plain words."""
        return reason_for(self.error_code) if self.error_code else None


def above(bubbles: "QuerySet[Message]", place: Place) -> "QuerySet[Message]":
    """Those above this place; `bubbles` are of one conversation."""
    return bubbles.annotate(is_above=_compared(place, "<")).filter(is_above=True)


def below(bubbles: "QuerySet[Message]", place: Place) -> "QuerySet[Message]":
    """Those below this place; `bubbles` are of one conversation."""
    return bubbles.annotate(is_below=_compared(place, ">")).filter(is_below=True)


def _compared(place: Place, how: Literal["<", ">"]) -> RawSQL:
    """Pairs are compared so that PostgreSQL reads them in order from the index. The first condition
    is for what it believes without statistics. The ORM appends "= true".
    """
    position, id = int(place.position), int(place.id)
    return RawSQL(
        f"message.position {how}= {position} "
        f"and (message.position, message.id) {how} ({position}, {id}) and true"
    )


async def add_event(
    conversation: Conversation,
    event: str,
    revision: int,
    *,
    by: Staff | None = None,
    body: str = "",
) -> Message:
    """Add a line about the conversation itself; inside `change`."""
    return await Message.create(
        church_id=conversation.church_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        author=by,
        kind="event",
        event=event,
        body=body,
        status="received",
        key=new_key(),
        revision=revision,
        position=revision,
    )
