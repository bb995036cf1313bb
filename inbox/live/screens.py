"""What screens are told. Called on the line after a model's verb, once it is committed.

Each `show_*` shows one kind of thing. Those that end in `_soon` do not wait: they gather a burst of
changes and show it together. The others return the HTML, for the response to whoever made the
change.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Literal

from inbox.dom_ids import dom_id
from inbox.live import rooms
from inbox.live.debouncer import Debouncer
from inbox.live.emit_queue import EmitQueue, Emitter, Heard, everywhere
from inbox.live.fragments import Fragments
from inbox.models import Broadcast, Church, Conversation, Group, Member, Message, Staff
from inbox.models.broadcasts.progress import open_progress
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.drawing import (
    conversation_ids_with,
    drawn_bubbles,
    drawn_conversations,
)
from inbox.models.outbox.moves import Changed
from inbox.models.scope import Scope

# Seconds between two counts of the same church, and between two updates of a broadcast's progress.
COUNTING_PAUSE = 0.25
# How many conversations are read at once.
MAX_AT_ONCE = 100

# How far someone has read, or what they have begun to write.
Own = Literal["read", "unread", "draft"]


@dataclass
class _Unshown:
    """What to show of one conversation; `rooms` are those of the lists it may be in."""

    church_id: int
    rooms: list[str]
    bubbles: set[int] = field(default_factory=set)
    row: bool = False


_ARRIVED = ("arrived",)


class Screens:
    """The screens that a process tells: its own browsers, or those of all processes over Redis.

    Created once per process and held by its context. It keeps only what has not been shown yet,
    and the fragments drawn last.
    """

    def __init__(self, emitter: Emitter, heard: Heard = everywhere) -> None:
        self.fragments = Fragments()
        self._queue = EmitQueue(emitter, heard)
        self._counting = Debouncer(COUNTING_PAUSE)
        self._next = Debouncer(pause=0)
        # By church: the rooms of those who may see texts that arrived since its counts were last
        # shown.
        self._arrived: dict[int, set[str]] = {}
        # Changes whose callers do not wait for the screens, by conversation id.
        self._unshown: dict[int, _Unshown] = {}

    async def drain(self) -> None:
        """Wait until every screen has been told of everything so far."""
        await self._next.drain()
        await self._counting.drain()
        await self._queue.drain()

    async def show_conversations(
        self, ids: Iterable[int], messages: Iterable[Message | Changed] = ()
    ) -> list[str]:
        """Show these bubbles, the row, the head, and the gate of their conversations, and the
        counts. Returns the HTML of all but the counts."""
        bubbles = await self._drawn([message.id for message in messages])
        html: list[str] = []
        for conversation in await _whole(set(ids)):
            # Nothing is awaited within a conversation: its change is one frame in every room.
            html += self._put_opened(conversation, bubbles.get(conversation.id, ()))
            html.append(self._put_row(conversation))
            self.show_counts_soon(conversation.church_id)
            # Rendering takes time, and other requests are waiting.
            await asyncio.sleep(0)
        return html

    def show_messages_soon(self, messages: Iterable[Message | Changed]) -> None:
        """Show these bubbles and what they change: their conversations, the counts, and the
        progress of their broadcasts. A member's text is announced as just arrived."""
        for one in messages:
            self._remember(one)
            if one.is_inbound:
                self._arrived.setdefault(one.church_id, set()).update(rooms.rails_with(one))
            if broadcast_id := one.broadcast_id or one.answers_id:
                self.show_broadcast_soon(broadcast_id)

    def _remember(self, one: Message | Changed) -> None:
        lists = rooms.inboxes_with(one)
        unshown = self._unshown.setdefault(one.conversation_id, _Unshown(one.church_id, lists))
        unshown.bubbles.add(one.id)
        # A broadcast's copy changes nothing in its conversation's row.
        unshown.row |= not one.broadcast_id
        self._next.ask("messages", self._show_unshown)
        self.show_counts_soon(one.church_id)

    async def _show_unshown(self) -> None:
        waiting = self._unshown
        while waiting:
            some = dict(waiting.popitem() for _ in range(min(len(waiting), MAX_AT_ONCE)))
            opened, listed = await self._watched(some)
            bubbles = await self._drawn([id for one in opened for id in some[one].bubbles])
            conversations = await _whole(opened | listed)
            for church_id in {one.church_id for one in some.values()}:
                await self._counting.hurry(f"counts:{church_id}")
            for conversation in conversations:
                # Nothing is awaited within a conversation: its change is one frame in every room.
                if conversation.id in opened:
                    self._put_opened(conversation, bubbles.get(conversation.id, ()))
                if conversation.id in listed:
                    self._put_row(conversation)
                # Rendering takes time, and other requests are waiting.
                await asyncio.sleep(0)

    async def _watched(self, some: Mapping[int, _Unshown]) -> tuple[set[int], set[int]]:
        """Those of these conversations that someone has open, and those whose rows someone sees."""
        lists = {id: one.rooms for id, one in some.items() if one.row}
        heard = await self._queue.heard({*map(rooms.conversation, some), *chain(*lists.values())})
        opened = {id for id in some if rooms.conversation(id) in heard}
        return opened, {id for id, rooms_ in lists.items() if heard.intersection(rooms_)}

    async def _drawn(self, ids: Sequence[int]) -> dict[int, list[tuple[Message, str]]]:
        """Bubbles and their HTML, by conversation. Messages are read again, with all that bubbles
        need: screens show what the database holds."""
        if not ids:
            return {}
        shown = await drawn_bubbles(ids)
        churches = await Church.in_bulk({message.church_id for message in shown}, "id")
        drawn: dict[int, list[tuple[Message, str]]] = {}
        for message in shown:
            html = self.fragments.message(churches[message.church_id], message)
            drawn.setdefault(message.conversation_id, []).append((message, html))
        return drawn

    def _put_opened(
        self, conversation: Conversation, bubbles: Iterable[tuple[Message, str]]
    ) -> list[str]:
        """Put bubbles and what is above and below them where it is open. Returns their HTML."""
        room, church = rooms.conversation(conversation.id), conversation.church
        html: list[str] = []
        for message, bubble in bubbles:
            self._queue.put(room, dom_id(message), bubble, message.revision)
            html.append(bubble)
        gate = self.fragments.gate(church, conversation)
        head = self.fragments.head(church, conversation)
        self._queue.put(room, f"gate_{conversation.id}", gate, conversation.revision)
        self._queue.put(room, f"head_{conversation.id}", head, conversation.revision)
        return [*html, gate, head]

    def _put_row(self, conversation: Conversation) -> str:
        row = self.fragments.row(conversation.church, conversation)
        for room in rooms.inboxes_with(conversation):
            self._queue.put(room, dom_id(conversation), row, conversation.revision)
        return row

    def show_counts_soon(self, church_id: int) -> None:
        """Show the counts beside the lists, and where a member's text has arrived."""
        self._counting.ask(f"counts:{church_id}", partial(self._show_counts, church_id))

    async def _show_counts(self, church_id: int) -> None:
        arrived = self._arrived.pop(church_id, set())
        staff = await Staff.here(church_id)
        for scope in {Scope.of(one) for one in staff}:
            if heard := await self._queue.heard((rooms.inbox(scope), rooms.counts(scope))):
                html = await self._counts(scope, staff)
                for room in heard:
                    news = _ARRIVED if room in arrived else ()
                    self._queue.put(room, "counts", html, news=news)

    async def counts_of(self, scope: Scope) -> str:
        """The counts of all views, including personal ones, and what stops the whole church, if
        anything.

        Staff who have left are not counted for.
        """
        return await self._counts(scope, await Staff.here(scope.church_id))

    async def _counts(self, scope: Scope, staff: Sequence[Staff]) -> str:
        church = await Church.get(id=scope.church_id)
        ids = [one.id for one in staff]
        counts = self.fragments.counts(church, await count_views(scope), ids)
        return counts + self.fragments.banner(church)

    async def show_broadcast(self, broadcast: Broadcast) -> str:
        """Show its progress and the counts. Returns the HTML of its progress."""
        church = await Church.get(id=broadcast.church_id)
        html = self.fragments.broadcast(church, await open_progress(broadcast))
        for room in _rooms_of(broadcast):
            self._queue.put(room, f"broadcast_{broadcast.id}", html)
        self.show_counts_soon(broadcast.church_id)
        return html

    def show_broadcast_soon(self, broadcast_id: int) -> None:
        work = partial(self._show_if_watched, broadcast_id)
        self._counting.ask(f"broadcast:{broadcast_id}", work)

    async def _show_if_watched(self, broadcast_id: int) -> None:
        broadcast = await Broadcast.get(id=broadcast_id)
        if await self._queue.heard(_rooms_of(broadcast)):
            await self.show_broadcast(broadcast)

    async def show_about(self, church: Church, member: Member) -> list[str]:
        """Show the notes about a member where one of their conversations is open. Returns their
        HTML."""
        html = self.fragments.about(church, member)
        return await self._put_member(member, {f"about_{member.id}": html})

    async def show_memberships(
        self, church: Church, members: Iterable[Member], group: Group
    ) -> None:
        """Show it for those of these members whose details someone may have open."""
        members = list(members)
        ids = await conversation_ids_with(members)
        heard = await self._queue.heard({rooms.conversation(id) for id in chain(*ids.values())})
        for member in members:
            if heard.intersection(map(rooms.conversation, ids[member.id])):
                await self.show_membership(church, member, group)

    async def show_membership(self, church: Church, member: Member, group: Group) -> list[str]:
        """Show the member's groups, and this group's control. Returns their HTML."""
        # First: what is read afterward is at least as new.
        await member.refresh_from_db(fields=["revision"])
        groups, member_of = await Group.all_of(member.church_id), await Group.ids_with(member)
        chips = self.fragments.groups(church, member, groups, member_of)
        choice = self.fragments.membership(church, member, group, member_of)
        return await self._put_member(
            member, {f"groups_{member.id}": chips, f"group_{member.id}_{group.id}": choice}
        )

    async def _put_member(self, member: Member, html: Mapping[str, str]) -> list[str]:
        for id in (await conversation_ids_with([member]))[member.id]:
            for element, fragment in html.items():
                self._queue.put(rooms.conversation(id), element, fragment, member.revision)
        return list(html.values())

    async def show_church(self, church_id: int) -> None:
        """Tell every screen of this church to catch up, since much has changed at once."""
        for scope in {Scope.of(one) for one in await Staff.here(church_id)}:
            await self._queue.tell(rooms.inbox(scope), "look", {})

    async def show_own(
        self, staff_id: int, event: Own, conversation_id: int, **what: int | str
    ) -> None:
        """Show one person's tabs what is theirs alone in a conversation: `inbound_read`, or the
        draft's `kind` and `body`."""
        own = {"conversation": conversation_id, **what}
        await self._queue.tell(rooms.staff(staff_id), event, own)


async def _whole(ids: set[int]) -> list[Conversation]:
    return await drawn_conversations(ids) if ids else []


def _rooms_of(broadcast: Broadcast) -> list[str]:
    return [*rooms.broadcast_lists_with(broadcast), rooms.broadcast(broadcast.id)]
