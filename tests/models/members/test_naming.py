"""Naming members."""

import pytest

from inbox.models.members.naming import name_member
from tests.cast import Cast


async def test_a_name_is_shown_wherever_the_member_is(cast: Cast) -> None:
    conversation = await cast.conversation()
    assert await name_member(cast.naomi, "  Naomi \n Stone ") == [conversation.id]
    named = await cast.conversation()
    assert named.member.name == "Naomi Stone" and named.revision == conversation.revision + 1


@pytest.mark.parametrize("nothing", ["", " \n "])
async def test_a_name_of_nothing_changes_nothing(cast: Cast, nothing: str) -> None:
    with pytest.raises(ValueError):
        await name_member(cast.naomi, nothing)
    assert (await cast.conversation()).member.name == "Naomi Park"
