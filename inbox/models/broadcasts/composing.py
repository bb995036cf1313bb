"""Composing a broadcast: problems are reported before anyone gets it."""

from collections.abc import Sequence
from datetime import datetime

from tortoise.exceptions import IntegrityError

from inbox.clock import now
from inbox.models.broadcast import Broadcast, TargetType
from inbox.models.broadcasts.audience import Audience
from inbox.models.church import Church
from inbox.models.member import Member
from inbox.models.phone_number import PhoneNumber
from inbox.models.staff import Staff
from inbox.rules.merge import merge
from inbox.rules.names import first_name
from inbox.rules.refusals import CannotSend, check_fields, checked_body
from inbox.rules.segments import MAX_TEXT_LENGTH


class TooLongFor(CannotSend):
    """With this member's name filled in, the text is too long to send."""

    def __init__(self, member: Member) -> None:
        super().__init__("too_long_merged")
        self.member = member


async def compose_broadcast(
    church: Church,
    *,
    by: Staff | None,
    body: str,
    target_type: TargetType,
    target_ids: Sequence[int] = (),
    key: str,
    send_after: datetime | None = None,
) -> Broadcast:
    """Store a broadcast, for the worker to send. Raises CannotSend.

    Ids that do not exist or belong to another church are refused as "unknown_target".
    """
    body = checked_body(body)
    targets = sorted(set(target_ids))
    if already := await Broadcast.get_or_none(key=key):
        same = (church.id, body, target_type, targets)
        if (already.church_id, already.body, already.target_type, already.target_ids) != same:
            raise CannotSend("key_taken")
        return already
    number = await PhoneNumber.main(church.id)
    if not church.connected or number is None:
        raise CannotSend("not_connected")
    await check(Audience(church.id, target_type, targets), body)
    try:
        return await Broadcast.create(
            church=church,
            phone_number=number,
            author=by,
            key=key,
            body=body,
            target_type=target_type,
            target_ids=targets,
            send_after=send_after or now(),
        )
    except IntegrityError:
        return await Broadcast.get(key=key, church_id=church.id)


async def rewrite_broadcast(
    broadcast: Broadcast,
    *,
    body: str,
    target_type: TargetType,
    target_ids: Sequence[int],
    send_after: datetime,
) -> None:
    """Replace all of a broadcast that is still waiting for its time. Raises CannotSend."""
    body, targets = checked_body(body), sorted(set(target_ids))
    await check(Audience(broadcast.church_id, target_type, targets), body)
    rewritten = await broadcast.not_yet_begun().update(
        body=body, target_type=target_type, target_ids=targets, send_after=send_after
    )
    if not rewritten:
        raise CannotSend("broadcast_begun")
    await broadcast.refresh_from_db()


async def check(audience: Audience, body: str) -> None:
    """Raises CannotSend."""
    check_fields(body)
    await audience.check()
    await _check_length(audience, body)


async def _check_length(audience: Audience, body: str) -> None:
    """Raises TooLongFor. Names make a difference to few texts, so most need no check."""
    longest_name = Member._meta.fields_map["name"].max_length  # type: ignore[attr-defined]
    if len(merge(body, first_name="x" * longest_name)) <= MAX_TEXT_LENGTH:
        return
    async for ids, names in audience.willing_names():
        for id, name in zip(ids, names, strict=True):
            if len(merge(body, first_name=first_name(name))) > MAX_TEXT_LENGTH:
                raise TooLongFor(await Member.get(id=id))
