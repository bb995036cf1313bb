"""Moves: the one place where the status of a text changes, one text or many in one statement.

    scheduled -> (queued as a new row)
    queued -> sending (claimed; then marked, then handed over) -> accepted -> sent -> delivered
                 |                                 |
                 v                                 v
              queued again, or failed          unconfirmed -> found at the provider, or queued again

A move counts only while the text still is as whoever asks for it knows it: each names the statuses
that it starts from, and the claim or the attempt that it is about. Whatever hangs on a status is
written here: when it was settled, when to ask the provider, and the conversation's row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any

from inbox import db
from inbox.batching import Batcher
from inbox.clock import now
from inbox.models.change import change_many
from inbox.models.message import Message
from inbox.rules import status_order

# Without a receipt for so long, the provider is asked how far a text got; then ever more rarely.
FIRST_ASK = timedelta(minutes=15)

# Columns that may differ between the texts of one statement, and their types.
_OWN_TYPES = {"claim": "text", "provider_sid": "text", "attempts": "smallint"}
_REVISION = (
    "(select conversation.revision from conversation "
    "where conversation.id = message.conversation_id)"
)


@dataclass(frozen=True, slots=True)
class Move:
    """The status that a text gets, if its status is one of `start` and it has all of `known`.

    `columns` are written along, and so is `sid`, the provider's name for it, if there is one.
    `was` is the status that whoever asks has seen.
    """

    id: int
    conversation_id: int
    phone_number_id: int
    was: str
    start: tuple[str, ...]
    to: str
    code: str | None = None
    sid: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """A bubble to show: it moved, or waited for one that did."""

    id: int
    conversation_id: int
    church_id: int
    phone_number_id: int
    broadcast_id: int | None
    status: str
    revision: int

    @classmethod
    def of(cls, message: Message) -> "Changed":
        return cls(*[getattr(message, name) for name in _NAMES])


@dataclass
class Settled:
    """What the provider's word changed: the bubbles to show. Empty when it was already known."""

    conversation_id: int
    messages: list[Changed] = field(default_factory=list)


async def ask(one: Move) -> Settled:
    """Move a text, together with whatever else of its number is asked for meanwhile.

    Raises IntegrityError if its name is another text's already.
    """
    return await _asked.submit(one, lane=one.phone_number_id, apart=one.id)


async def _move_all(moves: list[Move]) -> list[Settled]:
    """Texts of one number."""
    conversation_ids = [one.conversation_id for one in moves]
    async with change_many(moves[0].phone_number_id, conversation_ids):
        changed = await move(moves)
    asked = {one.id for one in moves}
    moved = {one.id: one for one in changed if one.id in asked}
    waiting = [one for one in changed if one.id not in asked]
    return [_settled(one, moved.get(one.id), waiting) for one in moves]


def _settled(one: Move, moved: Changed | None, waiting: Sequence[Changed]) -> Settled:
    """What waited for a text is shown with it."""
    if moved is None:
        return Settled(one.conversation_id)
    behind = [each for each in waiting if each.conversation_id == one.conversation_id]
    return Settled(one.conversation_id, [moved, *behind])


async def move(moves: Sequence[Move]) -> list[Changed]:
    """Inside a transaction that has taken the conversations' revisions (a claim needs none).

    What has changed: the texts that moved, and those that no longer wait for them, or do now.
    """
    moved: list[dict[str, Any]] = []
    # Of several steps of one text the lower goes first.
    for alike in sorted(_alike(moves), key=lambda alike: status_order.RANK[alike[0].to]):
        moved += await _move_alike(alike)
    # No screen is told of a claim: it has taken no revision.
    shown = [row for row in moved if row["status"] != "sending"]
    if newest := [row["id"] for row in shown if row["is_newest"]]:
        await _show_in_rows(newest)
    was = {one.id: one.was for one in moves}
    waiting = await _waiting_behind([row for row in shown if _holds_up(row, was[row["id"]])])
    return [_changed(row) for row in (*moved, *waiting)]


def _alike(moves: Sequence[Move]) -> list[list[Move]]:
    """Those that one statement can move."""
    groups: dict[object, list[Move]] = {}
    for one in moves:
        known = tuple((name, value is None) for name, value in one.known.items())
        columns = tuple(one.columns.items())
        how = (one.to, one.start, one.code, one.sid is None, known, columns)
        groups.setdefault(how, []).append(one)
    return list(groups.values())


async def _move_alike(moves: list[Move]) -> list[dict[str, Any]]:
    first = moves[0]
    several = db.padded(moves)
    own = {name: [one.known[name] for one in several] for name in _given(first.known)}
    written = {"status": first.to, **_along(first), **first.columns}
    sets = [f"{name} = ?" for name in written]
    if first.sid is not None:
        own["sid"] = [one.sid for one in several]
        sets.append("provider_sid = given.sid")
    if first.to != "sending":
        sets.append(f"revision = {_REVISION}")
    given, source, among, values = _in_the_statement([one.id for one in several], own)
    known = [f"message.{name} = given.{name}" for name in _given(first.known)]
    known += [f"message.{name} is null" for name, value in first.known.items() if value is None]
    return await db.rows(
        f"{given}update message set {', '.join(sets)} {source}where "
        # They are found by their ids. PostgreSQL's statistics know of hardly any queued texts when
        # a broadcast begins, so it would rather read all of them: the empty string hides the
        # partial indexes from it.
        f"{' and '.join([among, *known])} and message.status || '' in ({db.marks(first.start)}) "
        f"returning {_SHOWN}, message.attempts, message.id = (select last_message_id "
        "from conversation where conversation.id = message.conversation_id) as is_newest",
        *(values if given else ()),
        *written.values(),
        *(() if given else values),
        *first.start,
    )


def _given(known: Mapping[str, Any]) -> list[str]:
    return [name for name, value in known.items() if value is not None]


def _in_the_statement(
    ids: Sequence[int], own: Mapping[str, Sequence[Any]]
) -> tuple[str, str, str, list[Any]]:
    """What differs between the texts: before the update, in its `from` and its `where`; values."""
    if not own:
        return "", "", f"message.id in ({db.marks(ids)})", list(ids)
    casts = [f"cast(? as {_OWN_TYPES.get(name, 'text')})" for name in own]
    row = f"(cast(? as bigint), {', '.join(casts)})"
    given = f"with given (id, {', '.join(own)}) as (values {', '.join([row] * len(ids))}) "
    values = [value for row_values in zip(ids, *own.values(), strict=True) for value in row_values]
    return given, "from given ", "message.id = given.id", values


def _along(one: Move) -> dict[str, Any]:
    """What a status brings with it."""
    if one.to == "sending":
        return {"attempted_at": None}
    common = {"claim": None, "error_code": one.code}
    if one.to == "queued":
        return {**common, "claimed_at": None, "attempted_at": None, "ask_after": None}
    if one.to == "unconfirmed":
        return {**common, "settled_at": None}
    if one.to in status_order.FINAL:
        return {**common, "ask_after": None, "settled_at": now()}
    return {**common, "ask_after": now() + FIRST_ASK}


async def _show_in_rows(ids: Sequence[int]) -> None:
    """Each of these is its conversation's newest: the row tells of its status."""
    several = db.padded(ids)
    await db.rows(
        "update conversation set last_status = message.status from message "
        "where conversation.id = message.conversation_id "
        "and conversation.last_message_id = message.id "
        f"and message.id in ({db.marks(several)}) returning conversation.id",
        *several,
    )


def _holds_up(row: Mapping[str, Any], was: str) -> bool:
    """Whether others wait for this text from now on, or may have waited for it until now."""
    if "unconfirmed" in (was, row["status"]) or row["status"] == "queued":
        return True
    tried_before = {"queued": 0, "sending": 1}.get(was)
    return tried_before is not None and row["attempts"] > tried_before


async def _waiting_behind(moved: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The texts behind these: their bubbles say that they wait, or no longer say so."""
    if not moved:
        return []
    several = db.padded(sorted({row["conversation_id"] for row in moved}))
    ids = db.padded([row["id"] for row in moved])
    # Hidden from PostgreSQL, which would otherwise read all that is queued: see `_move_alike`.
    return await db.rows(
        f"update message set revision = {_REVISION} "
        f"where conversation_id in ({db.marks(several)}) "
        "and status || '' = 'queued' and attempts = 0 "
        f"and id not in ({db.marks(ids)}) "
        f"returning {_SHOWN}",
        *several,
        *ids,
    )


def _changed(row: Mapping[str, Any]) -> Changed:
    return Changed(*[row[name] for name in _NAMES])


_NAMES = [one.name for one in fields(Changed)]
_SHOWN = ", ".join(f"message.{name}" for name in _NAMES)
_asked = Batcher(_move_all)
