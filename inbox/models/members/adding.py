"""Adding one member."""

from dataclasses import dataclass, field

from inbox.models.member import Member
from inbox.models.members.naming import name_member


@dataclass
class Added:
    """The new member, and the conversations that staff had opened with their number before."""

    member: Member
    conversation_ids: list[int] = field(default_factory=list)


class PhoneTaken(Exception):
    """Another member has this number."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member


async def add_member(church_id: int, phone: str, name: str) -> Added:
    """Add a member, or list a provisional one for good. Raises PhoneTaken."""
    member = await Member.with_phone(church_id, phone, name, provisional=True)
    # Of two who add the same number at once, only one finds it provisional.
    if not await Member.keep([member.id]):
        raise PhoneTaken(member)
    shown = await name_member(member, name) if name and name != member.name else []
    await member.refresh_from_db()
    return Added(member, shown)
