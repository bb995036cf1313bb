"""Staff: someone who signs in."""

from datetime import UTC, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from inbox import db
from inbox.i18n import N_, Problem
from inbox.models.acting import acting
from inbox.models.church import Church
from inbox.models.hashing import NOBODY, fits, hashed, off_loop
from inbox.models.permissions import Role
from inbox.rules.passwords import weakness

# PostgreSQL's advisory lock for creating the first account.
FIRST_LOCK = int.from_bytes(b"first")


class StaffProblem(Problem):
    """What is wrong with the details given, in one sentence."""


class NotTheFirst(Exception):
    """An account already exists."""


class Staff(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="staff", on_delete=fields.RESTRICT
    )
    church_id: int
    # An email address signs in to one church, so signing in never asks which one.
    email = fields.CharField(254, unique=True)
    name = fields.CharField(80)
    # models/permissions.py says what each role may do.
    role: Role = fields.CharField(12, default="editor")  # type: ignore[assignment]
    password_hash = fields.CharField(255)
    created_at = fields.DatetimeField(auto_now_add=True)
    left_at = fields.DatetimeField(null=True)
    # What this person is notified about: "all", "mine" (assigned to them, or mentioning them), or
    # "none".
    notify = fields.CharField(8, default="mine", db_default="mine")
    # Notify only on these days of the week (0 is Monday) and between these minutes of the church's
    # day. If the first minute is later than the second, the period spans midnight; if they are
    # equal, it is the whole day.
    notify_days = fields.CharField(7, default="0123456", db_default="0123456")
    notify_from = fields.SmallIntField(default=0, db_default=0)
    notify_until = fields.SmallIntField(default=0, db_default=0)
    # Whether to play a sound when a text arrives while the page is in the background.
    sound = fields.BooleanField(default=True, db_default=True)
    # Whether Enter sends. Otherwise, Enter begins a new line, and Ctrl+Enter sends.
    enter_sends = fields.BooleanField(default=True, db_default=True)
    # For how many seconds a text can be undone before it goes; 0 for none.
    undo_seconds = fields.SmallIntField(default=5, db_default=5)

    sessions: fields.ReverseRelation[Any]

    class Meta:
        table = "staff"

    @classmethod
    async def join(
        cls,
        church: Church,
        email: str,
        name: str,
        password: str,
        role: Role = "editor",
        *,
        by: "Staff | None",
    ) -> "Staff":
        """Raises StaffProblem, with a sentence, if the details cannot be used; NotAllowed."""
        details = await cls._checked(email, name, church.name, password)
        left = cls.filter(church_id=church.id, email=details["email"], left_at__isnull=False)
        try:
            async with acting(by, "manage_staff"):
                # Staff who return find what they wrote under their name.
                if await left.update(left_at=None, role=role, **details):
                    return await cls.get(email=details["email"])
                return await cls.create(church=church, role=role, **details)
        except IntegrityError:
            raise _taken() from None

    @classmethod
    async def found_church(
        cls,
        church_name: str,
        email: str,
        name: str,
        password: str,
        *,
        first: bool = False,
        **given: str,
    ) -> "Staff":
        """Create a church and its owner in one transaction. Raises StaffProblem.

        `first`: only while the installation has no staff at all; otherwise raises NotTheFirst.
        `given`: other columns of the church, such as its `language`.
        """
        if not church_name.strip():
            raise StaffProblem(N_("Please enter the name of your church."))
        details = await cls._checked(email, name, church_name, password)
        try:
            async with db.transaction():
                church = await Church.open(church_name.strip()[:120], **given)
                if first:
                    await cls._check_first()
                return await cls.create(church=church, role="owner", **details)
        except IntegrityError:
            raise _taken() from None

    @classmethod
    async def _check_first(cls) -> None:
        if db.speaks_postgres():
            # Two who try to be first at the same moment do not see each other's rows.
            await db.rows("select pg_advisory_xact_lock(?)", FIRST_LOCK)
        if await cls.exists():
            raise NotTheFirst

    @classmethod
    async def _checked(
        cls, email: str, name: str, church_name: str, password: str
    ) -> dict[str, Any]:
        email = checked_email(email)
        await _check_password(password, email, name, church_name)
        return {
            "email": email,
            "name": name.strip()[:80] or email.split("@")[0],
            "password_hash": await hashed(password),
        }

    @classmethod
    async def sign_in(cls, email: str, password: str) -> "Staff | None":
        staff = await cls.get_or_none(email=email.strip().lower(), left_at=None).select_related(
            "church"
        )
        fit = await fits(staff.password_hash if staff else NOBODY, password)
        return staff if fit else None

    @classmethod
    async def here(cls, church_id: int) -> "list[Staff]":
        """A church's staff who have not left, those with the oldest accounts first."""
        return await cls.filter(church_id=church_id, left_at=None).order_by("id")

    async def find_again(self) -> "Staff | None":
        return await Staff.get_or_none(id=self.id, left_at=None)

    async def lock_password(self) -> bool:
        """Whether the password is still the one that `self` was read with. Inside a transaction:
        until it ends, it stays that."""
        same = await db.rows(
            "update staff set password_hash = password_hash "
            "where id = ? and password_hash = ? and left_at is null returning id",
            self.id,
            self.password_hash,
        )
        return bool(same)

    async def change_own_password(self, current: str, password: str, keep_session: int) -> None:
        """Change the password of someone who gives their current one, and sign out their other
        browsers. Raises StaffProblem."""
        if not await fits(self.password_hash, current):
            raise _not_current()
        new = await self._hashed(password)
        async with db.transaction():
            if not await self.lock_password():
                raise _not_current()
            await self._set_password(new)
            await self.sessions.all().exclude(id=keep_session).delete()

    async def reset_password(self, password: str, *, by: "Staff | None") -> None:
        """Change the password of someone who forgot it, and sign them out everywhere. `by` is an
        owner, or None for the administrator. Raises StaffProblem, NotAllowed."""
        new = await self._hashed(password)
        async with acting(by, "manage_staff"):
            await self._set_password(new)
            await self.sessions.all().delete()

    async def _hashed(self, password: str) -> str:
        church = await Church.get(id=self.church_id)
        await _check_password(password, self.email, self.name, church.name)
        return await hashed(password)

    async def _set_password(self, password_hash: str) -> None:
        self.password_hash = password_hash
        await self.save(update_fields=["password_hash"])

    async def prefer(self, **chosen: Any) -> None:
        """Set preferences: the columns from `notify` on."""
        self.update_from_dict(chosen)
        await self.save(update_fields=list(chosen))

    async def leave(self, *, by: "Staff") -> None:
        """End this person's access. What they wrote keeps their name. Raises StaffProblem,
        NotAllowed."""
        async with acting(by, "manage_staff"):
            await self._check_not_last_owner()
            if self.id == by.id:
                raise StaffProblem(N_("You cannot remove yourself; another owner can."))
            self.left_at = datetime.now(UTC)
            await self.save(update_fields=["left_at"])
            await self.sessions.all().delete()

    async def take_role(self, role: Role, *, by: "Staff") -> None:
        """Raises StaffProblem, NotAllowed."""
        async with acting(by, "manage_staff"):
            await self._check_not_last_owner()
            if self.id == by.id:
                raise StaffProblem(N_("You cannot change your own role; another owner can."))
            self.role = role
            await self.save(update_fields=["role"])

    async def _check_not_last_owner(self) -> None:
        others = Staff.filter(church_id=self.church_id, role="owner", left_at=None)
        if not await others.exclude(id=self.id).exists():
            raise StaffProblem(
                N_("%(name)s is the only owner. Make someone else an owner first."), name=self.name
            )

    async def make_owner(self) -> None:
        """For the administrator, when a church has no owner left: make this person one, even after
        they have left."""
        async with db.transaction():
            await Church.lock(self.church_id)
            self.role, self.left_at = "owner", None
            await self.save(update_fields=["role", "left_at"])

    @classmethod
    async def churches_without_owner(cls) -> list[Church]:
        owned = cls.filter(role="owner", left_at=None).values_list("church_id", flat=True)
        return await Church.exclude(id__in=await owned).order_by("id")

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


def _taken() -> StaffProblem:
    return StaffProblem(N_("Someone already signs in with that email address."))


def _not_current() -> StaffProblem:
    return StaffProblem(
        N_("That is not your current password. Your password has not been changed.")
    )


def checked_email(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise StaffProblem(
            N_("That email address does not look right. Please check it for typos.")
        ) from None


async def _check_password(password: str, *own: str) -> None:
    """Raises StaffProblem."""
    if problem := await off_loop(weakness, password, own):
        raise StaffProblem(problem.text, **problem.values)
