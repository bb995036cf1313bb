"""Scopes: a filter, a condition in SQL, a loaded row, and a list of rooms agree."""

import pytest

from inbox import db
from inbox.clock import now
from inbox.models import Conversation, Draft, Message, PhoneNumber, Staff
from inbox.models.conversations.choices import choices_of
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.listing import longest_waiting, page
from inbox.models.conversations.profile import Profile
from inbox.models.conversations.search import find_texts
from inbox.models.conversations.search_index import SearchIndex
from inbox.models.finders import (
    NotFound,
    find_conversation,
    find_conversations,
    find_main_number,
)
from inbox.models.scope import Scope, Viewer
from inbox.models.texts.receive import receive
from tests.cast import GEORGE, NAOMI, Cast


@pytest.fixture
async def youth(cast: Cast) -> PhoneNumber:
    """A second number of Grace Chapel."""
    return await PhoneNumber.connect(cast.grace, "+12025550101", "PN" + "8" * 32, 0)


@pytest.fixture
def only_youth(youth: PhoneNumber, monkeypatch: pytest.MonkeyPatch) -> None:
    """Volunteers see only the youth number: the one deciding line is replaced."""

    def of(viewer: Viewer) -> Scope:
        is_volunteer = getattr(viewer, "role", None) == "volunteer"
        return Scope(viewer.church_id, youth.id if is_volunteer else None)

    monkeypatch.setattr(Scope, "of", of)


async def text_both(cast: Cast, youth: PhoneNumber) -> None:
    """Naomi texts each of the two numbers, and George one."""
    for n, (number, from_) in enumerate(
        ((cast.grace_number, NAOMI), (youth, NAOMI), (cast.grace_number, GEORGE))
    ):
        body = f"Hello number {number.number[-1]}"
        assert await receive(number, sid=f"SM{n:032d}", from_=from_, body=body)
    while await SearchIndex().catch_up():
        pass


async def test_every_query_by_scope_gets_the_same_conversations(
    cast: Cast, youth: PhoneNumber
) -> None:
    await text_both(cast, youth)
    await cast.conversation(cast.lydia)
    every = await Conversation.all().order_by("id")
    scopes = {scope for row in every for scope in Scope.all_of(row)}
    assert len(scopes) == 5, "two churches, and each of their three numbers"
    for scope in scopes:
        filtered = await Conversation.filter(scope.condition()).order_by("id")
        sql = f"select id from conversation where {scope.sql()} order by id"
        listed = [one.id for one in filtered]
        assert [row["id"] for row in await db.rows(sql)] == listed != []
        assert [one.id for one in every if scope.includes(one)] == listed
        assert [one.id for one in every if scope in Scope.all_of(one)] == listed
        assert all(scope.has_number(one.phone_number_id) for one in filtered)


async def test_everyone_sees_the_whole_church_today(cast: Cast, youth: PhoneNumber) -> None:
    await text_both(cast, youth)
    for staff in (cast.ruth, cast.daniel, cast.mercy):
        assert len(await Conversation.visible_to(staff)) == 3
    assert await Conversation.visible_to(cast.sam) == []


async def seen_by(staff: Staff) -> set[str]:
    """The words that this person can reach, by every path."""
    rows = await page(staff)
    return {
        *(row.last_body for row in rows),
        *(text.body for text in await find_texts(staff, "hello")),
        *(begun["reply"] for begun in (await Draft.begun(staff)).values()),
    }


async def test_staff_limited_to_one_number_find_nothing_of_the_others(
    cast: Cast, youth: PhoneNumber, only_youth: None
) -> None:
    await text_both(cast, youth)
    mine, other = [
        await Conversation.get(member=cast.naomi, phone_number=number)
        for number in (youth, cast.grace_number)
    ]
    for one, body in ((mine, "Hello number 1"), (other, "Hello number 0")):
        for staff in (cast.mercy, cast.daniel):
            await Draft.keep(staff, one, "reply", body)
        await Conversation.filter(id=one.id).update(assignee_id=cast.mercy.id)
    await Conversation.filter(id=other.id).update(needs_reply_since=now().replace(year=2020))

    assert await seen_by(cast.mercy) == {"Hello number 1"}
    assert await seen_by(cast.daniel) == {"Hello number 0", "Hello number 1"}
    counts = await count_views(Scope.of(cast.mercy))
    assert counts.views["all"] == 1 and counts.of("mine", cast.mercy.id) == 1
    assert counts.longest_wait and counts.longest_wait.year > 2020
    whole = await count_views(Scope.of(cast.daniel))
    assert whole.views["all"] == 3 and whole.of("mine", cast.mercy.id) == 2

    next_one = await longest_waiting(cast.mercy)
    assert next_one and next_one.id == mine.id
    assert [one.id for one in (await choices_of(cast.mercy)).numbers] == [youth.id]
    assert (await find_main_number(cast.mercy)).id == youth.id
    profile = await Profile.of(await find_conversation(cast.mercy, mine.id), cast.mercy)
    assert (profile.others, profile.received) == ([], 1)
    assert [one.id for one in await find_conversations(cast.mercy, [mine.id, other.id])] == [
        mine.id
    ]
    with pytest.raises(NotFound):
        await find_conversation(cast.mercy, other.id)
    assert await Message.all().count() == 3
