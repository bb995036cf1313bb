"""Rows to the HTML that pages, pushes, catch-up and answers share. No fragment knows a viewer."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from inbox.live.drawings import Drawings, facts_of
from inbox.models import Church, Conversation, Group, Member, Message
from inbox.models.broadcasts.progress import Progress
from inbox.models.conversations.counts import Counts
from inbox.models.conversations.profile import Profile
from inbox.render import render
from inbox.rules.reasons import reason_for

drawings = Drawings()


def message(language: str, shown: Message) -> Markup:
    """With what `thread.SHOWN` fetches."""
    if shown.is_undone:
        return Markup(render(language, "messages/_gone.html", message=shown))
    author, answers = shown.author, shown.answers
    facts = (
        "message",
        language,
        facts_of(shown),
        author and author.name,
        answers and (answers.body, shown.conversation.member.first_name),
        *map(facts_of, shown.pictures),
    )
    return drawings.drawn(facts, lambda: render(language, "messages/_message.html", message=shown))


def row(language: str, conversation: Conversation, listed: bool = False) -> Markup:
    """`listed`: it is the next of a list, and stands where it is put."""
    assignee = conversation.assignee
    facts = (
        "row",
        language,
        listed,
        facts_of(conversation),
        facts_of(conversation.member),
        conversation.phone_number.shown,
        conversation.member.shown_phone,
        assignee and assignee.name,
        *map(facts_of, conversation.mentions),
    )
    shown = {"conversation": conversation, "listed": listed}
    return drawings.drawn(facts, lambda: render(language, "conversations/_row.html", **shown))


def news(language: str, count: int) -> str:
    """How many rows a list that is narrowed or sorted by name does not have yet."""
    return render(language, "conversations/_news.html", news=count)


def gate(language: str, conversation: Conversation) -> str:
    refusal = conversation.refusal
    reason = reason_for(refusal) if refusal else None
    return render(language, "conversations/_gate.html", conversation=conversation, reason=reason)


def head(language: str, conversation: Conversation) -> str:
    """Who this is, whose it is, and its state: three roots."""
    templates = (
        "conversations/_head.html",
        "conversations/_assignee.html",
        "conversations/_card.html",
    )
    return "".join(render(language, one, conversation=conversation) for one in templates)


def details(language: str, profile: Profile) -> list[str]:
    """All that the details of a conversation show, but for what `head` brings."""
    member, groups_ = profile.conversation.member, profile.groups
    return [
        render(language, "conversations/_facts.html", profile=profile),
        render(language, "conversations/_received.html", profile=profile),
        about(language, member),
        groups(language, member, groups_, profile.member_of),
        *(membership(language, member, one, profile.member_of) for one in groups_),
    ]


def about(language: str, member: Member) -> str:
    return render(language, "members/_about.html", member=member)


def membership(language: str, member: Member, group: Group, member_of: set[int]) -> str:
    """Whether the member is in this group, as it is chosen."""
    context = {"member": member, "group": group, "member_of": member_of}
    return render(language, "members/_membership.html", **context)


def groups(language: str, member: Member, groups: list[Group], member_of: set[int]) -> str:
    """Those that the member is in."""
    context = {"member": member, "groups": groups, "member_of": member_of}
    return render(language, "members/_groups.html", **context)


def banner(language: str, church: Church) -> str:
    """What stops all of its texts, or nothing."""
    return render(language, "_banner.html", church=church)


def counts(language: str, shown: Counts, staff_ids: Iterable[int]) -> str:
    """A root for each view, and of "mine" one for each of these people."""
    return render(language, "conversations/_counts.html", rail_counts=shown, staff_ids=staff_ids)


def broadcast(language: str, shown: Progress) -> str:
    return render(language, "broadcasts/_broadcast.html", **broadcast_facts(shown))


def broadcast_facts(shown: Progress) -> dict[str, Any]:
    """What its templates need: the broadcast, and how far it has come."""
    return {
        "broadcast": shown.broadcast,
        "progress": shown,
        "counts": shown.counts,
        "status": shown.status,
        "total": shown.total,
    }
