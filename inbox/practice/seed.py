"""The practice church: believable members and three months of conversations to try everything with.

Every text in it is settled, so opening a practice church sends nothing.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from inbox import db
from inbox.context import Context
from inbox.models import (
    Church,
    Conversation,
    Group,
    Member,
    PhoneNumber,
    ReadMark,
    SavedReply,
    Staff,
)
from inbox.models.permissions import Role
from inbox.practice import script
from inbox.practice.story import Story, new_sid

PRACTICE_CHURCH = "Grace Chapel"
PRACTICE_PASSWORD = "practice makes perfect"
OPEN_FOR = timedelta(weeks=14)
AREA_CODES = ("312", "773", "708", "630", "847", "202")


@dataclass(frozen=True)
class Colleague:
    """`unread` is the number of newest waiting conversations they have not opened yet."""

    first_name: str
    name: str
    email: str
    role: Role
    unread: int


COLLEAGUES = (
    Colleague("Ruth", "Ruth Adeyemi", "ruth@grace.example", "owner", 6),
    Colleague("Daniel", "Daniel Ortiz", "daniel@grace.example", "editor", 3),
    Colleague("Mercy", "Mercy Lind", "mercy@grace.example", "volunteer", 7),
)


@dataclass(frozen=True)
class Practice:
    """`handsets` are the members' phones with their names ("" if unknown), most recently active
    first.
    """

    church: Church
    owner: Staff
    people: list[Staff]
    password: str
    number: PhoneNumber
    handsets: list[tuple[str, str]]


async def seed(
    context: Context, *, today: datetime, account_sid: str, auth_token: str, number: str
) -> Practice:
    """Create the practice church unless it exists. The same `today` gives the same church.

    `today` is an aware datetime. Raises NumberTaken, or StaffProblem if another church has one of
    the email addresses; then nothing was created.
    """
    owner = await _owner()
    if owner is None:
        async with db.transaction():
            church = await Church.open(PRACTICE_CHURCH, created_at=today - OPEN_FOR)
            await church.connect(account_sid, auth_token, context.seal)
            await _fill(church, number, context.config.send_rate, today)
        owner = await _owner()
        assert owner is not None
    return await _practice(owner)


async def _owner() -> Staff | None:
    """Pastor Ruth of this church, not of another with the same name."""
    found = Staff.get_or_none(email=COLLEAGUES[0].email, church__name=PRACTICE_CHURCH)
    return await found.select_related("church")


async def _fill(church: Church, number: str, send_rate: float, today: datetime) -> None:
    rng = random.Random(today.isoformat())
    here = today.astimezone(ZoneInfo(church.timezone))
    said = script.threads(here, rng)
    phone_number = await PhoneNumber.connect(church, number, new_sid("PN", rng), send_rate)
    staff = await _staff(church)
    members = await _members(church, number, said, rng)
    groups = await _groups(church, members)
    conversations = await _conversations(phone_number, members)
    story = Story(phone_number, staff, groups, members, conversations, rng)
    await story.tell(said, script.broadcasts(here), script.handled(said, here))
    await story.save()
    await _read_marks(staff, story)
    for title, body in script.saved_replies().items():
        await SavedReply.add(church, title, body)


async def _staff(church: Church) -> dict[str, Staff]:
    return {
        one.first_name: await Staff.join(
            church, one.email, one.name, PRACTICE_PASSWORD, one.role, by=None
        )
        for one in COLLEAGUES
    }


async def _members(
    church: Church, number: str, said: list[script.Said], rng: random.Random
) -> dict[str, Member]:
    """Members by name; unnamed numbers by number."""
    strangers: dict[str, datetime] = {}
    for one in sorted(said, key=lambda one: one.at):
        if one.who.startswith("+"):
            strangers.setdefault(one.who, one.at)
    people = script.people()
    phones = [f"+1{area}55501{line:02d}" for area in AREA_CODES for line in range(1, 100)]
    free = [phone for phone in phones if phone not in strangers and phone != number]
    known = [
        Member(church=church, name=person.name, phone=phone, created_at=church.created_at)
        for person, phone in zip(people, rng.sample(free, len(people)), strict=True)
    ]
    unknown = [Member(church=church, phone=phone, created_at=at) for phone, at in strangers.items()]
    await Member.bulk_create(known + unknown)
    found = await Member.filter(church_id=church.id).order_by("id")
    return {member.name or member.phone: member for member in found}


async def _groups(church: Church, members: dict[str, Member]) -> dict[str, Group]:
    inside: dict[str, list[Member]] = {}
    for person in script.people():
        for name in person.groups:
            inside.setdefault(name, []).append(members[person.name])
    groups: dict[str, Group] = {}
    for name in sorted(inside):
        groups[name] = await Group.create(church=church, name=name, created_at=church.created_at)
        await groups[name].add(inside[name])
    return groups


async def _conversations(
    phone_number: PhoneNumber, members: dict[str, Member]
) -> dict[int, Conversation]:
    """One for each member: everyone gets a broadcast sooner or later."""
    await Conversation.bulk_create(
        [
            Conversation(
                church_id=member.church_id, member_id=member.id, phone_number_id=phone_number.id
            )
            for member in members.values()
        ]
    )
    found = await Conversation.filter(phone_number_id=phone_number.id).order_by("id")
    return {conversation.member_id: conversation for conversation in found}


async def _read_marks(staff: dict[str, Staff], story: Story) -> None:
    """Everything is read except the newest waiting conversations."""
    heard = [one for one in story.conversations.values() if one.inbound_count]
    waiting = [one for one in heard if one.needs_reply_since]
    waiting.sort(key=lambda one: one.last_at or datetime.min, reverse=True)
    marks: list[ReadMark] = []
    for colleague in COLLEAGUES:
        unread = {one.id for one in waiting[: colleague.unread]}
        for one in heard:
            read = story.answered[one.id] if one.id in unread else one.inbound_count
            reader = staff[colleague.first_name]
            marks.append(ReadMark(staff_id=reader.id, conversation_id=one.id, inbound_read=read))
    await ReadMark.bulk_create(marks)


async def _practice(owner: Staff) -> Practice:
    number = await PhoneNumber.main(owner.church_id)
    assert number is not None
    return Practice(
        church=owner.church,
        owner=owner,
        people=await Staff.filter(church_id=owner.church_id).order_by("id"),
        password=PRACTICE_PASSWORD,
        number=number,
        handsets=await _handsets(owner.church_id),
    )


async def _handsets(church_id: int) -> list[tuple[str, str]]:
    never = datetime.min.replace(tzinfo=UTC)
    conversations = await Conversation.whole().filter(church_id=church_id).order_by("member__name")
    conversations.sort(key=lambda one: one.last_at or never, reverse=True)
    return [(one.member.phone, one.member.name) for one in conversations]
