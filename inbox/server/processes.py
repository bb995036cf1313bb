"""The long-running processes: a web process, which does all the work when alone, and a worker."""

import asyncio
import logging
from contextlib import nullcontext

from inbox import db
from inbox.app import App
from inbox.config import Config, ConfigError
from inbox.connections import raise_handle_limit
from inbox.context import Context
from inbox.live import wire
from inbox.live.redis_manager import RedisManager
from inbox.models import Church, PushKey
from inbox.privacy import exposed
from inbox.seal import Seal, SealBroken
from inbox.server.locks import alone, held
from inbox.server.serving import serve_at
from inbox.work.worker import Worker

log = logging.getLogger(__name__)


async def serve(config: Config, ended: asyncio.Event) -> None:
    """Serve until told to stop. Raises ConfigError if it cannot start."""
    with nullcontext() if config.redis_url else alone(config):
        async with held(config, ended) as hold:
            await _prepare(config)
            app = App(config)
            # What was stored just before PostgreSQL went down may not have been shown.
            hold.regained = app.look
            print(f"The inbox is at {config.public_url}", flush=True)
            ending = asyncio.create_task(_end_with(app, ended))
            await serve_at(app.asgi, config.host, config.port, ended, config.server)
            ending.cancel()


async def _end_with(app: App, ended: asyncio.Event) -> None:
    """At once, without waiting seconds for the last browser to disconnect."""
    await ended.wait()
    app.end()


async def work(config: Config, ended: asyncio.Event) -> None:
    """Run a worker beside web processes until told to stop. Raises ConfigError like `serve`."""
    if not config.redis_url:
        raise ConfigError(
            "`inbox work` needs REDIS_URL and PostgreSQL; without them `inbox serve` works alone."
        )
    raise_handle_limit()
    async with held(config, ended):
        await _prepare(config)
        await _work(config, config.redis_url, ended)


async def _prepare(config: Config) -> None:
    """A single process migrates the database; with several, `inbox migrate` has done it."""
    if exposed(config):
        log.warning("Other users of this machine can read the data: see `inbox doctor`")
    await db.open_database(config)
    try:
        if config.redis_url:
            await db.check_migrated()
            await _check_key(config)
        else:
            await db.migrate_database()
            await Church.renew_seals(Seal.from_config(config))
            await PushKey.renew_seal(Seal.from_config(config))
    finally:
        await db.close_database()


async def _check_key(config: Config) -> None:
    """A key file created by this machine cannot decrypt what the others encrypted."""
    if config.secret_keys:
        return
    seal = Seal.from_config(config)
    for church in await Church.filter(twilio_token_sealed__isnull=False):
        try:
            church.check_seals(seal)
        except SealBroken:
            raise ConfigError(
                f"{config.key_file} is not the key of the other processes: give all of them the "
                "same DATA_DIR, or the same SECRET_KEYS."
            ) from None


async def _work(config: Config, redis_url: str, ended: asyncio.Event) -> None:
    context = Context.from_config(config)
    manager = RedisManager(redis_url, write_only=True)
    await db.open_database(config, enduring=True)
    try:
        await context.http.start()
        wire.connect(manager, manager.heard)
        await manager.begin(await db.fingerprint())
        worker = Worker(context, alone=False)
        await worker.start()
        await ended.wait()
        await worker.stop()
    finally:
        await manager.end()
        await context.close()
        await db.close_database()
