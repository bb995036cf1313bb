"""A list of conversations: one view, filtered and sorted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Q, RawSQL
from tortoise.queryset import QuerySet

from inbox.models.conversation import Conversation
from inbox.models.conversations.views import PERSONAL, VIEWS, inside
from inbox.models.scope import Scope
from inbox.models.staff import Staff
from inbox.rules.ids import an_id

# More rows than a phone shows at once. More load on scrolling.
FIRST_ROWS = 20
MORE_ROWS = 50
# Where a list continues: a row's sort value and its id.
Cursor = tuple[datetime | str, int]


@dataclass(frozen=True)
class Sort:
    """The column to sort by, and the fragment attribute, if any, that holds the same value as text,
    so that a browser can place a row."""

    field: str
    newest_first: bool = False
    attribute: str | None = None


SORTS = {
    "newest": Sort("last_at", True, "order"),
    "oldest": Sort("last_at", False, "order"),
    "longest-wait": Sort("needs_reply_since", False, "waits"),
    "soonest": Sort("scheduled_for", False, "goes"),
    # No attribute: databases and browsers sort names differently.
    "name": Sort("member__name"),
}
_USUAL = ("newest", "oldest", "name")
# Each view's sort orders; the first is the default.
_SORTS_OF = {
    "needs-reply": ("longest-wait", "newest", "oldest", "name"),
    "scheduled": ("soonest", "name"),
}
_FILTERS = {
    "opted-out": Q(member__opted_out_at__isnull=False),
}
# The statuses must be literal, in a condition of their own, for the partial index of
# migrations/0013 to apply. The ORM appends "= true".
_FAILED = RawSQL("conversation.last_status in ('failed', 'undelivered') and true")
# Filters such as "number-3": a word and the id of a row of the church.
_COLUMNS = {
    "number": "phone_number_id",
    "group": "member__memberships__group_id",
    "person": "assignee_id",
}


async def page(
    staff: Staff,
    listing: "Listing | str" = "all",
    *,
    before: Cursor | None = None,
    limit: int = MORE_ROWS,
) -> list[Conversation]:
    """One page of a list, in a fixed number of queries; `before` is the cursor of the previous
    page's last row.

    `listing` may be the name of a view. `staff` is the viewer.
    """
    if isinstance(listing, str):
        listing = Listing.read(listing)
    found = listing.narrowed(in_view(Scope.of(staff), listing.view, staff.id), staff.id)
    return (
        await listing.sorted(found, before)
        .limit(limit)
        .select_related("member")
        # Few distinct values that repeat: a join would build them anew for each row.
        .prefetch_related("mentions", "phone_number", "assignee")
    )


def in_view(scope: Scope, view: str, staff_id: int | None = None) -> QuerySet[Conversation]:
    found = Conversation.within(scope).filter(inside(view, staff_id))
    # By this, the database finds the church's unnamed members among the others.
    return found.filter(member__church_id=scope.church_id) if view == "new" else found


async def longest_waiting(staff: Staff, but: int | None = None) -> Conversation | None:
    """The conversation that has needed a reply longest, other than the one with this id."""
    waiting = Conversation.visible_to(staff).filter(inside("needs-reply", staff.id))
    if but is not None:
        waiting = waiting.exclude(id=but)
    return await waiting.order_by("needs_reply_since", "id").first()


def sorts_of(view: str) -> tuple[str, ...]:
    return _SORTS_OF.get(view, _USUAL)


@dataclass(frozen=True)
class Listing:
    view: str = "all"
    # "", "unread", "failed", "opted-out", "number-3", "group-5", or "person-2".
    filter: str = ""
    sort: str = "newest"

    @classmethod
    def read(cls, view: object, filter: object = "", sort: object = "") -> "Listing":
        """A listing from a URL or a browser. Unknown values are ignored."""
        known = next((one for one in VIEWS if one == view), "all")
        sorts = sorts_of(known)
        return cls(
            known,
            filter if isinstance(filter, str) and _is_filter(filter) else "",
            next((one for one in sorts if one == sort), sorts[0]),
        )

    @property
    def is_personal(self) -> bool:
        """Whether staff with the same scope may see different rows in it."""
        return self.view in PERSONAL or self.filter == "unread"

    @property
    def is_usual(self) -> bool:
        return not self.filter and self.sort == sorts_of(self.view)[0]

    @property
    def is_placed(self) -> bool:
        """Whether a fragment, which knows no viewer, can tell where its row belongs."""
        return not self.filter and SORTS[self.sort].attribute is not None

    @property
    def query(self) -> dict[str, str | None]:
        """The listing's URL parameters, without defaults."""
        return {
            "view": None if self.view == "all" else self.view,
            "filter": self.filter or None,
            "sort": None if self.sort == sorts_of(self.view)[0] else self.sort,
        }

    def narrowed(
        self, rows: QuerySet[Conversation], staff_id: int | None
    ) -> QuerySet[Conversation]:
        """The rows that pass the filter."""
        if not self.filter:
            return rows
        if self.filter == "unread":
            # Only an id from our own database, so it is safe in the SQL.
            unread = (
                "conversation.inbound_count - coalesce((select inbound_read from read_mark "
                f"where conversation_id = conversation.id and staff_id = {int(staff_id or 0)}), 0)"
            )
            return rows.annotate(unread=RawSQL(unread)).filter(unread__gt=0)
        if self.filter == "failed":
            return rows.annotate(failed=_FAILED).filter(failed=True)
        if self.filter in _FILTERS:
            return rows.filter(_FILTERS[self.filter])
        word, _, id = self.filter.partition("-")
        return rows.filter(**{_COLUMNS[word]: int(id)})

    def sorted(self, rows: QuerySet[Conversation], before: Cursor | None) -> QuerySet[Conversation]:
        """The rows in order, after the row of this cursor: never by offset."""
        field, newest_first = SORTS[self.sort].field, SORTS[self.sort].newest_first
        if before:
            value, id = before
            past = "lt" if newest_first else "gt"
            there: dict[str, Any] = {field: value, f"id__{past}": id}
            beyond: dict[str, Any] = {f"{field}__{past}": value}
            # Stated again so that an index range can begin there.
            rows = rows.filter(Q(**beyond) | Q(**there), **{f"{field}__{past}e": value})
        sign = "-" if newest_first else ""
        return rows.order_by(f"{sign}{field}", f"{sign}id")

    def cursor_of(self, row: Conversation) -> str:
        value: Any = row
        for name in SORTS[self.sort].field.split("__"):
            value = getattr(value, name)
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat()
        return f"{value}_{row.id}"

    def read_cursor(self, text: str) -> Cursor:
        """Raises ValueError if it is not a cursor."""
        value, _, number = text.rpartition("_")
        id = an_id(number)
        if id is None:
            raise ValueError("a cursor ends in an id")
        if SORTS[self.sort].field == "member__name":
            return value, id
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment has a zone")
        try:
            return moment.astimezone(UTC), id
        except OverflowError:
            raise ValueError("a moment is within the calendar") from None


def _is_filter(text: str) -> bool:
    word, _, id = text.partition("-")
    if word in _COLUMNS:
        return an_id(id) is not None
    return text in ("unread", "failed") or text in _FILTERS
