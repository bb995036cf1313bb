"""A picture or file that came with a message. Its row is written at once; its bytes are fetched
later."""

from datetime import timedelta

from tortoise import fields
from tortoise.indexes import PartialIndex
from tortoise.models import Model

from inbox import db
from inbox.clock import now
from inbox.models.change import change
from inbox.models.church import Church
from inbox.models.conversation import Conversation
from inbox.models.message import Message
from inbox.rules.attachments import SHOWN_TYPES, ending_of, kind_of


class Media(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="media", on_delete=fields.RESTRICT
    )
    church_id: int
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "inbox.Message", related_name="pictures", on_delete=fields.RESTRICT
    )
    message_id: int
    provider_url = fields.TextField()
    content_type = fields.CharField(100)
    # "pending" until fetched, then "stored", or "lost" after the last attempt.
    status = fields.CharField(8, default="pending")
    attempts = fields.SmallIntField(default=0)
    fetch_after = fields.DatetimeField(auto_now_add=True)
    # The file's name under DATA_DIR/media, once stored.
    file_name = fields.CharField(80, null=True)
    size = fields.IntField(null=True)

    class Meta:
        table = "media"
        indexes = (
            ("message_id",),
            PartialIndex(
                fields=("fetch_after",), name="media_pending", condition={"status": "pending"}
            ),
        )

    @classmethod
    async def due(cls, limit: int) -> "list[Media]":
        """Attachments to fetch now, each with its church and message."""
        at = now()
        due = await db.ids(
            "select id from media where status = 'pending' and fetch_after <= ? "
            "order by fetch_after limit ?",
            at,
            limit,
        )
        if not due:
            return []
        # Another worker may have taken some of them in between.
        return (
            await cls.filter(id__in=due, status="pending", fetch_after__lte=at)
            .order_by("fetch_after")
            .select_related("church", "message")
        )

    async def take(self) -> bool:
        """Count the attempt before fetching, so that a file that kills the worker is not tried
        forever.

        False if another worker was faster.
        """
        as_known = Media.filter(id=self.id, status="pending", attempts=self.attempts)
        self.attempts += 1
        self.fetch_after = now() + timedelta(seconds=min(10 * 2**self.attempts, 3600))
        return bool(await as_known.update(attempts=self.attempts, fetch_after=self.fetch_after))

    async def settle(self) -> None:
        """Store the result and update the bubble."""
        await self.save()
        async with change(self.message.conversation_id) as revision:
            await Message.filter(id=self.message_id).update(revision=revision)
            await note_attachments(self.message)

    @property
    def is_shown(self) -> bool:
        return self.status == "stored" and self.content_type in SHOWN_TYPES

    @property
    def kind(self) -> str:
        return kind_of(self.content_type)

    @property
    def name(self) -> str:
        """The name for saving the file, with an extension that devices can open."""
        return f"{self.kind}-{self.id}{ending_of(self.content_type)}"


async def note_attachments(message: Message) -> None:
    """Note the attachments of a conversation's newest text, if this is it; inside `change`."""
    types = (
        await Media.filter(message_id=message.id)
        .order_by("id")
        .values_list("content_type", flat=True)
    )
    newest = Conversation.filter(id=message.conversation_id, last_message_id=message.id)
    await newest.update(last_attachments=" ".join(map(str, types)))
