"""The whole house on real sockets: the inbox with its worker, and the Twilio simulator."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp

from inbox import paths
from inbox.app import App
from inbox.config import Config
from inbox.live.screens import Screens as LiveScreens
from inbox.models import Staff
from inbox.providers.twilio_http import TwilioHttp
from inbox.server.serving import serve_bound
from inbox.simulator import Network, RunningSimulator, World, running, text_from
from tests import cast as the_cast
from tests.cast import Cast


class Screens:
    """An emitter that records what it is sent, in place of the browsers."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any, str | None]] = []

    async def emit(self, event: str, data: Any, room: str | None = None) -> None:
        self.told.append((event, data, room))

    def put_in(self, room: str) -> str:
        """All HTML that was put in this room."""
        put = [data for event, data, to in self.told if event == "put" and to == room]
        return "".join(data if isinstance(data, str) else data[0] for data in put)


@dataclass
class Serving:
    """An app on its own socket, until it is stopped as by SIGTERM."""

    task: asyncio.Task[None]
    ended: asyncio.Event

    @classmethod
    async def begin(cls, app: App, bind: str) -> "Serving":
        ended = asyncio.Event()
        serving = cls(
            asyncio.create_task(serve_bound(app.asgi, bind, ended, app.config.server)), ended
        )
        await until(lambda: _answers(app.config.public_url))
        return serving

    async def end(self) -> None:
        self.ended.set()
        await self.task


@dataclass
class House:
    url: str
    app: App
    cast: Cast
    simulator: RunningSimulator
    serving: Serving
    _sessions: list[aiohttp.ClientSession] = field(default_factory=list)

    @property
    def network(self) -> Network:
        return self.simulator.network

    @property
    def screens(self) -> LiveScreens:
        """What the inbox sends to its browsers."""
        return self.app.context.screens

    @property
    def world(self) -> World:
        return self.simulator.world

    async def browser(self, staff: Staff | None = None) -> aiohttp.ClientSession:
        """An HTTP client that is signed in as this person, or not signed in."""
        cookies = {"inbox": await the_cast.token_of(staff)} if staff else {}
        session = aiohttp.ClientSession(
            self.url, cookies=cookies, headers={"Sec-Fetch-Site": "same-origin"}
        )
        self._sessions.append(session)
        return session

    async def text(
        self,
        from_: str,
        body: str,
        to: str = the_cast.GRACE_NUMBER,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """A member texts the church. Returns once the webhook has been answered. `files` are pairs
        of a content type and bytes.
        """
        await text_from(self.network, from_, to, body, files=files)
        await self.network.settled()

    async def settled(self) -> None:
        """Nothing is in progress in the outbox, at Twilio, or on the way to the screens."""

        async def quiet() -> bool:
            await self.network.settled()
            from inbox.models import Message

            under_way = ("queued", "sending", "unconfirmed", "accepted")
            return not await Message.filter(status__in=under_way).exists()

        await until(quiet)
        await self.network.settled()
        await self.screens.drain()

    async def stop(self) -> None:
        """The inbox stops. Its database stays, and so does everything around it."""
        await self.serving.end()

    async def start(self) -> None:
        """The inbox starts again after `stop`, as a new process would, at the same address."""
        self.app = App(self.app.config)
        self.serving = await Serving.begin(self.app, self.url.removeprefix("http://"))

    async def close(self) -> None:
        for session in self._sessions:
            await session.close()
        await self.serving.end()


async def until(
    true: Callable[[], Awaitable[object]], within: float = 20, every: float = 0.01
) -> None:
    """Check repeatedly until it holds. Fails after `within` seconds."""
    async with asyncio.timeout(within):
        while not await true():
            await asyncio.sleep(every)


@asynccontextmanager
async def running_house(
    config: Config,
    twilio_timeout: float = 15,
    port: int = 0,
    cast: Cast | None = None,
    **simulated: Any,
) -> AsyncIterator[House]:
    """`simulated` is passed to the simulator (its faults, for example). The timeout is in seconds.

    Port 0 takes any free port. Without a `cast` already in the database, one is created.
    """
    world = World()
    async with running(world, **simulated) as simulator:
        listener = listen(port)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = App(replace(config, public_url=url, twilio_api_url=simulator.url))
        app.context.http = TwilioHttp(simulator.url, timeout=twilio_timeout)
        if cast:
            # The simulator's accounts must exist before the inbox asks for them.
            _bring_to_life(world, url, cast)
        serving = await Serving.begin(app, f"fd://{listener.detach()}")
        if cast is None:
            cast = await the_cast.assemble(app.context.seal, config.send_rate)
            _bring_to_life(world, url, cast)
        house = House(url, app, cast, simulator, serving)
        try:
            yield house
        finally:
            await house.close()


def listen(port: int = 0) -> socket.socket:
    """A listening socket, so that its port is known before anything is served."""
    listener = socket.socket()
    # The port can be used again even while our closed connections linger.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    return listener


async def _answers(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/healthz") as answer:
                return answer.status == 200
    except aiohttp.ClientError:
        return False


def _bring_to_life(world: World, url: str, cast: Cast) -> None:
    for church, number, sid, token in (
        (cast.grace, the_cast.GRACE_NUMBER, the_cast.GRACE_SID, the_cast.GRACE_TOKEN),
        (cast.hope, the_cast.HOPE_NUMBER, the_cast.HOPE_SID, the_cast.HOPE_TOKEN),
    ):
        account = world.add_account(church.name, sid=sid, auth_token=token)
        world.add_number(account, number, sms_url=url + paths.incoming_hook(church))
