"""A session: a browser in which someone is signed in."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from inbox import db
from inbox.models.hashing import hash_token
from inbox.models.staff import Staff

SESSION_LIFE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)


class PasswordChanged(Exception):
    """The password is no longer the one that was verified, or its owner has left."""


class Session(Model):
    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "inbox.Staff", related_name="sessions", on_delete=fields.CASCADE
    )
    staff_id: int
    token_hash = fields.CharField(64, unique=True)
    device = fields.CharField(200, default="")
    created_at = fields.DatetimeField(auto_now_add=True)
    seen_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"

    @classmethod
    async def begin(cls, staff: Staff, device: str) -> tuple["Session", str]:
        """A session and its token, which only the browser keeps.

        A new password ends all sessions, so none may begin with the old one, which `staff` still
        holds from when it was verified. Raises PasswordChanged.
        """
        token = secrets.token_urlsafe(32)
        async with db.transaction():
            if not await staff.lock_password():
                raise PasswordChanged
            session = await cls.create(
                staff=staff,
                token_hash=hash_token(token),
                device=device[:200],
                expires_at=datetime.now(UTC) + SESSION_LIFE,
            )
        return session, token

    @classmethod
    async def find(cls, token: str) -> "Session | None":
        """The session with this token if it has not ended, with its staff and church."""
        [session] = await cls.find_each([token])
        return session

    @classmethod
    async def find_each(cls, tokens: Sequence[str]) -> "list[Session | None]":
        """As `find`, for each of these tokens, in order."""
        hashes = [hash_token(token) for token in tokens]
        found = {one.token_hash: one for one in await cls._living().filter(token_hash__in=hashes)}
        for session in found.values():
            await session._touch()
        return [found.get(one) for one in hashes]

    @classmethod
    async def living_of(cls, session_ids: list[int]) -> "list[Session | None]":
        """The session for each of these ids, in order; None for one that has ended."""
        living = {one.id: one for one in await cls._living().filter(id__in=set(session_ids))}
        return [living.get(id) for id in session_ids]

    @classmethod
    async def living_ids(cls, session_ids: set[int]) -> set[int]:
        living = cls._living().filter(id__in=session_ids)
        return {row["id"] for row in await living.values("id")}

    @classmethod
    def _living(cls) -> "QuerySet[Session]":
        return cls.filter(expires_at__gt=datetime.now(UTC), staff__left_at=None).select_related(
            "staff__church"
        )

    async def _touch(self) -> None:
        now = datetime.now(UTC)
        if now - self.seen_at > SEEN_EVERY:
            await Session.filter(id=self.id).update(seen_at=now, expires_at=now + SESSION_LIFE)
