"""Staff: a person who signs in."""

from datetime import UTC, datetime
from typing import Any, Literal

from email_validator import EmailNotValidError, validate_email
from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from inbox import db
from inbox.models.church import Church
from inbox.models.hashing import NOBODY, fits, hashed, off_loop
from inbox.rules.passwords import weakness
from inbox.words import N_, Problem

Role = Literal["owner", "staff", "volunteer"]
ROLES: tuple[Role, ...] = ("owner", "staff", "volunteer")
# The name of PostgreSQL's lock for whoever wants to be the first.
FIRST_LOCK = int.from_bytes(b"first")


class StaffProblem(Problem):
    """What is wrong with the details given, in one sentence."""


class NotTheFirst(Exception):
    """There is somebody here already."""


class Staff(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="staff", on_delete=fields.RESTRICT
    )
    church_id: int
    # One address signs in to one church, so that signing in never asks which.
    email = fields.CharField(254, unique=True)
    name = fields.CharField(80)
    # What it may do stands in permissions.py.
    role: Role = fields.CharField(12, default="staff")  # type: ignore[assignment]
    password_hash = fields.CharField(255)
    created_at = fields.DatetimeField(auto_now_add=True)
    left_at = fields.DatetimeField(null=True)
    # What this person is notified of: "all", "mine" (assigned to them, or naming them) or "none".
    notify = fields.CharField(8, default="mine", db_default="mine")
    # Only on these days of the week, 0 for Monday, and between these minutes of the church's day;
    # from later than until goes over midnight, and both the same is the whole day.
    notify_days = fields.CharField(7, default="0123456", db_default="0123456")
    notify_from = fields.SmallIntField(default=0, db_default=0)
    notify_until = fields.SmallIntField(default=0, db_default=0)
    # A sound when a text comes while the page is not looked at.
    sound = fields.BooleanField(default=True, db_default=True)
    # Whether Enter sends, or begins a new line and Ctrl+Enter sends.
    enter_sends = fields.BooleanField(default=True, db_default=True)
    # So many seconds can a text be taken back before it goes; 0 for none.
    undo_seconds = fields.SmallIntField(default=5, db_default=5)

    sessions: fields.ReverseRelation[Any]

    class Meta:
        table = "staff"

    @classmethod
    async def join(
        cls, church: Church, email: str, name: str, password: str, role: Role = "staff"
    ) -> "Staff":
        """Raises StaffProblem with a sentence when the details cannot be used."""
        details = await cls._checked(email, name, church.name, password)
        left = cls.filter(church_id=church.id, email=details["email"], left_at__isnull=False)
        # Whoever comes back finds what they wrote under their name.
        if await left.update(left_at=None, role=role, **details):
            return await cls.get(email=details["email"])
        try:
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
        """A new church and its owner, both or neither. Raises StaffProblem.

        `first`: only while there is nobody in the whole installation; else NotTheFirst.
        `given`: what is known of the church besides, such as its `language`.
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
            # Two who are the first at once do not see each other.
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
        """Those of a church who have not left, the longest here first."""
        return await cls.filter(church_id=church_id, left_at=None).order_by("id")

    async def change_password(self, password: str, keep_session: int | None = None) -> None:
        """Signs out every other browser: whoever knew the old password is out. StaffProblem."""
        church = await Church.get(id=self.church_id)
        await _check_password(password, self.email, self.name, church.name)
        self.password_hash = await hashed(password)
        await self.save(update_fields=["password_hash"])
        others = self.sessions.all()
        await (others.exclude(id=keep_session) if keep_session else others).delete()

    async def prefer(self, **chosen: Any) -> None:
        """How they want to be notified and to write: the columns from `notify` on."""
        self.update_from_dict(chosen)
        await self.save(update_fields=list(chosen))

    async def leave(self) -> None:
        """They no longer sign in; what they wrote keeps their name."""
        self.left_at = datetime.now(UTC)
        await self.save(update_fields=["left_at"])
        await self.sessions.all().delete()

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    async def take_role(self, role: Role) -> None:
        self.role = role
        await self.save(update_fields=["role"])


def _taken() -> StaffProblem:
    return StaffProblem(N_("Someone already signs in with that email address."))


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
