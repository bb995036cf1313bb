"""An inbox of several processes: two that serve at one address, and two that send."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from inbox import db, paths
from inbox.config import Config
from inbox.context import Context
from inbox.models import Staff
from inbox.simulator import RunningSimulator, World, running
from tests import cast as the_cast
from tests.cast import Cast
from tests.house import until
from tests.installation import Process, taken_by
from tests.live.browser import Browser
from tests.services import Server, free_port


@dataclass
class Several:
    """The test looks into the database and plays the carrier and the browsers."""

    context: Context
    cast: Cast
    simulator: RunningSimulator
    postgres: Server
    redis: Server
    web: Sequence[Process]
    workers: Sequence[Process]

    @property
    def url(self) -> str:
        """The address that Twilio and all clients use."""
        return self.context.config.public_url

    async def complete(self) -> None:
        """Start those that are not running, as a supervisor would."""
        for process in (*self.web, *self.workers):
            if not process.runs:
                process.begin()
        for process in self.web:
            await until(process.answers, within=60, every=0.05)

    def taken(self) -> list[str]:
        """The recipients of the texts that Twilio accepted."""
        return taken_by(self.simulator.world)

    def close(self) -> None:
        for process in (*self.web, *self.workers):
            process.kill()


@asynccontextmanager
async def several(config: Config, postgres: Server, redis: Server) -> AsyncIterator[Several]:
    """Not started yet, on an empty, migrated database."""
    async with running(World()) as simulator:
        ports = [free_port(), free_port()]
        async with balanced([f"http://127.0.0.1:{port}" for port in ports]) as url:
            config = replace(
                config,
                redis_url=redis.url,
                public_url=url,
                twilio_api_url=simulator.url,
                unconfirmed_grace=1.0,
            )
            context = Context.from_config(config)
            await db.open_database(config, enduring=True)
            await context.http.start()
            cast = await the_cast.assemble(context.seal)
            account = simulator.world.add_account(
                "Grace Chapel", sid=the_cast.GRACE_SID, auth_token=the_cast.GRACE_TOKEN
            )
            hook = url + paths.incoming_hook(cast.grace)
            simulator.world.add_number(account, the_cast.GRACE_NUMBER, sms_url=hook)
            web = [Process.of("serve", replace(config, port=port)) for port in ports]
            workers = [Process.of("work", config) for _ in range(2)]
            house = Several(context, cast, simulator, postgres, redis, web, workers)
            try:
                yield house
            finally:
                house.close()
                await context.close()
                await db.close_database()


@asynccontextmanager
async def balanced(urls: Sequence[str]) -> AsyncIterator[str]:
    """One address for all of these. Each connection goes to the next one that answers."""
    turns = 0

    async def connected(source: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        nonlocal turns
        for _ in urls:
            target = urlsplit(urls[turns % len(urls)])
            turns += 1
            with suppress(OSError):
                there, forth = await asyncio.open_connection(target.hostname, target.port)
                await asyncio.gather(_carry(source, forth), _carry(there, back))
                return
        back.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _carry(source: asyncio.StreamReader, end: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await source.read(65536):
            end.write(some)
            await end.drain()
    end.close()


class Screen(Browser):
    """A browser with one open room. When asked to check, it joins again, as live-room.js does."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0
        self._room, self._since = "", 0
        self._joins: set[asyncio.Task[None]] = set()
        self.socket.on("look", self._look)

    async def enter(self, room: str, since: int = 0) -> None:
        self._room, self._since = room, since
        await self._join()

    async def leave(self) -> None:
        for task in self._joins:
            task.cancel()
        await super().leave()

    async def _look(self, _: Any) -> None:
        # In a separate task: a handler cannot wait for the answer to its own request.
        task = asyncio.create_task(self._join())
        self._joins.add(task)
        task.add_done_callback(self._joins.discard)
        self.looked += 1

    async def _join(self) -> None:
        answer: dict[str, Any] = {}

        async def is_answered() -> bool:
            answer.update(await self.join(self._room, since=self._since) or {})
            return bool(answer)

        await until(is_answered, every=0.1)
        assert answer["ok"], answer
        self.puts.append(answer["html"])
        self._since = answer["since"] or 0


@asynccontextmanager
async def screen_at(process: Process, person: Staff) -> AsyncIterator[Screen]:
    screen = Screen()
    await screen.socket.connect(
        process.url,
        headers={"Origin": process.url, "Cookie": f"inbox={await the_cast.token_of(person)}"},
        transports=["websocket"],
        wait_timeout=10,
    )
    try:
        yield screen
    finally:
        await screen.leave()
