"""An installed inbox: a process of its own that can be stopped or killed."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import aiohttp

from inbox import db, paths
from inbox.config import Config
from inbox.context import Context
from inbox.simulator import RunningSimulator, World, running
from tests import cast as the_cast
from tests.cast import Cast
from tests.forked import forked
from tests.house import until
from tests.services import free_port

ENDS_WITHIN = 10.0
# Whoever took its port may never answer.
ANSWERS_WITHIN = aiohttp.ClientTimeout(5)


@dataclass
class Process:
    """`inbox COMMAND` with these settings, and nothing else from our environment."""

    command: str
    settings: Mapping[str, str]
    # How many files and connections it may open, if not as many as this process.
    handles: int | None = None
    _process: BaseProcess | None = field(default=None)
    # Its error output.
    _complaints: IO[bytes] = field(default_factory=NamedTemporaryFile)

    @classmethod
    def of(cls, command: str, config: Config) -> "Process":
        settings = {
            "HOST": config.host,
            "PORT": str(config.port),
            "SERVER": config.server,
            "DATA_DIR": str(config.data_dir),
            "DATABASE_URL": config.database_url,
            "REDIS_URL": config.redis_url or "",
            "PUBLIC_URL": config.public_url,
            "TWILIO_API_URL": config.twilio_api_url or "",
            "UNCONFIRMED_GRACE": str(config.unconfirmed_grace),
        }
        return cls(command, settings)

    @property
    def url(self) -> str:
        """Where it listens, whatever its public address."""
        return f"http://{self.settings['HOST']}:{self.settings['PORT']}"

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def begin(self) -> None:
        output = Path(self._complaints.name)
        self._process = forked(self.command, self.settings, output, self.handles)

    def said(self) -> str:
        """Its log so far."""
        self._complaints.seek(0)
        return self._complaints.read().decode()

    def reset_peak_memory(self) -> int:
        """Start a new measurement. Returns the memory it uses now, in bytes."""
        assert self._process
        # See clear_refs in proc(5).
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")
        return self.peak_memory()

    def peak_memory(self) -> int:
        """Its peak since then, in bytes."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", status)
        return int(kilobytes) * 1024

    async def start(self) -> None:
        """Returns once it answers."""
        self.begin()
        await until(self.answers)

    async def answers(self) -> bool:
        assert self.runs, f"it stopped on its own and said: {self.said()}"
        try:
            async with aiohttp.ClientSession(timeout=ANSWERS_WITHIN) as session:
                async with session.get(f"{self.url}/healthz") as answer:
                    return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    def kill(self) -> None:
        """As in a power failure: not one more line."""
        if self._process and self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process = None

    async def end(self) -> int:
        """Stop it as an administrator does. Returns its exit status. TimeoutError if slow."""
        assert self._process
        process, self._process = self._process, None
        process.terminate()

        async def ended() -> bool:
            return not process.is_alive()

        try:
            await until(ended, within=ENDS_WITHIN)
        finally:
            process.kill()
            process.join()
        assert process.exitcode is not None
        return process.exitcode


@dataclass
class Installation:
    """`inbox serve` and a Twilio simulator that outlives it. Tests look into its database."""

    config: Config
    context: Context
    cast: Cast
    simulator: RunningSimulator
    process: Process

    async def start(self) -> None:
        await self.process.start()

    def kill(self) -> None:
        assert self.process.runs
        self.process.kill()

    async def end(self) -> int:
        return await self.process.end()

    def taken(self) -> list[str]:
        return taken_by(self.simulator.world)


def taken_by(world: World) -> list[str]:
    """The recipients of the texts that Twilio accepted."""
    return [
        message.to
        for account in world.accounts.values()
        for message in account.messages.values()
        if message.direction != "inbound"
    ]


@asynccontextmanager
async def installed(config: Config, grace: float = 1.0) -> AsyncIterator[Installation]:
    """Not started yet. `grace` is in seconds."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with running(World()) as simulator:
        config = replace(
            config,
            port=port,
            public_url=url,
            twilio_api_url=simulator.url,
            unconfirmed_grace=grace,
        )
        context = Context.from_config(config)
        await db.open_database(config)
        await context.http.start()
        cast = await the_cast.assemble(context.seal)
        account = simulator.world.add_account(
            "Grace Chapel", sid=the_cast.GRACE_SID, auth_token=the_cast.GRACE_TOKEN
        )
        simulator.world.add_number(
            account, the_cast.GRACE_NUMBER, sms_url=url + paths.incoming_hook(cast.grace)
        )
        process = Process.of("serve", config)
        installation = Installation(config, context, cast, simulator, process)
        try:
            yield installation
        finally:
            process.kill()
            await context.close()
            await db.close_database()
