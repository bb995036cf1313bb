"""Push: a browser that may be woken when it is closed, and the key that we sign for it with."""

from tortoise import fields
from tortoise.models import Model

from inbox.models.staff import Session, Staff


class PushSubscription(Model):
    """One browser of one person. It ends with the session in which it was made."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    staff_id: int
    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "inbox.Session", related_name="push_subscriptions", on_delete=fields.CASCADE
    )
    session_id: int
    # Where the browser's maker takes messages for it, and with which keys it reads them.
    endpoint = fields.CharField(500, unique=True)
    p256dh = fields.CharField(200)
    auth = fields.CharField(100)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "push_subscription"
        indexes = (("staff_id",),)


class PushKey(Model):
    """The installation's own VAPID key pair: made once, the private one sealed."""

    id = fields.BigIntField(primary_key=True)
    public_key = fields.CharField(100)
    private_key_sealed = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "push_key"
