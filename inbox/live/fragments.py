"""Rows to the HTML that pages, pushes, catch-up and answers share. No fragment knows a viewer."""

from collections.abc import Iterable
from typing import Any

from inbox.models import Broadcast, Conversation, Message
from inbox.models.counts import Counts
from inbox.render import render
from inbox.rules.reasons import reason_for


def message(language: str, shown: Message) -> str:
    return render(language, "messages/_message.html", message=shown)


def row(language: str, conversation: Conversation) -> str:
    return render(language, "conversations/_row.html", conversation=conversation)


def gate(language: str, conversation: Conversation) -> str:
    refusal = conversation.refusal
    reason = reason_for(refusal) if refusal else None
    return render(language, "conversations/_gate.html", conversation=conversation, reason=reason)


def head(language: str, conversation: Conversation) -> str:
    """Who this is, whose it is, and its state: two roots."""
    templates = ("conversations/_head.html", "conversations/_assignee.html")
    return "".join(render(language, one, conversation=conversation) for one in templates)


def counts(language: str, shown: Counts, staff_ids: Iterable[int]) -> str:
    """A root for each view, and of "mine" one for each of these people."""
    return render(language, "conversations/_counts.html", rail_counts=shown, staff_ids=staff_ids)


def broadcast(language: str, shown: Broadcast, progress: dict[str, int]) -> str:
    return render(language, "broadcasts/_broadcast.html", **broadcast_facts(shown, progress))


def broadcast_facts(shown: Broadcast, progress: dict[str, int]) -> dict[str, Any]:
    """What its templates need: the broadcast, its counts, its status and how many copies it has."""
    left_out = ("opted_out", "unreachable")
    return {
        "broadcast": shown,
        "counts": progress,
        "status": shown.status(progress),
        "total": sum(count for status, count in progress.items() if status not in left_out),
    }
