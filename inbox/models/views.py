"""The views of the inbox: which conversations stand in which list. A view is a filter; the same
rule for one row in hand is what its fragment says of itself."""

from typing import TYPE_CHECKING

from tortoise.expressions import Q

if TYPE_CHECKING:
    from inbox.models.conversation import Conversation

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


def container(view: str, staff_id: int) -> str:
    """The id of the list on this person's page. A row knows no viewer: it names the person."""
    return f"rows_{_list(view, staff_id)}"


def counter(view: str, staff_id: int | None) -> str:
    """The id of the number beside the view in the rail."""
    return "counts" if view == "needs-reply" else f"counts_{_list(view, staff_id)}"


def _list(view: str, staff_id: int | None) -> str:
    return f"{PERSONAL[view]}_{staff_id}" if view in PERSONAL else view.replace("-", "_")


def containers(conversation: "Conversation") -> list[str]:
    """The ids of all lists in which this row stands, with its member and mentions at hand."""
    lists = ["rows_scheduled"] if conversation.scheduled_for else []
    if conversation.last_at is None:
        return lists
    lists.append("rows_all")
    lists += [f"rows_mentions_{one.staff_id}" for one in conversation.mentions]
    if conversation.needs_reply:
        lists.append("rows_needs_reply")
    if conversation.state != "open":
        return [*lists, f"rows_{conversation.state}"]
    if not conversation.member.is_named:
        lists.append("rows_new")
    if conversation.assignee_id is None:
        return [*lists, "rows_unassigned"]
    return [*lists, f"rows_assigned_{conversation.assignee_id}"]
