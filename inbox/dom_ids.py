"""Where a fragment belongs on a page: the ids, lists and sort keys that `put` reads."""

from datetime import datetime

from inbox.models import Conversation, Message
from inbox.models.conversations.views import PERSONAL


def dom_id(row: Conversation | Message) -> str:
    if isinstance(row, Message):
        return f"message_{row.key}"
    return f"conversation_{row.id}"


def container(view: str, staff_id: int) -> str:
    """The id of the list on this person's page. A row knows no viewer: it names the person."""
    return f"rows_{_list(view, staff_id)}"


def counter(view: str, staff_id: int | None) -> str:
    """The id of the number beside the view in the rail."""
    return "counts" if view == "needs-reply" else f"counts_{_list(view, staff_id)}"


def _list(view: str, staff_id: int | None) -> str:
    return f"{PERSONAL[view]}_{staff_id}" if view in PERSONAL else view.replace("-", "_")


def containers(conversation: Conversation) -> list[str]:
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


def order(at: datetime | None, conversation: Conversation) -> str:
    """The sort key of a row: greater is later. Compares as text."""
    return f"{int(at.timestamp() * 1_000_000) if at else 0:017d}-{conversation.id:012d}"
