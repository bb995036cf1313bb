"""Rows to the HTML that pages, pushes, catch-up and responses share. No fragment knows a viewer."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from inbox.live.fragment_cache import FragmentCache, facts_of
from inbox.models import Church, Conversation, Group, Member, Message
from inbox.models.broadcasts.progress import Progress
from inbox.models.conversations.counts import Counts
from inbox.models.conversations.profile import Profile
from inbox.render import render
from inbox.rules.reasons import reason_for


class Fragments:
    """All fragments, with a cache of those that bursts and pages need most. Held by `Screens`."""

    def __init__(self) -> None:
        self._cache = FragmentCache()

    def message(self, church: Church, shown: Message) -> Markup:
        """`shown` comes from `thread.bubbles`, or with the same context."""
        if shown.is_undone:
            return Markup(_draw(church, "messages/_gone.html", message=shown))
        author = shown.author
        facts = (
            "message",
            church.language,
            church.country,
            facts_of(shown),
            shown.waits_for,
            author and author.name,
            shown.quoted,
            *map(facts_of, shown.pictures),
        )
        return self._cache.drawn(
            facts, lambda: _draw(church, "messages/_message.html", message=shown)
        )

    def row(self, church: Church, conversation: Conversation, listed: bool = False) -> Markup:
        """`listed`: it is the next row of a list, and stays where it is put."""
        assignee = conversation.assignee
        facts = (
            "row",
            church.language,
            church.country,
            listed,
            facts_of(conversation),
            facts_of(conversation.member),
            conversation.phone_number.number,
            assignee and assignee.name,
            *map(facts_of, conversation.mentions),
        )
        shown = {"conversation": conversation, "listed": listed}
        return self._cache.drawn(facts, lambda: _draw(church, "conversations/_row.html", **shown))

    def news(self, church: Church, count: int) -> str:
        """How many rows are missing from a list that is filtered or sorted by name."""
        return _draw(church, "conversations/_news.html", news=count)

    def gate(self, church: Church, conversation: Conversation) -> str:
        refusal = conversation.refusal
        reason = reason_for(refusal) if refusal else None
        return _draw(church, "conversations/_gate.html", conversation=conversation, reason=reason)

    def head(self, church: Church, conversation: Conversation) -> str:
        """The member, the assignee, and the state: three root elements."""
        templates = (
            "conversations/_head.html",
            "conversations/_assignee.html",
            "conversations/_card.html",
        )
        return "".join(_draw(church, one, conversation=conversation) for one in templates)

    def details(self, church: Church, profile: Profile) -> list[str]:
        """All of a conversation's details, except what `head` shows."""
        member, groups_ = profile.conversation.member, profile.groups
        return [
            _draw(church, "conversations/_facts.html", profile=profile),
            _draw(church, "conversations/_received.html", profile=profile),
            self.about(church, member),
            self.groups(church, member, groups_, profile.member_of),
            *(self.membership(church, member, one, profile.member_of) for one in groups_),
        ]

    def about(self, church: Church, member: Member) -> str:
        return _draw(church, "members/_about.html", member=member)

    def membership(self, church: Church, member: Member, group: Group, member_of: set[int]) -> str:
        """Whether the member is in this group, as a control."""
        context = {"member": member, "group": group, "member_of": member_of}
        return _draw(church, "members/_membership.html", **context)

    def groups(
        self, church: Church, member: Member, groups: list[Group], member_of: set[int]
    ) -> str:
        """The groups that the member is in."""
        context = {"member": member, "groups": groups, "member_of": member_of}
        return _draw(church, "members/_groups.html", **context)

    def banner(self, church: Church) -> str:
        """What stops all of the church's texts, or nothing."""
        return _draw(church, "_banner.html", church=church)

    def counts(self, church: Church, shown: Counts, staff_ids: Iterable[int]) -> str:
        """A root element for each view, and one per person for each personal view."""
        return _draw(church, "conversations/_counts.html", rail_counts=shown, staff_ids=staff_ids)

    def broadcast(self, church: Church, shown: Progress) -> str:
        return _draw(church, "broadcasts/_broadcast.html", **broadcast_facts(shown))


def broadcast_facts(shown: Progress) -> dict[str, Any]:
    """What its templates need: the broadcast and its progress."""
    return {
        "broadcast": shown.broadcast,
        "progress": shown,
        "counts": shown.counts,
        "status": shown.status,
        "total": shown.total,
    }


def _draw(church: Church, template: str, /, **context: Any) -> str:
    """In the church's language, with phone numbers as dialed in its country."""
    return render(church.language, template, country=church.country, **context)
