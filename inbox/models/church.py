"""A church: the tenant. Every other row belongs to one and is reached only through it."""

import secrets
from contextlib import suppress
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model

from inbox import db
from inbox.rules.reasons import Reason, reason_for
from inbox.seal import Seal, SealBroken


class Church(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(120)
    country = fields.CharField(2, default="US")
    timezone = fields.CharField(64, default="America/Chicago")
    # One language for all of its screens: a fragment is drawn once for all viewers.
    language = fields.CharField(5, default="en", db_default="en")
    # An opaque part of the webhook's URL, so that we find the church without trusting the body.
    hook_token = fields.CharField(64, unique=True)
    twilio_account_sid = fields.CharField(34, null=True, db_index=True)
    twilio_token_sealed: str | None = fields.TextField(null=True)
    # While Twilio's token is rotated, callbacks signed with the previous one are still valid.
    twilio_token_before_sealed: str | None = fields.TextField(null=True)
    # The reason code that stops all sending until staff fix the account, such as "20003".
    twilio_problem = fields.CharField(20, null=True)
    refused_webhooks = fields.IntField(default=0)
    refused_webhook_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "church"

    @classmethod
    async def open(cls, name: str, **given: Any) -> "Church":
        return await cls.create(name=name, hook_token=secrets.token_urlsafe(24), **given)

    @classmethod
    async def language_of(cls, church_id: int) -> str:
        [language] = await cls.filter(id=church_id).values_list("language", flat=True)
        return str(language)

    @classmethod
    async def lock(cls, church_id: int) -> None:
        """Lock the church, inside a transaction: changes to its staff queue up."""
        await db.rows("update church set name = name where id = ? returning id", church_id)

    async def amend(self, name: str, country: str, timezone: str, language: str) -> None:
        self.name, self.country = name[:120], country
        self.timezone, self.language = timezone, language
        await self.save(update_fields=["name", "country", "timezone", "language"])

    @property
    def connected(self) -> bool:
        return self.twilio_token_sealed is not None

    @property
    def problem(self) -> Reason | None:
        """What stops all of this church's texts, in plain words."""
        return reason_for(self.twilio_problem) if self.twilio_problem else None

    async def connect(self, account_sid: str, auth_token: str, seal: Seal) -> None:
        """Store credentials that Twilio has just accepted."""
        before = [token for token in self._tokens_that_open(seal) if token != auth_token]
        rotated = before and self.twilio_account_sid == account_sid
        self.twilio_token_before_sealed = seal.close(before[0]) if rotated else None
        self.twilio_account_sid = account_sid
        self.twilio_token_sealed = seal.close(auth_token)
        self.twilio_problem = None
        await self.save(
            update_fields=[
                "twilio_account_sid",
                "twilio_token_sealed",
                "twilio_token_before_sealed",
                "twilio_problem",
            ]
        )

    def _tokens_that_open(self, seal: Seal) -> list[str]:
        """The tokens that still open. One sealed with a lost key must not block a new token."""
        tokens = []
        for sealed in (self.twilio_token_sealed, self.twilio_token_before_sealed):
            with suppress(SealBroken):
                tokens += [seal.open(sealed)] if sealed else []
        return tokens

    @classmethod
    async def renew_seals(cls, seal: Seal) -> None:
        """Seal every token with the newest key, so that older keys can be discarded."""
        for church in await cls.filter(twilio_token_sealed__isnull=False):
            for name in ("twilio_token_sealed", "twilio_token_before_sealed"):
                sealed = getattr(church, name)
                if sealed and not seal.is_newest(sealed):
                    # A token whose key is lost stays unchanged; `inbox doctor` reports it.
                    with suppress(SealBroken):
                        here = cls.filter(id=church.id, **{name: sealed})
                        await here.update(**{name: seal.renew(sealed)})

    def auth_token(self, seal: Seal) -> str | None:
        return seal.open(self.twilio_token_sealed) if self.twilio_token_sealed else None

    def check_seals(self, seal: Seal) -> None:
        """Raises SealBroken if a stored token cannot be opened."""
        for sealed in (self.twilio_token_sealed, self.twilio_token_before_sealed):
            if sealed:
                seal.open(sealed)

    async def report_problem(self, code: str) -> bool:
        """Record what stops this church's sending. True the first time."""
        return bool(
            await Church.filter(id=self.id, twilio_problem=None).update(twilio_problem=code)
        )

    async def clear_problem(self) -> bool:
        return bool(
            await Church.filter(id=self.id, twilio_problem__isnull=False).update(
                twilio_problem=None
            )
        )

    @classmethod
    async def count_refused_webhook(cls, church_id: int, at: datetime) -> None:
        await cls.filter(id=church_id).update(
            refused_webhooks=F("refused_webhooks") + 1, refused_webhook_at=at
        )
