"""The views of the inbox: which conversations stand in which list. A view is a filter; the same
rule for one row in hand is what its fragment says of itself."""

from typing import TYPE_CHECKING

from tortoise.expressions import Q

if TYPE_CHECKING:
    from inbox.models.conversation import Conversation

# In the order of the rail.
VIEWS = ("needs-reply", "mine", "unassigned", "new", "all", "snoozed", "done")

_FILTERS = {
    "needs-reply": Q(needs_reply_since__isnull=False),
    "unassigned": Q(state="open", assignee_id=None),
    "new": Q(state="open", member__name=""),
    "all": Q(),
    "snoozed": Q(state="snoozed"),
    "done": Q(state="done"),
}


def inside(view: str, staff_id: int | None) -> Q:
    """The conversations of this view. Only "mine" depends on who looks at it."""
    if view == "mine":
        return Q(state="open", assignee_id=staff_id)
    return _FILTERS[view]


def container(view: str, staff_id: int) -> str:
    """The id of the list on this person's page. A row knows no viewer: it names the person."""
    name = f"assigned_{staff_id}" if view == "mine" else view.replace("-", "_")
    return f"rows_{name}"


def containers(conversation: "Conversation") -> list[str]:
    """The ids of all lists in which this row stands, with its member at hand."""
    lists = ["rows_all"]
    if conversation.needs_reply:
        lists.append("rows_needs_reply")
    if conversation.state != "open":
        return [*lists, f"rows_{conversation.state}"]
    if not conversation.member.is_named:
        lists.append("rows_new")
    if conversation.assignee_id is None:
        return [*lists, "rows_unassigned"]
    return [*lists, f"rows_assigned_{conversation.assignee_id}"]
