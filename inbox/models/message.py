"""A message: one bubble, in or out. The outbound ones are the queue, too."""

from datetime import timedelta
from typing import Any

from tortoise import fields
from tortoise.expressions import RawSQL
from tortoise.indexes import PartialIndex
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox.keys import new_key
from inbox.models.broadcast import Broadcast
from inbox.models.change import change
from inbox.models.church import Church
from inbox.models.conversation import Conversation
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.rules import status_order
from inbox.rules.reasons import Reason, reason_for

REPLY_PRIORITY = 0
BROADCAST_PRIORITY = 10
# An answer that is half a day late is worse than one that says it was not sent.
TOO_OLD = timedelta(hours=12)


def ahead_sql(status: str) -> str:
    """Texts with this status that a queued `message` waits for, in SQL: one after the other they
    arrive in order. A reply never waits for the copy of a broadcast.

    The status stands in the SQL itself: only so do the partial indexes serve it. The offset changes
    nothing but keeps PostgreSQL from joining all queued texts with all of these before it takes the
    first few: it asks one by one, in their order.
    """
    return (
        "select other.status from message as other "
        f"where other.conversation_id = message.conversation_id and other.status = '{status}' "
        "and other.id <> message.id and other.priority <= message.priority"
        + (" and other.attempts > 0" if status == "queued" else "")
        + " limit 1 offset 0"
    )


# What holds up a queued text for longer than a moment: see `Message.waits_for`.
_WAITS_FOR = RawSQL(
    "case when message.status = 'queued' and message.attempts = 0 then "
    f"coalesce(({ahead_sql('unconfirmed')}), ({ahead_sql('queued')})) end"
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
    # "in" from the member, "out" to them, "note" among staff alone, "event" a line about the
    # conversation itself; "undone" was "out" and undone in time. Of that no word is left, but its
    # key is: a browser that sends it once more, or still shows it, learns that it is gone.
    kind = fields.CharField(6)
    body = fields.TextField(default="")
    # What happened, for an event: "opted_out", "opted_in", "asked_help", "refused", or one of
    # members/consent.py or conversations/triage.py, whose `author` did it and whose `body` is
    # somebody's name or a moment.
    event = fields.CharField(20, null=True)
    status = fields.CharField(12)
    # Ours from the first moment: the bubble's id on every screen, what makes a second press of
    # Send the same message, and the word in Twilio's callback that finds this row again.
    key = fields.CharField(36, unique=True)
    provider_sid = fields.CharField(34, null=True)
    segments = fields.IntField(default=1)
    # The conversation's revision when this message last changed.
    revision = fields.BigIntField()
    retry_of: fields.OneToOneNullableRelation["Message"] = fields.OneToOneField(
        "inbox.Message", related_name="retry", null=True, on_delete=fields.RESTRICT
    )
    retry_of_id: int | None
    retried = fields.BooleanField(default=False)
    # The outbox: when it may go, in what order, who is at it, how often it was tried.
    send_after = fields.DatetimeField(null=True)
    # Chosen by its writer: until then it stands in its conversation as scheduled.
    scheduled_for = fields.DatetimeField(null=True)
    # Since when the answer was owed that this reply gives, should it be taken back.
    owed_since = fields.DatetimeField(null=True)
    # The broadcast that the conversation was answering until then, by its id: for the same.
    was_answering = fields.BigIntField(null=True)
    # Too late to be sent after that.
    send_before = fields.DatetimeField(null=True)
    priority = fields.SmallIntField(default=REPLY_PRIORITY)
    attempts = fields.SmallIntField(default=0)
    claim = fields.CharField(36, null=True)
    claimed_at = fields.DatetimeField(null=True)
    # Stamped just before the text is handed over. None with a claim: certainly not handed over.
    attempted_at = fields.DatetimeField(null=True)
    # The stamp of the first attempt, whatever became of it: the provider may have that one.
    first_attempted_at = fields.DatetimeField(null=True)
    # How often it was sent again because the provider had never got it.
    resent = fields.SmallIntField(default=0)
    # When to ask the provider what became of it, if no word comes before.
    ask_after = fields.DatetimeField(null=True)
    error_code = fields.CharField(20, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    settled_at = fields.DatetimeField(null=True)
    # An inbound text of which nobody has been notified yet.
    notify = fields.BooleanField(default=False, db_default=False)

    pictures: fields.ReverseRelation[Any]

    # The status of the earlier text to the same member that holds up this one: "unconfirmed", or
    # "queued" to be tried again. Only where `with_waits` has read it.
    waits_for: str | None = None

    class Meta:
        table = "message"
        unique_together = (("church_id", "provider_sid"), ("broadcast_id", "conversation_id"))
        # One more, of what was tried and is queued again, is in migrations/0013: the ORM cannot
        # say it.
        indexes = (
            ("conversation_id", "id"),
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
    def with_waits(cls) -> "QuerySet[Message]":
        return cls.annotate(waits_for=_WAITS_FOR)

    async def touch(self) -> None:
        """Something that its bubble shows has changed, though not in this row."""
        async with change(self.conversation_id) as revision:
            await Message.filter(id=self.id).update(revision=revision)

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
        """Why it failed or waits, in plain words."""
        return reason_for(self.error_code) if self.error_code else None


async def add_event(
    conversation: Conversation,
    event: str,
    revision: int,
    *,
    by: Staff | None = None,
    body: str = "",
) -> Message:
    """A line in the conversation about the conversation itself; inside `change`."""
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
    )
