"""The views of the inbox: which conversations belong in which list. A view is a filter; placing.py
has the same rule for one row in hand."""

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
# Those that are another list for each person.
PERSONAL = {"mine": "assigned", "mentions": "mentions"}

# One in which nothing has been said yet stands in no list, but for what is said later.
_SAID = Q(last_at__isnull=False)
_FILTERS = {
    "needs-reply": _SAID & Q(needs_reply_since__isnull=False),
    "unassigned": _SAID & Q(state="open", assignee_id=None),
    "new": _SAID & Q(state="open", member__name=""),
    "all": _SAID,
    "snoozed": _SAID & Q(state="snoozed"),
    "done": _SAID & Q(state="done"),
    "scheduled": Q(scheduled_for__isnull=False),
}


def inside(view: str, staff_id: int | None) -> Q:
    """The conversations of this view. The personal ones depend on who looks at them."""
    if view == "mine":
        return _SAID & Q(state="open", assignee_id=staff_id)
    if view == "mentions":
        return _SAID & Q(mentions__staff_id=staff_id)
    return _FILTERS[view]
