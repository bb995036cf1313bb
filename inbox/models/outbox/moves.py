"""Moves: the one place where a text's status changes, for one or many texts per statement.

    scheduled -> queued, or failed
    queued -> sending (claimed; then marked, then handed over) -> accepted -> sent -> delivered
                 |                                 |
                 v                                 v
              queued again, or failed          unconfirmed -> found at the provider, or queued again

A move applies only if the text is still as the caller knows it: each move names the statuses it may
start from, and the claim or attempt it is about. Everything that depends on a status is written
here: when it was settled, when to ask the provider, and the conversation's row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, ClassVar

from inbox import db
from inbox.batching import Batcher
from inbox.clock import now
from inbox.models.change import change_many
from inbox.models.message import Message
from inbox.rules import status_order

# The provider is first asked about a text after this long without a receipt, then less and less
# often.
FIRST_ASK = timedelta(minutes=15)

# Columns that may differ between the texts of one statement, with their types.
_OWN_TYPES = {"claim": "text", "provider_sid": "text", "attempts": "smallint"}
_REVISION = (
    "(select conversation.revision from conversation "
    "where conversation.id = message.conversation_id)"
)


@dataclass(frozen=True, slots=True)
class Move:
    """The status that a text gets, if its status is in `start` and its columns match `known`.

    `columns` are written too, and `sid`, the provider's id for the text, if there is one. `was` is
    the status that the caller has seen.
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
    """A bubble to show: its text moved, or waited for one that did."""

    id: int
    conversation_id: int
    church_id: int
    phone_number_id: int
    broadcast_id: int | None
    status: str
    revision: int
    # Only texts of ours move.
    is_inbound: ClassVar[bool] = False
    answers_id: ClassVar[None] = None

    @classmethod
    def of(cls, message: Message) -> "Changed":
        return cls(*[getattr(message, name) for name in _NAMES])


@dataclass
class Settled:
    """The bubbles to show after a report from the provider. Empty if it was already known."""

    conversation_id: int
    messages: list[Changed] = field(default_factory=list)


async def ask(one: Move) -> Settled:
    """Move a text, batched with the other moves of its number.

    Raises IntegrityError if another text already has its `sid`.
    """
    return await _asked.submit(one, lane=one.phone_number_id, apart=one.id)


async def _move_all(moves: list[Move]) -> list[Settled]:
    """For texts of one number."""
    conversation_ids = [one.conversation_id for one in moves]
    async with change_many(moves[0].phone_number_id, conversation_ids):
        changed = await move(moves)
    asked = {one.id for one in moves}
    moved = {one.id: one for one in changed if one.id in asked}
    waiting = [one for one in changed if one.id not in asked]
    return [_settled(one, moved.get(one.id), waiting) for one in moves]


def _settled(one: Move, moved: Changed | None, waiting: Sequence[Changed]) -> Settled:
    """The moved text, along with the texts that waited for it."""
    if moved is None:
        return Settled(one.conversation_id)
    behind = [each for each in waiting if each.conversation_id == one.conversation_id]
    return Settled(one.conversation_id, [moved, *behind])


async def move(moves: Sequence[Move]) -> list[Changed]:
    """Move texts, inside a transaction that has taken the conversations' revisions (a claim needs
    none).

    Returns what has changed: texts that moved, and texts that now wait for them or no longer do.
    """
    moved: list[dict[str, Any]] = []
    # If a text has several steps, the lower status goes first.
    for alike in sorted(_alike(moves), key=lambda alike: status_order.RANK[alike[0].to]):
        moved += await _move_alike(alike)
    # Screens are not told about a claim, which takes no revision.
    shown = [row for row in moved if row["status"] != "sending"]
    if newest := [row["id"] for row in shown if row["is_newest"]]:
        await _show_in_rows(newest)
    was = {one.id: one.was for one in moves}
    waiting = await _waiting_behind([row for row in shown if _holds_up(row, was[row["id"]])])
    return [_changed(row) for row in (*moved, *waiting)]


def _alike(moves: Sequence[Move]) -> list[list[Move]]:
    """Group the moves that can share a statement."""
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
        # Look the texts up by id. When a broadcast begins, PostgreSQL's statistics show hardly any
        # queued texts, so it would read all of them instead. The empty string hides the partial
        # indexes from it.
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
    """For what differs between the texts: the SQL before the update, in `from`, and in `where`; its
    values."""
    if not own:
        return "", "", f"message.id in ({db.marks(ids)})", list(ids)
    casts = [f"cast(? as {_OWN_TYPES.get(name, 'text')})" for name in own]
    row = f"(cast(? as bigint), {', '.join(casts)})"
    given = f"with given (id, {', '.join(own)}) as (values {', '.join([row] * len(ids))}) "
    values = [value for row_values in zip(ids, *own.values(), strict=True) for value in row_values]
    return given, "from given ", "message.id = given.id", values


def _along(one: Move) -> dict[str, Any]:
    """The columns that change along with a status."""
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
    """Update the conversations' rows if these are their newest texts."""
    several = db.padded(ids)
    await db.rows(
        "update conversation set last_status = message.status from message "
        "where conversation.id = message.conversation_id "
        "and conversation.last_message_id = message.id "
        f"and message.id in ({db.marks(several)}) returning conversation.id",
        *several,
    )


def _holds_up(row: Mapping[str, Any], was: str) -> bool:
    """Whether other texts now wait for this one, or may have waited until now."""
    if was == "scheduled":
        # It joins the queue at its end.
        return False
    if "unconfirmed" in (was, row["status"]) or row["status"] == "queued":
        return True
    tried_before = {"queued": 0, "sending": 1}.get(was)
    return tried_before is not None and row["attempts"] > tried_before


async def _waiting_behind(moved: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The texts behind these, whose bubbles now say that they wait, or no longer do."""
    if not moved:
        return []
    several = db.padded(sorted({row["conversation_id"] for row in moved}))
    ids = db.padded([row["id"] for row in moved])
    # Hidden from PostgreSQL, which would otherwise read all queued texts: see `_move_alike`.
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
