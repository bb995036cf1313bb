"""Naming members."""

from inbox import db
from inbox.models.member import Member
from inbox.rules.names import MAX_NAME_LENGTH


async def name_member(member: Member, name: str) -> list[int]:
    """Name a member, or improve the name. Returns the ids of the conversations that show it.

    Raises ValueError if the name is empty.
    """
    name = " ".join(name.split())[:MAX_NAME_LENGTH]
    if not name:
        raise ValueError("a name has letters")
    async with db.transaction():
        shown = await db.rows(
            "update conversation set revision = revision + 1 where member_id = ? returning id",
            member.id,
        )
        await Member.filter(id=member.id).update(name=name, provisional="")
    return [row["id"] for row in shown]
