"""Texts to many members or a few: sent now or later, with their progress."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID, uuid5

from pydantic import Field, PlainValidator, WithJsonSchema
from quart import Blueprint, request

from inbox.api.auth import caller, church
from inbox.api.errors import ApiError
from inbox.api.operation import ApiModel, Success, Text, operation
from inbox.clock import now
from inbox.context import current_context, screens
from inbox.http_errors import TEXT_REFUSALS
from inbox.keys import checked_key, new_key
from inbox.models import Broadcast, Member
from inbox.models.broadcasts.audience import MAX_TARGETS
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.progress import counts_of
from inbox.models.finders import NotFound, find_broadcast_with
from inbox.rules.ids import MAX_ID, an_id
from inbox.rules.phone import parse_phone
from inbox.rules.refusals import CannotSend, checked_body
from inbox.rules.segments import MAX_TEXT_LENGTH
from inbox.rules.status_order import RANK

calls = Blueprint("messages", __name__)

# Clocks differ, and requests take time.
LATE = timedelta(minutes=5)
LATEST = timedelta(days=366)
MAX_KEY_LENGTH = 200
KEYS = UUID("5b0c2a5e-6f1d-5c0a-9d0e-3f6f2f0c7a11")


def _target_id(given: Any) -> int | str:
    """A member's or group's id, or a phone number in E.164."""
    if isinstance(given, str) and given.startswith("+"):
        if phone := parse_phone(given):
            return phone
        raise ValueError("holds a phone number that does not exist")
    if isinstance(given, str):
        given = an_id(given)
    if type(given) is not int or not 0 < given <= MAX_ID:
        raise ValueError("must hold ids, or phone numbers that begin with +")
    return given


def _moment(given: Any) -> datetime:
    if not isinstance(given, str):
        raise ValueError("must be a time such as 2030-05-01T18:30:00-05:00")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ValueError("must be a time such as 2030-05-01T18:30:00-05:00") from None
    if moment.tzinfo is None:
        raise ValueError("needs its offset from UTC, such as -05:00, or Z for none")
    return moment


TargetId = Annotated[
    int | str,
    PlainValidator(_target_id),
    WithJsonSchema({"type": ["integer", "string"]}),
]
Moment = Annotated[
    datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]


class SendMessage(ApiModel):
    content: Text = Field(
        description="The text; {first_name} becomes each member's own.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_TEXT_LENGTH},
    )
    target_type: Literal["all", "groups", "individual"]
    target_ids: list[TargetId] | None = Field(
        None,
        description="For groups: their ids. For individual: ids of members, or phone numbers "
        "such as +12025550142; a number that nobody has yet becomes a member. For all: none.",
        json_schema_extra={"maxItems": MAX_TARGETS},
    )
    send_at: Moment | None = Field(
        None, description="ISO 8601 with an offset, at most a year ahead. Without it: now."
    )


class SendResponse(Success):
    message_id: UUID


class Counts(ApiModel):
    """How many members have each status. `total` is the sum of all others.

    Members are counted once they are enqueued, which begins when it is time to send.
    """

    total: int
    queued: int
    sending: int
    unconfirmed: int
    accepted: int
    sent: int
    delivered: int
    undelivered: int
    failed: int
    canceled: int
    read: int
    opted_out: int
    unreachable: int


class Progress(ApiModel):
    status: str = Field(
        json_schema_extra={"enum": ["scheduled", "queued", "sending", "stopped", "done"]}
    )
    counts: Counts


class ProgressResponse(Success):
    data: Progress


@calls.post("/messages/send")
@operation(
    needs="send_broadcasts",
    body=SendMessage,
    response=SendResponse,
    headers={
        "Idempotency-Key": "Any text of up to 200 characters. The same request with the same key "
        "is sent once, however often it is made."
    },
    refusals={
        409: "key_reused: this Idempotency-Key has already sent something else.",
        422: f"{', '.join(TEXT_REFUSALS)}, send_at_past or send_at_too_far.",
    },
)
async def send(body: SendMessage) -> SendResponse:
    """Send a text to everyone, to groups, or to single members."""
    key = _key()
    ids, phones = _targets(body)
    content = checked_body(body.content)
    try:
        broadcast = await find_broadcast_with(caller(), key)
    except NotFound:
        broadcast = await _compose(body, key, ids, phones)
    if not await _is_same(broadcast, body, content, ids, phones):
        raise _key_reused()
    current_context().wake_worker()
    await screens().show_broadcast(broadcast)
    return SendResponse(message_id=UUID(broadcast.key))


def _key() -> str:
    """A key that this church's Idempotency-Key header always leads to, or a new one."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if len(given) > MAX_KEY_LENGTH:
        raise ApiError(
            400, "invalid_request", f"Idempotency-Key is longer than {MAX_KEY_LENGTH} characters."
        )
    return str(uuid5(KEYS, f"{church().id}:{given}")) if given else new_key()


def _targets(body: SendMessage) -> tuple[set[int], set[str]]:
    """The ids and phone numbers in the request."""
    ids = {one for one in body.target_ids or () if isinstance(one, int)}
    phones = {one for one in body.target_ids or () if isinstance(one, str)}
    if body.target_type == "all" and (ids or phones):
        # The caller meant these few, and would have texted the whole church.
        raise ApiError(400, "invalid_request", "targetIds must be left out when targetType is all.")
    if body.target_type == "groups" and phones:
        raise ApiError(
            400, "invalid_request", "targetIds must hold ids of groups when targetType is groups."
        )
    return ids, phones


async def _compose(body: SendMessage, key: str, ids: set[int], phones: set[str]) -> Broadcast:
    send_after = _send_after(body.send_at)
    if phones:
        ids = ids | await _members_with(ids, phones)
    try:
        return await compose_broadcast(
            church(),
            by=None,
            body=body.content,
            target_type=body.target_type,
            target_ids=sorted(ids),
            key=key,
            send_after=send_after,
        )
    except CannotSend as refused:
        # A request that came at the same moment was faster.
        raise _key_reused() if refused.code == "key_taken" else refused from None


def _key_reused() -> ApiError:
    return ApiError(409, "key_reused", "This Idempotency-Key has already sent something else.")


def _send_after(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment < now() - LATE:
        raise ApiError(422, "send_at_past", "sendAt has already passed.")
    if moment > now() + LATEST:
        raise ApiError(422, "send_at_too_far", "sendAt is more than a year ahead.")
    return moment.astimezone(UTC)


async def _members_with(ids: set[int], phones: set[str]) -> set[int]:
    """The ids of these members, including new ones for unknown numbers. Creates none if the text
    cannot be sent."""
    if not church().connected:
        raise CannotSend("not_connected")
    if len(ids) + len(phones) > MAX_TARGETS:
        raise CannotSend("too_many_targets")
    if await Member.filter(church_id=church().id, id__in=ids).count() != len(ids):
        raise CannotSend("unknown_target")
    await Member.bulk_create(
        [Member(church_id=church().id, phone=phone) for phone in sorted(phones)],
        ignore_conflicts=True,
    )
    return await _ids_of(phones)


async def _ids_of(phones: set[str]) -> set[int]:
    return {one.id for one in await Member.filter(church_id=church().id, phone__in=phones)}


async def _is_same(
    broadcast: Broadcast, body: SendMessage, content: str, ids: set[int], phones: set[str]
) -> bool:
    """Whether this broadcast, possibly from an earlier request, is what this request asks for."""
    if phones:
        ids = ids | await _ids_of(phones)
    return (
        (broadcast.body, broadcast.target_type) == (content, body.target_type)
        and broadcast.target_ids == sorted(ids)
        and body.send_at in (None, broadcast.send_after)
    )


@calls.get("/messages/<message_id>")
@operation(needs="read_broadcasts", response=ProgressResponse)
async def show(message_id: str) -> ProgressResponse:
    """The progress of a text with its members."""
    try:
        key = checked_key(message_id)
    except ValueError:
        raise NotFound from None
    broadcast = await find_broadcast_with(caller(), key)
    counts = await counts_of(broadcast)
    every = {name: counts.get(name, 0) for name in (*RANK, "opted_out", "unreachable")}
    return ProgressResponse(
        data=Progress(
            status=broadcast.status(counts), counts=Counts(total=sum(every.values()), **every)
        )
    )
