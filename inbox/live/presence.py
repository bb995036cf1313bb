"""Presence: who is looking at a conversation or typing in it, shown by name and never stored.

Each process knows its own sockets. Changes go to everyone in the church. A browser forgets what is
not repeated in time, so that no one stays after disconnecting silently.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from inbox.live import rooms
from inbox.models import Conversation
from inbox.models.scope import Scope
from inbox.rules.presence import LASTS, STATES, State

# A browser that sends more than this is ignored.
MAX_REPORTS, IN_SECONDS = 30, 10.0


class Emitter(Protocol):
    """The parts of python-socketio's server that presence needs."""

    async def emit(
        self,
        event: str,
        data: Any,
        *,
        to: str | list[str] | None = None,
        skip_sid: str | None = None,
    ) -> None: ...


@dataclass(frozen=True)
class Person:
    staff_id: int
    scope: Scope
    name: str
    initials: str


@dataclass
class _Socket:
    """One tab, with at most one conversation open."""

    person: Person
    conversation: Conversation | None = None
    state: State = "away"
    said_at: float = 0.0
    words: list[float] = field(default_factory=list)

    def is_at(self, conversation_id: int) -> bool:
        return self.conversation is not None and self.conversation.id == conversation_id


class Presence:
    """The presence of this process's sockets."""

    def __init__(self, emitter: Emitter, clock: Callable[[], float] = time.monotonic) -> None:
        self._emitter = emitter
        self._clock = clock
        self._sockets: dict[str, _Socket] = {}

    async def depart(self, sid: str) -> None:
        socket = self._sockets.pop(sid, None)
        if socket:
            await self._leave(socket)

    async def leave(self, sid: str, conversation: int) -> None:
        """The tab has closed this conversation."""
        socket = self._sockets.get(sid)
        if socket and socket.is_at(conversation):
            await self._leave(socket)

    async def say(self, sid: str, person: Person, asked: object) -> None:
        """Handle a browser's report, {conversation, state}, which is untrusted."""
        socket, word = self._sockets.setdefault(sid, _Socket(person)), _Word.read(asked)
        if word is None or not self._may_speak(socket):
            return
        if socket.is_at(word.conversation):
            await self._stay(socket, word.state)
        elif word.state != "away":
            await self._leave(socket)
            await self._enter(sid, socket, word)

    async def tell_list(self, sid: str, scope: Scope) -> None:
        """Tell a newly opened list who is where, as far as this process knows."""
        present = [one for one in self._present() if one.conversation]
        here = [one for one in present if one.conversation and scope.includes(one.conversation)]
        await self._tell_all(sid, here)

    def _may_speak(self, socket: _Socket) -> bool:
        now = self._clock()
        socket.words = [at for at in socket.words if now - at < IN_SECONDS]
        if len(socket.words) >= MAX_REPORTS:
            return False
        socket.words.append(now)
        return True

    async def _enter(self, sid: str, socket: _Socket, word: "_Word") -> None:
        """Checked once when a conversation is opened, and remembered, so that a heartbeat needs no
        query."""
        seen = Conversation.within(socket.person.scope).filter(id=word.conversation)
        conversation = await seen.only("id", "church_id", "phone_number_id").first()
        if conversation is None:
            return
        socket.conversation = conversation
        await self._stay(socket, word.state)
        here = [one for one in self._present() if one.is_at(conversation.id)]
        await self._tell_all(sid, [one for one in here if one.person != socket.person])
        # Other processes report their own sockets.
        room = rooms.conversation(conversation.id)
        await self._emitter.emit("who", {"conversation": conversation.id}, to=room, skip_sid=sid)

    async def _stay(self, socket: _Socket, state: State) -> None:
        if state == "away":
            await self._leave(socket)
        else:
            socket.state, socket.said_at = state, self._clock()
            await self._tell(socket.person, socket.conversation)

    async def _leave(self, socket: _Socket) -> None:
        conversation, socket.conversation, socket.state = socket.conversation, None, "away"
        if conversation is not None:
            await self._tell(socket.person, conversation)

    async def _tell(self, person: Person, conversation: Conversation | None) -> None:
        """Tell everyone who has the conversation open, and every list that contains it; each socket
        gets it once."""
        if conversation is not None:
            to = [*rooms.inboxes_with(conversation), rooms.conversation(conversation.id)]
            await self._emitter.emit("presence", self._word_of(person, conversation.id), to=to)

    async def _tell_all(self, sid: str, sockets: list[_Socket]) -> None:
        told = {(one.person, one.conversation.id) for one in sockets if one.conversation}
        for person, id in told:
            await self._emitter.emit("presence", self._word_of(person, id), to=sid)

    def _word_of(self, person: Person, conversation: int) -> dict[str, object]:
        return {
            "conversation": conversation,
            "staff_id": person.staff_id,
            "name": person.name,
            "initials": person.initials,
            "state": self._state_of(person, conversation),
        }

    def _state_of(self, person: Person, conversation: int) -> State:
        """The most active state among their tabs."""
        states = {
            one.state for one in self._present() if one.person == person and one.is_at(conversation)
        }
        return "writing" if "writing" in states else "viewing" if states else "away"

    def _present(self) -> Iterator[_Socket]:
        now = self._clock()
        for socket in self._sockets.values():
            if socket.state != "away" and now - socket.said_at < LASTS[socket.state]:
                yield socket


@dataclass(frozen=True)
class _Word:
    conversation: int
    state: State

    @classmethod
    def read(cls, asked: object) -> "_Word | None":
        if not isinstance(asked, dict):
            return None
        id, said = asked.get("conversation"), asked.get("state")
        state = next((one for one in STATES if one == said), None)
        if type(id) is not int or not 0 < id < 2**62 or state is None:
            return None
        return cls(id, state)
