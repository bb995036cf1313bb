"""Who may connect, what they may join, and how they are signed out."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from socketio.exceptions import ConnectionError

from inbox import paths
from inbox.keys import new_key
from inbox.live.entrance import Entrance
from inbox.live.session_watch import disconnect_ended
from inbox.models import Session
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.scope import Scope
from tests.cast import token_of
from tests.house import House, until
from tests.live.browser import Browser, browsers, connect


async def test_only_signed_in_staff_connect(house: House) -> None:
    token = await token_of(house.cast.ruth)
    for cookie in ("", "inbox=", "inbox=nothing", f"other={token}", f"inbox={token}x", "=;,\\"):
        with pytest.raises(ConnectionError):
            await connect(house, cookie)
    browser = await connect(house, f"inbox={token}")
    assert (await browser.join("inbox"))["ok"]
    await browser.leave()

    session = Session.filter(staff=house.cast.ruth)
    await session.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(ConnectionError):
        await connect(house, f"inbox={token}")
    gone = await token_of(house.cast.daniel)
    await house.cast.daniel.leave(by=house.cast.ruth)
    with pytest.raises(ConnectionError):
        await connect(house, f"inbox={gone}")


async def test_only_our_own_pages_connect(house: House) -> None:
    cookie = f"inbox={await token_of(house.cast.ruth)}"
    for origin in ("https://evil.example", "null", f"{house.url}.evil.example", "http://127.0.0.1"):
        with pytest.raises(ConnectionError):
            await connect(house, cookie, Origin=origin)
    # By another name of the same machine, because that page's forms are accepted, too.
    here = {"Origin": "http://church.local:8000", "Host": "church.local:8000"}
    await (await connect(house, cookie, **here)).leave()
    async with aiohttp.ClientSession(house.url) as session:
        polled = await session.get("/socket.io/?EIO=4&transport=polling")
        assert polled.status == 400


async def test_a_room_of_another_church_stays_closed(house: House) -> None:
    cast = house.cast
    conversation = await cast.conversation()
    broadcast = await compose_broadcast(
        cast.grace, by=cast.ruth, body="Soup", target_type="all", target_ids=[], key=new_key()
    )
    theirs = [
        f"conversation:{conversation.id}",
        f"broadcast:{broadcast.id}",
        f"church:{cast.grace.id}:inbox",
        f"church:{cast.grace.id}:counts",
        f"inbox:{cast.grace.id}",
        f"staff:{cast.ruth.id}",
        f"staff:{cast.sam.id}",
    ]
    async with browsers(house, cast.sam, cast.ruth) as (sam, ruth):
        # Every event, with the other church's ids. Add new events here.
        events = {"connect", "disconnect", "join", "leave", "alive", "here"}
        assert house.app.sockets.handlers["/"].keys() == events
        for room in theirs:
            assert await sam.join(room) == {"ok": False, "reason": "not_here"}
            assert await sam.join(room, since=0, have={}) == {"ok": False, "reason": "not_here"}
            assert await sam.ask("leave", {"room": room}) == {"ok": True}
        for room in ("inbox", "counts", "broadcasts"):
            answer = await sam.join(room, have={f"conversation_{conversation.id}": 0})
            assert answer["ok"] and "Naomi" not in answer["html"] and "Soup" not in answer["html"]
        # The premise: it opens to its own church.
        for room in theirs[:2]:
            assert (await ruth.join(room))["ok"]

        await ruth.join("inbox")
        await house.text("+12025550142", "For Grace Chapel alone")
        await house.settled()
        await ruth.hear()
        await sam.hear()
        assert "For Grace Chapel alone" in ruth.html
        assert sam.puts == []


NONSENSE: list[Any] = [
    None,
    7,
    "inbox",
    [],
    {},
    {"room": None},
    {"room": 7},
    {"room": ["inbox"]},
    {"room": ""},
    {"room": "\0"},
    {"room": "conversation"},
    {"room": "conversation:"},
    {"room": "conversation:0"},
    {"room": "conversation:-1"},
    {"room": "conversation:1.0"},
    {"room": "conversation:٣"},
    {"room": f"conversation:{2**63}"},
    {"room": f"conversation:{10**30}"},
    {"room": "conversation:" + "9" * 50_000},
    {"room": "inbox:1"},
    {"room": "__proto__"},
]


async def test_nonsense_joins_nothing_and_breaks_nothing(house: House) -> None:
    async with browsers(house, house.cast.ruth) as (ruth,):
        for asked in NONSENSE:
            assert await ruth.ask("join", asked) == {"ok": False, "reason": "not_here"}, asked
            assert await ruth.ask("leave", asked) == {"ok": True}, asked
        conversation = await house.cast.conversation()
        room = f"conversation:{conversation.id}"
        since: Any
        for since in ("7", -1, 2**70, 1.5, [], True, None):
            assert (await ruth.join(room, since=since))["ok"]
        have: Any
        for have in (7, [], {"conversation_x": 1}, {"conversation_1": "x"}, {"7": 2**80}):
            assert (await ruth.join("inbox", have=have))["ok"]
        have = {f"conversation_{n}": 1 for n in range(2_000)} | {f"conversation_{'9' * 99}": 1}
        assert (await ruth.join("inbox", have=have))["ok"]


async def test_binary_events_are_refused_and_announced_attachments_are_not_awaited(
    house: House,
) -> None:
    async with browsers(house, house.cast.ruth) as (ruth,):
        assert await ruth.ask("join", {"room": b"inbox"}) is None
        assert (await ruth.join("inbox"))["ok"]


async def test_bare_nonsense_frames_open_nothing(house: House) -> None:
    headers = {"Origin": house.url}
    url = f"{house.url}/socket.io/?EIO=4&transport=websocket".replace("http", "ws")
    join = json.dumps(["join", {"room": "inbox"}])
    cookie = f"inbox={await token_of(house.cast.ruth)}"
    frames = (
        f"420{join}",  # an event before the handshake
        f"42/admin,0{join}",
        "40/admin,",
        "40" + json.dumps({"HTTP_COOKIE": cookie}),  # a cookie in place of credentials
        f"420{join}",
        "420" + json.dumps(["connect", {"HTTP_COOKIE": cookie}]),
        "420[]",
        "420{}",
        "42",
        "451-" + join,
        "4" + "9" * 500,
        "\0",
        "x" * 200_000,
    )
    async with aiohttp.ClientSession() as session:
        known = headers | {"Cookie": cookie}

        async def opens_something(frame: str) -> bool:
            # Signed in, but without having joined the namespace.
            async with session.ws_connect(url, headers=known, autoping=False) as socket:
                await socket.receive(timeout=5)
                await socket.send_str(frame)
                await socket.send_str(frame)
                return "html" in await _heard(socket)

        opened = await asyncio.gather(*map(opens_something, frames))
        assert opened == [False] * len(frames)
        # The premise, also next to other, malformed cookies.
        odd = {"Cookie": f'a[b]=1; c="; {cookie}; =d'}
        async with session.ws_connect(url, headers=headers | odd) as socket:
            await socket.receive(timeout=5)
            await socket.send_str("40")
            assert "sid" in (await socket.receive(timeout=5)).data
            await socket.send_str(f"420{join}")
            assert "html" in (await socket.receive(timeout=5)).data


async def _heard(socket: aiohttp.ClientWebSocketResponse) -> str:
    """Everything until the server has nothing more to send, which a join of its own finds out."""
    heard = ""
    try:
        await socket.send_str("2probe")
        while True:
            message = await socket.receive(timeout=0.3)
            if message.type is not aiohttp.WSMsgType.TEXT:
                return heard
            heard += message.data
    except (TimeoutError, ConnectionResetError):
        return heard


async def test_an_ended_session_is_disconnected_at_once(house: House) -> None:
    ruth_http = await house.browser(house.cast.ruth)
    lost, token = await Session.begin(house.cast.ruth, "a lost telephone")
    async with browsers(house, house.cast.ruth, house.cast.daniel) as (ruth, daniel):
        telephone = await connect(house, f"inbox={token}")
        for browser in (telephone, ruth, daniel):
            assert (await browser.join("inbox"))["ok"]

        await ruth_http.post(paths.end_session(lost.id))
        await _is_out(telephone)
        assert ("signed_out", ()) in telephone.told
        assert ruth.socket.connected and daniel.socket.connected

        await ruth_http.post(paths.staff_leave(house.cast.daniel.id))
        await _is_out(daniel)
        await ruth_http.post("/sign-out")
        assert ruth.socket.connected, "another session of the same person"

        await house.text("+12025550142", "Only for those who are signed in")
        await house.settled()
        await until(_true(lambda: "Only for those" in ruth.html), within=5)
        assert telephone.puts == daniel.puts == []


def _true(ask: Any) -> Any:
    async def asked() -> bool:
        return bool(ask())

    return asked


async def _is_out(browser: Browser) -> None:
    await until(_true(lambda: not browser.socket.connected), within=5)


async def test_a_session_that_ended_elsewhere_joins_nothing_and_is_found(house: House) -> None:
    async with browsers(house, house.cast.ruth) as (ruth,):
        assert (await ruth.join("inbox"))["ok"]
        # As in another process: this one is not told.
        await Session.filter(staff=house.cast.ruth).delete()
        for room in ("inbox", "counts"):
            assert await ruth.join(room) == {"ok": False, "reason": "signed_out"}
        await disconnect_ended(house.app.sockets)
        await _is_out(ruth)


async def test_a_new_connection_is_not_disconnected(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    arriving, looked = asyncio.Event(), asyncio.Event()

    async def slowly(_: Entrance, token: str, network: str) -> Session | None:
        arriving.set()
        await looked.wait()
        return await Session.find(token)

    monkeypatch.setattr(Entrance, "_found", slowly)
    cookie = f"inbox={await token_of(house.cast.ruth)}"
    connecting = asyncio.create_task(connect(house, cookie))
    await arriving.wait()
    await disconnect_ended(house.app.sockets)
    looked.set()
    ruth = await connecting
    assert (await ruth.join("inbox"))["ok"]
    await ruth.leave()


async def test_browsers_that_join_at_once_share_one_count_of_their_own_church(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Scope] = []
    count = house.screens.counts_of

    async def counts_of(scope: Scope) -> str:
        counted.append(scope)
        return await count(scope)

    monkeypatch.setattr(house.screens, "counts_of", counts_of)
    await house.text("+12025550142", "Only Grace needs to reply")
    grace, hope = house.cast.grace.id, house.cast.hope.id
    people = [house.cast.ruth] * 12 + [house.cast.sam]
    async with browsers(house, *people) as opened:
        for browser in opened[:3]:
            await browser.join("counts")
        assert counted == [Scope(grace)] * 3, "one after another, each gets its own count"
        counted.clear()
        answers = await asyncio.gather(*(browser.join("counts") for browser in opened))
    assert all(answer["ok"] for answer in answers)
    assert {answer["html"] for answer in answers[:-1]} == {answers[0]["html"]}
    assert answers[-1]["html"] != answers[0]["html"]
    assert counted.count(Scope(grace)) < 6 and counted.count(Scope(hope)) == 1
