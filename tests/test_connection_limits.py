"""Which connections are closed when there are too many, and which never are."""

import logging
import resource
import socket
from collections.abc import Iterator

import pytest

from inbox import connection_limits as room
from inbox.connection_limits import Connection, Connections, Full

NEAR, FAR = "127.0.0.1", "2001:db8:1:2::/64"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator["Door"]:
    """Room for sixteen unknown clients and sixteen browsers; none has just connected."""
    monkeypatch.setattr(room, "GRACE", 0.0)
    door = Door(Connections(64))
    yield door
    for one in door.everybody:
        one.close()


class Door:
    def __init__(self, connections: Connections) -> None:
        self.connections = connections
        self.everybody: list[Connection] = []

    def comes(self, network: str = NEAR) -> Connection:
        assert self.connections.make_room()
        connection = Connection()
        connection.peer, connection.network = (network, len(self.everybody)), network
        self.connections.welcome(connection)
        self.everybody.append(connection)
        return connection

    def serve(self) -> None:
        """As asyncio does: an aborted connection is closed."""
        for one in self.everybody:
            if gone(one):
                one.close()


def gone(one: Connection) -> bool:
    try:
        one.recv(1, socket.MSG_DONTWAIT)
    except ConnectionAbortedError:
        return True
    except OSError:
        pass
    return False


def test_the_oldest_waiting_connection_makes_room(here: Door) -> None:
    first, second = here.comes(), here.comes()
    for _ in range(14):
        here.comes()
    assert not gone(first)
    here.connections.work(first.peer)
    here.comes()
    assert not gone(first), "its request is in progress"
    assert gone(second)
    here.connections.rest(first.peer)
    for _ in range(100):
        here.comes()
        here.serve()
    assert here.connections.strangers == here.connections.max_strangers
    assert gone(first)


def test_one_remote_address_gets_at_most_a_quarter(here: Door) -> None:
    neighbor = here.comes("2001:db8:1:3::/64")
    crowd = [here.comes(FAR) for _ in range(8)]
    assert [gone(one) for one in crowd] == [True] * 4 + [False] * 4
    assert not gone(neighbor)


def test_signed_in_browsers_stay_and_are_limited(here: Door) -> None:
    browsers = [here.comes() for _ in range(16)]
    assert all(here.connections.keep(one.peer) for one in browsers)
    assert (here.connections.kept, here.connections.strangers) == (16, 0)
    assert not here.connections.keep(here.comes().peer)
    for _ in range(20):
        here.comes()
    assert not any(gone(one) for one in browsers)
    for one in browsers:
        one.close()
    assert here.connections.kept == 0
    assert here.connections.keep(here.everybody[-1].peer)


def test_requests_in_progress_are_never_dropped_and_no_more_than_fit_are_accepted(
    here: Door,
) -> None:
    for _ in range(2 * here.connections.max_strangers):
        here.connections.work(here.comes().peer)
    with pytest.raises(Full):
        here.connections.make_room()
    assert not any(gone(one) for one in here.everybody)
    here.everybody[0].close()
    assert here.connections.make_room()


def test_idle_connections_are_dropped(here: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    silent, working, browser = here.comes(), here.comes(), here.comes()
    here.connections.work(working.peer)
    here.connections.keep(browser.peer)
    here.connections.hang_up_overdue()
    assert not gone(silent)
    monkeypatch.setattr(room, "MAX_WAIT", -1.0)
    here.connections.hang_up_overdue()
    assert [gone(one) for one in (silent, working, browser)] == [True, False, False]


def test_closed_connections_are_forgotten(here: Door) -> None:
    for _ in range(10):
        here.comes(FAR)
    for one in here.everybody:
        one.close()
        one.close()
    assert here.connections.strangers == 0
    assert here.connections.make_room()


def test_trouble_is_logged_once_a_minute(here: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(500):
        here.comes().close()
    assert caplog.text == ""
    for _ in range(500):
        here.comes()
        here.serve()
    assert caplog.text.count("\n") == 1 and "those that wait are hung up" in caplog.text


def test_the_limit_of_handles_is_as_high_as_the_system_allows() -> None:
    handles = room.raise_handle_limit()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard and handles >= 64
