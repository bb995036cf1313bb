"""Where a bubble stands in its thread."""

from typing import NamedTuple

from inbox.rules.ids import an_id


class Place(NamedTuple):
    """The bubbles of a thread stand in the order of their places.

    `position` is the conversation's revision with which the bubble took its place. Bubbles of one
    change follow each other by `id`.
    """

    position: int
    id: int

    def __str__(self) -> str:
        """Compares as text like the place itself, and is a number to pages from before there were
        positions, which compare numbers."""
        return f"{self.position:012d}.{self.id:012d}"

    @classmethod
    def read(cls, text: str | None) -> "Place | None":
        """The place in this text from a browser, or None if there is none.

        A page from before there were positions names an id alone. That became the position.
        """
        position, _, id = (text or "").partition(".")
        first, second = an_id(position), an_id(id or position)
        return None if first is None or second is None else cls(first, second)
