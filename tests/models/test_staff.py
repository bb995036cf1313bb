"""Staff: who may change whom at the moment the change is stored."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from inbox.clock import now
from inbox.models import ApiToken, Session, Staff
from inbox.models.permissions import NotAllowed
from inbox.models.session import PasswordChanged
from inbox.models.staff import StaffProblem
from tests.cast import PASSWORD, Cast

NEW = "four unrelated words of hers"

Verb = Callable[[Cast, Staff], Awaitable[object]]
# Changes that only owners make, each by the given owner.
VERBS: dict[str, Verb] = {
    "adds": lambda cast, by: Staff.join(
        cast.grace, "esther@grace.example", "Esther Quist", PASSWORD, by=by
    ),
    "removes": lambda cast, by: cast.mercy.leave(by=by),
    "changes the role of": lambda cast, by: cast.mercy.take_role("owner", by=by),
    "resets the password of": lambda cast, by: cast.mercy.reset_password(NEW, by=by),
    "issues a token": lambda cast, by: ApiToken.issue(cast.grace, "A program", by=by),
}


async def owners(cast: Cast) -> int:
    return await Staff.filter(church=cast.grace, role="owner", left_at=None).count()


async def stored(cast: Cast) -> object:
    staff = Staff.filter(church=cast.grace).exclude(id=cast.ruth.id)
    return await staff.order_by("id").values(), await ApiToken.all().values()


@pytest.mark.parametrize("what", ["removes", "changes the role of"])
async def test_two_owners_who_change_each_other_at_once_leave_one(cast: Cast, what: str) -> None:
    async def change(person: Staff, by: Staff) -> None:
        if what == "removes":
            await person.leave(by=by)
        else:
            await person.take_role("volunteer", by=by)

    for _ in range(6):
        await Staff.filter(id__in=[cast.ruth.id, cast.daniel.id]).update(role="owner", left_at=None)
        ruth, daniel = await Staff.get(id=cast.ruth.id), await Staff.get(id=cast.daniel.id)
        outcomes = await asyncio.gather(
            change(daniel, ruth), change(ruth, daniel), return_exceptions=True
        )
        assert sorted(map(repr, outcomes)) == ["None", "NotAllowed()"]
        assert await owners(cast) == 1


@pytest.mark.parametrize("what", VERBS)
@pytest.mark.parametrize("lost", [{"role": "editor"}, {"left_at": now()}], ids=["role", "access"])
async def test_former_owners_cannot_change_anything(
    cast: Cast, what: str, lost: dict[str, object]
) -> None:
    """As in a request that was allowed just before."""
    await Staff.filter(id=cast.ruth.id).update(**lost)
    assert cast.ruth.role == "owner", "the premise: the request still holds her old role"
    before = await stored(cast)
    with pytest.raises(NotAllowed):
        await VERBS[what](cast, cast.ruth)
    assert await stored(cast) == before

    await Staff.filter(id=cast.ruth.id).update(role="owner", left_at=None)
    await VERBS[what](cast, cast.ruth)
    assert await stored(cast) != before, "the premise: an owner may"


async def test_the_last_owner_stays(cast: Cast) -> None:
    async def refused(sentence: str) -> None:
        with pytest.raises(StaffProblem, match=sentence):
            await cast.ruth.leave(by=cast.ruth)
        with pytest.raises(StaffProblem, match=sentence):
            await cast.ruth.take_role("editor", by=cast.ruth)

    await refused("Ruth Adeyemi is the only owner")
    # With another owner there is someone to ask.
    await cast.daniel.take_role("owner", by=cast.ruth)
    await refused("another owner can")
    assert await owners(cast) == 2


async def test_an_administrator_makes_an_owner_where_none_is_left(cast: Cast) -> None:
    await Staff.filter(church=cast.grace).update(role="volunteer")
    assert [church.id for church in await Staff.churches_without_owner()] == [cast.grace.id]
    await cast.ruth.make_owner()
    await Staff.filter(church=cast.grace).update(left_at=now())
    assert [church.id for church in await Staff.churches_without_owner()] == [cast.grace.id]
    await cast.ruth.make_owner()
    assert await Staff.churches_without_owner() == []
    assert await owners(cast) == 1


Ending = Callable[[Cast], Awaitable[object]]
ENDINGS: dict[str, Ending] = {
    "reset": lambda cast: cast.mercy.reset_password(NEW, by=cast.ruth),
    "reset by the administrator": lambda cast: cast.mercy.reset_password(NEW, by=None),
    "left": lambda cast: cast.mercy.leave(by=cast.ruth),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_password_changed_meanwhile_starts_no_session(cast: Cast, ending: str) -> None:
    verified = await Staff.sign_in(cast.mercy.email, PASSWORD)
    assert verified, "the premise: the password was right"
    await Session.begin(verified, "a telephone")
    await ENDINGS[ending](cast)
    with pytest.raises(PasswordChanged):
        await Session.begin(verified, "an attacker's")
    assert not await Session.exists(staff_id=cast.mercy.id)


async def test_a_session_that_begins_at_the_moment_of_a_reset_does_not_outlive_it(
    cast: Cast,
) -> None:
    for n in range(6):
        password = f"{NEW} {n}"
        verified = await Staff.get(id=cast.mercy.id)
        beginning = [Session.begin(verified, "an attacker's") for _ in range(4)]
        await asyncio.gather(
            *beginning[:2],
            cast.mercy.reset_password(password, by=cast.ruth),
            *beginning[2:],
            return_exceptions=True,
        )
        assert not await Session.exists(staff_id=cast.mercy.id)
        again = await Staff.sign_in(cast.mercy.email, password)
        assert again and await Session.begin(again, "her own")


async def test_the_old_password_changes_nothing_after_a_reset(cast: Cast) -> None:
    """As when someone who knows it changes it, and an owner's reset comes first."""
    intruder = await Staff.get(id=cast.mercy.id)
    session, _ = await Session.begin(intruder, "an attacker's")
    await cast.mercy.reset_password(NEW, by=cast.ruth)
    with pytest.raises(StaffProblem, match="not your current password"):
        await intruder.change_own_password(PASSWORD, "an attacker's longer phrase", session.id)
    assert await Staff.sign_in(cast.mercy.email, NEW)


async def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    session, _ = await Session.begin(cast.mercy, "this one")
    await Session.begin(cast.mercy, "another")
    await cast.mercy.change_own_password(PASSWORD, NEW, session.id)
    assert [one.id for one in await Session.filter(staff_id=cast.mercy.id)] == [session.id]
    assert await Staff.sign_in(cast.mercy.email, NEW)
    assert not await Staff.sign_in(cast.mercy.email, PASSWORD)
