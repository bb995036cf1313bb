"""A church: the tenant. Every other row belongs to one, and is only ever reached through it."""

import secrets
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model

from inbox.rules.reasons import Reason, reason_for
from inbox.seal import Seal


class Church(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(120)
    country = fields.CharField(2, default="US")
    timezone = fields.CharField(64, default="America/Chicago")
    # Opaque part of the webhook address, so that a church is found without trusting the body.
    hook_token = fields.CharField(64, unique=True)
    twilio_account_sid = fields.CharField(34, null=True, db_index=True)
    twilio_token_sealed = fields.TextField(null=True)
    # While Twilio's token is rotated, callbacks signed with the one before are still true.
    twilio_token_before_sealed = fields.TextField(null=True)
    # The reason code that stops all sending until somebody mends the account, e.g. "20003".
    twilio_problem = fields.CharField(20, null=True)
    refused_webhooks = fields.IntField(default=0)
    refused_webhook_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "church"

    @classmethod
    async def open(cls, name: str, **given: Any) -> "Church":
        return await cls.create(name=name, hook_token=secrets.token_urlsafe(24), **given)

    @property
    def connected(self) -> bool:
        return self.twilio_token_sealed is not None

    @property
    def problem(self) -> Reason | None:
        """What stops all of this church's texts, in plain words."""
        return reason_for(self.twilio_problem) if self.twilio_problem else None

    async def connect(self, account_sid: str, auth_token: str, seal: Seal) -> None:
        """Keep credentials that Twilio has just accepted."""
        same_account = self.twilio_account_sid == account_sid
        if same_account and self.auth_token(seal) != auth_token:
            self.twilio_token_before_sealed = self.twilio_token_sealed
        if not same_account:
            self.twilio_token_before_sealed = None
        self.twilio_account_sid = account_sid
        self.twilio_token_sealed = seal.close(auth_token)
        self.twilio_problem = None
        await self.save()

    def auth_token(self, seal: Seal) -> str | None:
        return seal.open(self.twilio_token_sealed) if self.twilio_token_sealed else None

    def signing_tokens(self, seal: Seal) -> list[str]:
        """The tokens that Twilio may have signed a webhook with, newest first."""
        sealed = (self.twilio_token_sealed, self.twilio_token_before_sealed)
        return [seal.open(one) for one in sealed if one]

    async def report_problem(self, code: str) -> bool:
        """Note what stops this church's sending; True the first time."""
        return bool(
            await Church.filter(id=self.id, twilio_problem=None).update(twilio_problem=code)
        )

    async def clear_problem(self) -> bool:
        return bool(
            await Church.filter(id=self.id, twilio_problem__isnull=False).update(
                twilio_problem=None
            )
        )

    async def count_refused_webhook(self, at: datetime) -> None:
        await Church.filter(id=self.id).update(
            refused_webhooks=F("refused_webhooks") + 1, refused_webhook_at=at
        )
