"""A saved reply: a text that staff send often, with {first_name} for the member's name."""

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.models import Model

from inbox.i18n import N_, Problem
from inbox.models.church import Church
from inbox.rules.segments import MAX_TEXT_LENGTH

MAX_TITLE_LENGTH = 80
MAX_SAVED = 500
MAX_FOUND = 20


class SavedReplyProblem(Problem):
    """What is wrong with the given title or body."""


class SavedReply(Model):
    id = fields.BigIntField(primary_key=True)
    church: fields.ForeignKeyRelation[Church] = fields.ForeignKeyField(
        "inbox.Church", related_name="saved_replies", on_delete=fields.CASCADE
    )
    church_id: int
    title = fields.CharField(MAX_TITLE_LENGTH)
    body = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "saved_reply"
        unique_together = (("church_id", "title"),)

    @classmethod
    async def add(cls, church: Church, title: str, body: str) -> "SavedReply":
        """Raises SavedReplyProblem."""
        title, body = _checked(title, body)
        if await cls.filter(church_id=church.id).count() >= MAX_SAVED:
            raise SavedReplyProblem(
                N_("There are already 500 saved replies, which is the limit. Delete one first.")
            )
        try:
            return await cls.create(church=church, title=title, body=body)
        except IntegrityError:
            raise _taken() from None

    async def change(self, title: str, body: str) -> None:
        """Raises SavedReplyProblem."""
        title, body = _checked(title, body)
        try:
            await SavedReply.filter(id=self.id).update(title=title, body=body)
        except IntegrityError:
            raise _taken() from None

    @classmethod
    async def all_of(cls, church: Church) -> "list[SavedReply]":
        return await cls.filter(church_id=church.id).order_by("title", "id").limit(MAX_SAVED)

    @classmethod
    async def matching(cls, church: Church, words: str) -> "list[SavedReply]":
        """A few saved replies with these words in their title or body; those that begin with them
        come first."""
        here = cls.filter(church_id=church.id).order_by("title", "id").limit(MAX_FOUND)
        if not words:
            return await here
        begin = await here.filter(title__istartswith=words)
        others = here.filter(Q(title__icontains=words) | Q(body__icontains=words))
        others = others.exclude(id__in=[one.id for one in begin])
        return [*begin, *await others][:MAX_FOUND]


def _checked(title: str, body: str) -> tuple[str, str]:
    title = " ".join(title.split())
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not title:
        raise SavedReplyProblem(N_("Please enter a title."))
    if len(title) > MAX_TITLE_LENGTH:
        raise SavedReplyProblem(N_("The title can have at most 80 characters."))
    if not body:
        raise SavedReplyProblem(N_("Please enter the text of the reply."))
    if len(body) > MAX_TEXT_LENGTH:
        raise SavedReplyProblem(N_("The reply can have at most 1,600 characters."))
    return title, body


def _taken() -> SavedReplyProblem:
    return SavedReplyProblem(N_("There is already a saved reply with that title."))
