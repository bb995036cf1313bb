"""What strangers may hold open: a connection is one's until a signed-in browser is behind it.

Too many of them never keep anybody else waiting: the oldest is hung up. Whoever means it has long
had an answer by then.
"""

import logging
import resource
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from inbox.rules.places import is_near, place_of

log = logging.getLogger(__name__)

# Its address and port.
Peer = tuple[str, int]
# However many handles there are: each of these costs memory, too.
MAX_STRANGERS = 1_000
# Seconds in which whoever comes is heard first.
GRACE = 0.1
# Seconds after which nobody who means it still waits: a request has half a minute to come, and an
# answer a minute to be read.
MAX_WAIT = 120.0
# Seconds between two lines about the same trouble.
SAY_EVERY = 60.0
# Connections that may wait to be accepted: broadcasts bring callbacks in bursts.
BACKLOG = 1024


def raise_handle_limit() -> int:
    """As many handles as the system lets this process have; how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return 2**20 if hard == resource.RLIM_INFINITY else hard


class Seldom:
    """Says at most once a minute what anybody could make happen again and again."""

    def __init__(self) -> None:
        self._said_at = -SAY_EVERY

    def warn(self, text: str, *values: object) -> None:
        now = time.monotonic()
        if now - self._said_at >= SAY_EVERY:
            self._said_at = now
            log.warning(text, *values)


class Connection(socket.socket):
    """An accepted connection; `closed` is called once it has given its handle back."""

    place = ""
    peer: Peer = ("", 0)
    # Since when they wait to be heard, or to read their answer.
    waits_since = 0.0
    closed: Callable[["Connection"], None] | None = None
    _is_gone = False

    def close(self) -> None:
        super().close()
        if self.closed:
            done, self.closed = self.closed, None
            done(self)

    def hang_up(self) -> None:
        """asyncio sees that there is something to read or that nothing can be written, and closes
        it because of the error. At a mere end it would wait for whoever serves it.
        """
        self._is_gone = True
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    def recv(self, *arguments: Any) -> bytes:
        if self._is_gone:
            raise ConnectionAbortedError
        return super().recv(*arguments)


class Connections:
    """All connections of a process. Half of the handles are for strangers (a quarter, and while
    they come faster than they can be hung up, another one), a quarter is for signed-in browsers,
    and a quarter for files, the database and Twilio.
    """

    def __init__(self, handles: int) -> None:
        self.max_strangers = max(1, min(MAX_STRANGERS, handles // 4))
        self.max_kept = max(1, handles // 4)
        # Few enough that whoever comes with a request is heard before they are the oldest.
        self.at_once = max(1, min(32, self.max_strangers // 16))
        self._waiting = _Crowd()
        # Their request is here and being worked on: they wait for us.
        self._working = _Crowd()
        self._kept: dict[Peer, Connection] = {}
        # Hung up, but not closed yet by whoever serves them.
        self._going = 0
        self._seldom = Seldom()

    @property
    def strangers(self) -> int:
        return len(self._waiting) + len(self._working)

    @property
    def kept(self) -> int:
        return len(self._kept)

    def make_room(self) -> bool:
        """For one more. False when there will be room in a moment, but not yet.

        Raises Full when there is none, because so many requests are being worked on.
        """
        if self.strangers >= self.max_strangers and self._waiting:
            self._hang_up(self._waiting.oldest())
        if self.strangers + self._going < 2 * self.max_strangers:
            return True
        if not self._waiting and not self._going:
            self._seldom.warn("%s requests are worked on: more are refused", len(self._working))
            raise Full
        return False

    def welcome(self, connection: Connection) -> None:
        self._waiting.add(connection)
        connection.closed = self._closed
        if self._waiting.at(connection.place) > self._max_at(connection.place):
            self._hang_up(self._waiting.oldest(connection.place))

    def work(self, peer: Any) -> None:
        """A whole request of theirs is here."""
        if connection := self._waiting.take(peer):
            self._working.add(connection)

    def rest(self, peer: Any) -> None:
        """They have their answer, or can come and read it."""
        if connection := self._working.take(peer):
            self._waiting.add(connection)

    def keep(self, peer: Any) -> bool:
        """This one is a signed-in browser's: it stays. False when there is no room for more."""
        if len(self._kept) >= self.max_kept:
            self._seldom.warn("%s browsers are connected, and no more fit", len(self._kept))
            return False
        if connection := self._working.take(peer) or self._waiting.take(peer):
            self._kept[connection.peer] = connection
        return True

    def hang_up_overdue(self) -> None:
        """Those that neither ask anything nor go."""
        long_ago = time.monotonic() - MAX_WAIT
        for connection in self._waiting.in_order():
            if connection.waits_since > long_ago:
                return
            self._hang_up(connection)

    def _max_at(self, place: str) -> int:
        """A proxy of ours speaks for everybody."""
        return self.max_strangers if is_near(place) else max(1, self.max_strangers // 4)

    def _hang_up(self, connection: Connection) -> None:
        """Unless it came only just now, and its request may be on the way."""
        if time.monotonic() - connection.waits_since < GRACE:
            return
        self._seldom.warn("%s connections are open: those that wait are hung up", self.strangers)
        self._waiting.take(connection.peer)
        self._going += 1
        connection.closed = self._gone
        connection.hang_up()

    def _gone(self, connection: Connection) -> None:
        self._going -= 1

    def _closed(self, connection: Connection) -> None:
        if self._kept.get(connection.peer) is connection:
            del self._kept[connection.peer]
        else:
            self._working.take(connection.peer) or self._waiting.take(connection.peer)


class Full(Exception):
    """There is no room for another connection."""


class _Crowd:
    """Connections by their places, in the order in which they came."""

    def __init__(self) -> None:
        self._all: dict[Peer, Connection] = {}
        self._places: dict[str, dict[Peer, Connection]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def at(self, place: str) -> int:
        return len(self._places.get(place, ()))

    def add(self, connection: Connection) -> None:
        connection.waits_since = time.monotonic()
        self._all[connection.peer] = connection
        self._places.setdefault(connection.place, {})[connection.peer] = connection

    def take(self, peer: Any) -> Connection | None:
        connection = self._all.pop(tuple(peer)[:2], None) if peer else None
        if connection:
            here = self._places[connection.place]
            del here[connection.peer]
            if not here:
                del self._places[connection.place]
        return connection

    def in_order(self) -> list[Connection]:
        return list(self._all.values())

    def oldest(self, place: str | None = None) -> Connection:
        """At this place, or where there are most."""
        here = self._places[place] if place else max(self._places.values(), key=len)
        return next(iter(here.values()))


class Listener(socket.socket):
    """A listening socket that lets nobody in for whom there is no room; any server can use it."""

    connections: Connections

    @classmethod
    def around(cls, listening: socket.socket, connections: Connections) -> "Listener":
        kind = (listening.family, listening.type, listening.proto)
        listener = cls(*kind, fileno=listening.detach())
        listener.connections = connections
        listener.setblocking(False)
        return listener

    def listen(self, backlog: int = BACKLOG, /) -> None:
        # asyncio takes one number for how many may wait, and for how many it accepts at once.
        super().listen(max(backlog, BACKLOG))

    def accept(self) -> tuple[socket.socket, Any]:
        """Whoever has to wait a moment waits in the system's own queue."""
        refused = False
        try:
            if not self.connections.make_room():
                raise BlockingIOError
        except Full:
            refused = True
        accepted, address = super().accept()
        if refused:
            accepted.close()
            raise ConnectionAbortedError
        if self.family not in (socket.AF_INET, socket.AF_INET6):
            return accepted, address
        kind = (accepted.family, accepted.type, accepted.proto)
        connection = Connection(*kind, fileno=accepted.detach())
        connection.peer, connection.place = address[:2], place_of(address[0])
        self.connections.welcome(connection)
        return connection, address
