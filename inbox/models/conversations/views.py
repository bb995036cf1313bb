"""The views of the inbox. A view is a filter that says which conversations are in its list;
dom_ids.py has the same rules for a single row."""

from datetime import UTC, datetime

from tortoise.expressions import Q

# In the order of the rail.
VIEWS = (
    "needs-reply",
    "mine",
    "unassigned",
    "mentions",
    "new",
    "all",
    "snoozed",
    "done",
    "scheduled",
)
# Views that differ from person to person.
PERSONAL = {"mine": "assigned", "mentions": "mentions"}

# For a moment that few conversations have: SQLite's index would not skip the others for "not null".
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
# Conversations without any text are in no list, except the list of scheduled ones.
_SAID = Q(last_at__isnull=False)
_FILTERS = {
    "needs-reply": _SAID & Q(needs_reply_since__gt=LONG_AGO),
    "unassigned": _SAID & Q(state="open", assignee_id=None),
    "new": _SAID & Q(state="open", member__name=""),
    "all": _SAID,
    "snoozed": _SAID & Q(state="snoozed"),
    "done": _SAID & Q(state="done"),
    "scheduled": Q(scheduled_for__gt=LONG_AGO),
}


def inside(view: str, staff_id: int | None) -> Q:
    """The conversations in this view. Personal views depend on the viewer."""
    if view == "mine":
        return _SAID & Q(state="open", assignee_id=staff_id)
    if view == "mentions":
        return _SAID & Q(mentions__staff_id=staff_id)
    return _FILTERS[view]
