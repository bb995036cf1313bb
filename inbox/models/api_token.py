"""A key that lets another program act for a church over the JSON API."""

import secrets
from datetime import UTC, datetime
from typing import Literal

from tortoise import fields
from tortoise.models import Model

from inbox.models.acting import acting
from inbox.models.church import Church
from inbox.models.hashing import hash_token
from inbox.models.staff import Staff


class ApiToken(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="api_tokens", on_delete=fields.CASCADE
    )
    church_id: int
    name = fields.CharField(80)
    token_hash = fields.CharField(64, unique=True)
    # The first letters, so that staff can tell tokens apart in a list.
    hint = fields.CharField(12)
    created_at = fields.DatetimeField(auto_now_add=True)
    revoked_at = fields.DatetimeField(null=True)

    # The role that models/permissions.py looks up.
    role: Literal["program"] = "program"

    class Meta:
        table = "api_token"

    @classmethod
    async def issue(cls, church: Church, name: str, *, by: Staff | None) -> tuple["ApiToken", str]:
        """Create a token. Returns it and its text, which is shown once and kept only as a hash.
        Raises NotAllowed."""
        text = f"inbox_{secrets.token_urlsafe(32)}"
        async with acting(by, "manage_api_tokens"):
            token = await cls.create(
                church=church, name=name.strip()[:80], token_hash=hash_token(text), hint=text[:10]
            )
        return token, text

    @classmethod
    async def find(cls, text: str) -> "ApiToken | None":
        return await cls.get_or_none(token_hash=hash_token(text), revoked_at=None).select_related(
            "church"
        )

    async def find_again(self) -> "ApiToken | None":
        return await ApiToken.get_or_none(id=self.id, revoked_at=None)

    async def revoke(self) -> None:
        self.revoked_at = datetime.now(UTC)
        await self.save(update_fields=["revoked_at"])
