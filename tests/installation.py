"""An inbox as it is installed: a process of its own, which can be told to end, or killed."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from inbox import db, paths
from inbox.config import Config
from inbox.context import Context
from inbox.simulator import RunningSimulator, World, running
from tests import cast as the_cast
from tests.cast import Cast
from tests.house import until
from tests.services import dies_with_us, free_port

HERE = Path(__file__).parent.parent
ENDS_WITHIN = 10.0


@dataclass
class Installation:
    """`inbox serve` beside a pretend Twilio that outlives it. The test looks into its database."""

    config: Config
    context: Context
    cast: Cast
    simulator: RunningSimulator
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    async def start(self) -> None:
        settings = {
            "HOST": self.config.host,
            "PORT": str(self.config.port),
            "DATA_DIR": str(self.config.data_dir),
            "DATABASE_URL": self.config.database_url,
            "PUBLIC_URL": self.config.public_url,
            "TWILIO_API_URL": self.simulator.url,
            "UNCONFIRMED_GRACE": str(self.config.unconfirmed_grace),
        }
        self._process = subprocess.Popen(  # noqa: ASYNC220
            [*dies_with_us(), sys.executable, "-m", "inbox.cli", "serve"],
            cwd=HERE,
            env={"PATH": os.environ["PATH"], **settings},
            stdout=subprocess.DEVNULL,
        )
        await until(self._answers)

    async def _answers(self) -> bool:
        assert self._process and self._process.poll() is None, "it has ended by itself"
        try:
            async with aiohttp.ClientSession() as session:
                async with session.get(f"{self.config.public_url}/healthz") as answer:
                    return answer.status == 200
        except aiohttp.ClientError:
            return False

    def kill(self) -> None:
        """As the power goes: not a line more."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process = None

    async def end(self) -> int:
        """As an administrator restarts it; what it ended with. TimeoutError if it takes long."""
        assert self._process
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)

        async def ended() -> bool:
            return process.poll() is not None

        try:
            await until(ended, within=ENDS_WITHIN)
        finally:
            process.kill()
        return process.wait()

    def taken(self) -> list[str]:
        """To whom texts were taken by Twilio."""
        accounts = self.simulator.world.accounts.values()
        return [
            message.to
            for account in accounts
            for message in account.messages.values()
            if message.direction != "inbound"
        ]

    def close(self) -> None:
        if self._process:
            self.kill()


@asynccontextmanager
async def installed(config: Config, grace: float = 1.0) -> AsyncIterator[Installation]:
    """Not started yet. `grace` in seconds."""
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
        installation = Installation(config, context, cast, simulator)
        try:
            yield installation
        finally:
            installation.close()
            await context.close()
            await db.close_database()
