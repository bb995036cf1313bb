"""Push: a browser to notify when it is closed, and the key that we sign with."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from inbox import db
from inbox.clock import now
from inbox.models.message import Message
from inbox.models.session import Session
from inbox.models.staff import Staff
from inbox.rules.push_keys import are_keys, new_key_pair
from inbox.seal import Seal, SealBroken

MAX_BROWSERS = 10
# Older texts are no longer news; the inbox may have been down.
STALE = timedelta(minutes=15)


class PushProblem(Exception):
    """This browser cannot get notifications, or its subscription belongs to someone else."""


class PushSubscription(Model):
    """One person's browser. It is deleted with the session that created it."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    staff_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "inbox.Session", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    session_id: int
    # The push service's URL for this browser, and the keys to encrypt for it.
    endpoint = fields.CharField(500, unique=True)
    p256dh = fields.CharField(200)
    auth = fields.CharField(100)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "push_subscription"
        indexes = (("staff_id",),)

    @classmethod
    async def begin(cls, session: Session, endpoint: str, p256dh: str, auth: str) -> None:
        """Notify this browser for as long as the session lasts. Raises PushProblem."""
        if not are_keys(p256dh, auth):
            raise PushProblem
        keys: dict[str, Any] = {"p256dh": p256dh, "auth": auth}
        owner: dict[str, Any] = {"staff_id": session.staff_id, "session_id": session.id}
        try:
            await cls.create(endpoint=endpoint, **keys, **owner)
        except IntegrityError:
            # Only the browser itself knows its keys. With them, another person may take it over.
            same = cls.filter(endpoint=endpoint)
            if not await same.filter(**keys).update(**owner):
                if not await same.filter(staff_id=session.staff_id).update(**keys, **owner):
                    raise PushProblem from None
        await cls._drop_oldest(session.staff_id)

    @classmethod
    async def end(cls, staff: Staff, endpoint: str) -> None:
        await cls.filter(staff_id=staff.id, endpoint=endpoint).delete()

    @classmethod
    async def living(cls, staff_ids: Iterable[int]) -> "list[PushSubscription]":
        """These people's subscriptions whose session has not ended."""
        return await cls.filter(
            staff_id__in=list(staff_ids), session__expires_at__gt=now(), staff__left_at=None
        ).order_by("id")

    @classmethod
    async def _drop_oldest(cls, staff_id: int) -> None:
        newest = await cls.filter(staff_id=staff_id).order_by("-id").values("id")
        ids = [row["id"] for row in newest[MAX_BROWSERS:]]
        if ids:
            await cls.filter(id__in=ids).delete()


class PushKey(Model):
    """The installation's VAPID key pair, made once, with the private key sealed."""

    id = fields.BigIntField(primary_key=True)
    public_key = fields.CharField(100)
    private_key_sealed = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "push_key"

    @classmethod
    async def ours(cls, seal: Seal) -> "PushKey":
        """Get or create the key pair. If two processes create it at once, the first one counts."""
        if not await cls.exists():
            public, private = new_key_pair()
            await cls.create(public_key=public, private_key_sealed=seal.close(private))
        [first] = await cls.all().order_by("id").limit(1)
        return first

    def private_key(self, seal: Seal) -> str:
        """Raises SealBroken."""
        return seal.open(self.private_key_sealed)

    @classmethod
    async def renew_seal(cls, seal: Seal) -> None:
        """Seal it with the newest key. If no key opens it, delete it along with its subscriptions;
        staff must then turn notifications on again."""
        for key in await cls.all():
            try:
                renewed = seal.renew(key.private_key_sealed)
            except SealBroken:
                await PushSubscription.all().delete()
                await key.delete()
            else:
                if not seal.is_newest(key.private_key_sealed):
                    await cls.filter(id=key.id).update(private_key_sealed=renewed)


# Whether a church has a browser to notify.
IS_WANTED_SQL = (
    "exists (select 1 from push_subscription join staff on staff.id = push_subscription.staff_id "
    "where staff.church_id = ?)"
)


async def claim_news(before: datetime, most: int) -> list[Message]:
    """Claim texts and notes that no one has been notified of, oldest first, for this worker.

    Only those older than `before`: staff may be reading newer ones right now.
    """
    claimed = await db.rows(
        "update message set notify = false where notify = true and id in "
        "(select id from message where notify = true and created_at <= ? order by id limit ?) "
        "returning id",
        before,
        most,
    )
    if not claimed:
        return []
    return (
        await Message.filter(id__in=[row["id"] for row in claimed], created_at__gt=now() - STALE)
        .order_by("id")
        .select_related("author", "conversation__member", "conversation__church")
    )
