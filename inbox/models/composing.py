"""A broadcast is composed: what is wrong with it is told before anybody gets it."""

from inbox.models.audience import Audience
from inbox.models.member import Member
from inbox.models.outbound import CannotSend
from inbox.rules.merge import fields_in, merge, unknown_in
from inbox.rules.segments import MAX_BODY


class TooLongFor(CannotSend):
    """With this person's name in it, the text is longer than can be sent."""

    def __init__(self, name: str) -> None:
        super().__init__("too_long_merged")
        self.name = name


class NotFilledIn(CannotSend):
    """In this text stands a {field}, written so, that would reach everybody as it stands."""

    def __init__(self, field: str) -> None:
        super().__init__("unknown_field")
        self.field = field


async def check(audience: Audience, body: str) -> None:
    """Raises CannotSend."""
    if field := unknown_in(body):
        raise NotFilledIn(field)
    await audience.check()
    await _check_length(audience, body)


async def _check_length(audience: Audience, body: str) -> None:
    """Raises TooLongFor. Few texts are so long that a name could make a difference."""
    longest_name = Member._meta.fields_map["name"].max_length  # type: ignore[attr-defined]
    if "first_name" not in fields_in(body) or len(body) + body.count("{") * longest_name < MAX_BODY:
        return
    for member in await audience.members():
        if len(merge(body, first_name=member.first_name)) > MAX_BODY and not member.refusal:
            raise TooLongFor(member.shown_name)
