"""Who sees which conversations. `Conversation.visible_to`, rooms, and counts all use it."""

from dataclasses import dataclass
from typing import Any, Protocol

from tortoise.expressions import Q


class Viewer(Protocol):
    """A member of staff, or a program with an API token."""

    church_id: int


class Row(Protocol):
    """A conversation, or another row that belongs to one of a church's numbers: a message, a
    broadcast."""

    @property
    def church_id(self) -> int: ...
    @property
    def phone_number_id(self) -> int: ...


@dataclass(frozen=True)
class Scope:
    """Some of a church's conversations. Viewers with the same scope share its counts and rooms.

    `condition`, `sql`, `includes`, and `all_of` must agree; tests/models/test_scope.py checks that.
    """

    church_id: int
    # Only conversations with this number; None for all of the church's numbers.
    phone_number_id: int | None = None

    @classmethod
    def of(cls, viewer: Viewer) -> "Scope":
        """What this viewer may see: the one place that decides it."""
        return cls(viewer.church_id)

    @classmethod
    def all_of(cls, row: Row) -> list["Scope"]:
        """Every scope that includes this row."""
        return [cls(row.church_id), cls(row.church_id, row.phone_number_id)]

    def includes(self, row: Row) -> bool:
        return self in Scope.all_of(row)

    def condition(self, path: str = "") -> Q:
        """The scope as a filter; `path` leads from the filtered table to the row, such as
        "message__"."""
        seen: dict[str, Any] = {f"{path}church_id": self.church_id}
        if self.phone_number_id is not None:
            seen[f"{path}phone_number_id"] = self.phone_number_id
        return Q(**seen)

    def sql(self, table: str = "conversation") -> str:
        """The scope as a SQL condition. It contains only ids from our own database."""
        return f"{table}.church_id = {int(self.church_id)}{self.and_sql(table)}"

    def and_sql(self, table: str = "conversation") -> str:
        """What `sql` checks besides the church, for rows that are known to be the church's."""
        if self.phone_number_id is None:
            return ""
        return f" and {table}.phone_number_id = {int(self.phone_number_id)}"

    def has_number(self, phone_number_id: int) -> bool:
        """Whether this scope includes the conversations of this number, which is the church's."""
        return self.phone_number_id in (None, phone_number_id)

    @property
    def is_whole_church(self) -> bool:
        return self.phone_number_id is None

    @property
    def name(self) -> str:
        """The scope's part of a room's name."""
        church = f"church:{self.church_id}"
        return church if self.is_whole_church else f"{church}:number:{self.phone_number_id}"
