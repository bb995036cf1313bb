"""Receipts: what the provider reports about texts it took, in any order and by the thousand."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from inbox import db
from inbox.batching import Batcher
from inbox.models.outbox.claimed import Named
from inbox.models.outbox.moves import Settled
from inbox.models.outbox.outcomes import climb


async def settle(
    church_id: int, *, key: str | None, sid: str, status: str, code: str | None
) -> Settled | None:
    """Apply a receipt. It advances the text's status or changes nothing, whatever the order and
    number.

    The text is found by our own key if the receipt has it, otherwise by the provider's sid. None:
    not ours.
    """
    named = await _finding.submit(_Name(church_id, key, sid), lane=church_id)
    if named is None or named.provider_sid not in (None, sid):
        return None
    return await climb(named, sid, status, code)


@dataclass(frozen=True, slots=True)
class _Name:
    """How a receipt identifies its text."""

    church_id: int
    key: str | None
    sid: str


async def _find_all(names: list[_Name]) -> list[Named | None]:
    """For receipts of one church."""
    church_id = names[0].church_id
    by_key = await _found(church_id, "key", [one.key for one in names if one.key])
    by_sid = await _found(church_id, "provider_sid", [one.sid for one in names if not one.key])
    return [by_key.get(one.key) if one.key else by_sid.get(one.sid) for one in names]


async def _found(church_id: int, column: str, values: Sequence[str]) -> dict[str, Named]:
    if not values:
        return {}
    several = db.padded(values)
    found = await db.rows(
        f"select {_COLUMNS} from message "
        # The plus sign keeps SQLite from walking through all texts of the church instead of the
        # keys.
        f"where {'+' if column == 'key' else ''}church_id = ? and kind = 'out' "
        f"and {column} in ({db.marks(several)})",
        church_id,
        *several,
    )
    return {row[column]: Named(**row) for row in found}


_COLUMNS = ", ".join(one.name for one in fields(Named))
_finding = Batcher(_find_all)
