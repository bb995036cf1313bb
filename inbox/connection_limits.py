"""Limits on open connections: a connection is a stranger's until a signed-in browser is behind it.

Too many strangers never keep anyone else waiting: the oldest is hung up. By then, anyone in good
faith has long had an answer.
"""

import logging
import resource
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from inbox.rules.ip_networks import is_near, network_of

log = logging.getLogger(__name__)

# An address and a port.
Peer = tuple[str, int]
# However many handles there are, since each connection costs memory, too.
MAX_STRANGERS = 1_000
# Seconds in which a new connection can be heard before it may be hung up.
GRACE = 0.1
# Seconds after which no one in good faith is still waiting: a request may take half a minute to
# arrive, and a response a minute to be read.
MAX_WAIT = 120.0
# Seconds in which a browser must take a message. Its system buffers many, even on a slow line.
MAX_SEND = 30.0
# Seconds between two log lines about the same problem.
SAY_EVERY = 60.0
# Connections that may wait to be accepted: broadcasts bring callbacks in bursts.
BACKLOG = 1024


def raise_handle_limit() -> int:
    """Raise the limit of open handles as far as the system allows. Returns the new limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return 2**20 if hard == resource.RLIM_INFINITY else hard


class Seldom:
    """Logs at most once a minute what anyone could cause repeatedly."""

    def __init__(self) -> None:
        self._said_at = -SAY_EVERY

    def warn(self, text: str, *values: object) -> None:
        now = time.monotonic()
        if now - self._said_at >= SAY_EVERY:
            self._said_at = now
            log.warning(text, *values)


class Connection(socket.socket):
    """An accepted connection. `closed` is called once its handle is free."""

    network = ""
    peer: Peer = ("", 0)
    # Since when it has waited to be heard, or to read its response.
    waits_since = 0.0
    # Since when it has not taken the message being sent to it; 0 if it has.
    sends_since = 0.0
    closed: Callable[["Connection"], None] | None = None
    _is_gone = False

    def close(self) -> None:
        super().close()
        if self.closed:
            done, self.closed = self.closed, None
            done(self)

    def hang_up(self) -> None:
        """Make asyncio close the connection: it sees something to read, or that it cannot write,
        and then an error. At a mere end of input, it would wait for the handler."""
        self._is_gone = True
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    def recv(self, *arguments: Any) -> bytes:
        if self._is_gone:
            raise ConnectionAbortedError
        return super().recv(*arguments)


class Connections:
    """All connections of a process. Strangers get half of the handles (a quarter, plus another
    while they come faster than they can be hung up), signed-in browsers a quarter, and files, the
    database, and Twilio a quarter."""

    def __init__(self, handles: int) -> None:
        self.max_strangers = max(1, min(MAX_STRANGERS, handles // 4))
        self.max_kept = max(1, handles // 4)
        # Few enough that a new connection's request is heard before it is the oldest.
        self.at_once = max(1, min(32, self.max_strangers // 16))
        self._waiting = _Crowd()
        # Their complete request is being processed, so they are waiting for us.
        self._working = _Crowd()
        self._kept: dict[Peer, Connection] = {}
        # Hung up, but not yet closed by the server.
        self._going = 0
        self._seldom = Seldom()

    @property
    def strangers(self) -> int:
        return len(self._waiting) + len(self._working)

    @property
    def kept(self) -> int:
        return len(self._kept)

    def make_room(self) -> bool:
        """Make room for one more connection. False if there will be room in a moment.

        Raises Full if there is none because so many requests are being processed.
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
        if self._waiting.at(connection.network) > self._max_at(connection.network):
            self._hang_up(self._waiting.oldest(connection.network))

    def work(self, peer: Any) -> None:
        """Note that the peer's request has arrived completely."""
        if connection := self._waiting.take(peer):
            self._working.add(connection)

    def rest(self, peer: Any) -> None:
        """Note that the peer has its response, or can read it."""
        if connection := self._working.take(peer):
            self._waiting.add(connection)

    def keep(self, peer: Any) -> bool:
        """Note that the peer is a signed-in browser, which stays. False if there is no room."""
        if len(self._kept) >= self.max_kept:
            self._seldom.warn("%s browsers are connected, and no more fit", len(self._kept))
            return False
        if connection := self._working.take(peer) or self._waiting.take(peer):
            self._kept[connection.peer] = connection
        return True

    def sends(self, peer: Any) -> None:
        """Note that a message is on its way to a browser."""
        if connection := self._kept.get(tuple(peer)[:2]):
            connection.sends_since = time.monotonic()

    def sent(self, peer: Any) -> None:
        if connection := self._kept.get(tuple(peer)[:2]):
            connection.sends_since = 0.0

    def hang_up(self, peer: Any) -> None:
        """Hang up a browser that does not read, or does not leave."""
        if connection := self._kept.get(tuple(peer)[:2]):
            self._seldom.warn("A browser that does not read or leave is hung up")
            connection.hang_up()

    def hang_up_overdue(self) -> None:
        """Hang up browsers that do not read, and connections that have waited too long without a
        request."""
        now = time.monotonic()
        for connection in list(self._kept.values()):
            if connection.sends_since and connection.sends_since < now - MAX_SEND:
                self.hang_up(connection.peer)
        long_ago = now - MAX_WAIT
        for connection in self._waiting.in_order():
            if connection.waits_since > long_ago:
                return
            self._hang_up(connection)

    def _max_at(self, network: str) -> int:
        """How many may come from one address. Our own proxy may have more, since it speaks for
        everyone."""
        return self.max_strangers if is_near(network) else max(1, self.max_strangers // 4)

    def _hang_up(self, connection: Connection) -> None:
        """Hang up, unless it has only just come and its request may be on the way."""
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
    """No room for another connection."""


class _Crowd:
    """Connections by address, in order of arrival."""

    def __init__(self) -> None:
        self._all: dict[Peer, Connection] = {}
        self._by_network: dict[str, dict[Peer, Connection]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def at(self, network: str) -> int:
        return len(self._by_network.get(network, ()))

    def add(self, connection: Connection) -> None:
        connection.waits_since = time.monotonic()
        self._all[connection.peer] = connection
        self._by_network.setdefault(connection.network, {})[connection.peer] = connection

    def take(self, peer: Any) -> Connection | None:
        connection = self._all.pop(tuple(peer)[:2], None) if peer else None
        if connection:
            here = self._by_network[connection.network]
            del here[connection.peer]
            if not here:
                del self._by_network[connection.network]
        return connection

    def in_order(self) -> list[Connection]:
        return list(self._all.values())

    def oldest(self, network: str | None = None) -> Connection:
        """The oldest connection at this address, or at the one with the most."""
        here = self._by_network[network] if network else max(self._by_network.values(), key=len)
        return next(iter(here.values()))


class Listener(socket.socket):
    """A listening socket that accepts only as many connections as there is room for. Any server can
    use it."""

    connections: Connections

    @classmethod
    def around(cls, listening: socket.socket, connections: Connections) -> "Listener":
        kind = (listening.family, listening.type, listening.proto)
        listener = cls(*kind, fileno=listening.detach())
        listener.connections = connections
        listener.setblocking(False)
        return listener

    def listen(self, backlog: int = BACKLOG, /) -> None:
        # asyncio uses one number for the backlog and for how many to accept at once.
        super().listen(max(backlog, BACKLOG))

    def accept(self) -> tuple[socket.socket, Any]:
        """A connection that must wait a moment waits in the system's own queue."""
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
        connection.peer, connection.network = address[:2], network_of(address[0])
        self.connections.welcome(connection)
        return connection, address
