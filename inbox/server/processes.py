"""The long-running processes: a web process, which does all the work when alone, and a worker."""

import asyncio
import logging
from contextlib import nullcontext

from inbox import db
from inbox.app import App
from inbox.config import Config, ConfigError
from inbox.connection_limits import raise_handle_limit
from inbox.context import Context
from inbox.live.redis_manager import RedisManager
from inbox.live.screens import Screens
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
            ending = asyncio.create_task(_end_with(app, ended))
            try:
                await serve_at(
                    *(app.asgi, config.host, config.port, ended, config.server),
                    begun=lambda: print(f"The inbox is at {config.public_url}", flush=True),
                )
            finally:
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
            await renew_seals(config)
    finally:
        await db.close_database()


async def renew_seals(config: Config) -> None:
    """Seal every credential with the newest key. Raises ConfigError if the key is missing."""
    await check_key_is_here(config)
    seal = Seal.from_config(config)
    await Church.renew_seals(seal)
    await PushKey.renew_seal(seal)


async def check_key_is_here(config: Config) -> None:
    """A new key must not take the place of one that was only left out of a restored backup."""
    if await _key_is_missing(config):
        raise ConfigError(
            f"The key file {config.key_file} is missing, and only it opens the saved Twilio "
            "sign-ins: put it back from a copy, or set SECRET_KEYS. If it is lost, make a new one "
            f"with `inbox key > {config.key_file}` and enter each church's Auth Token again."
        )


async def _key_is_missing(config: Config) -> bool:
    if config.secret_keys or config.key_file.exists():
        return False
    return await Church.exists(twilio_token_sealed__isnull=False)


async def _check_key(config: Config) -> None:
    """A key file created by this machine cannot decrypt what the others encrypted."""
    if config.secret_keys:
        return
    if await _key_is_missing(config) or not await _opens_everything(Seal.from_config(config)):
        raise ConfigError(
            f"{config.key_file} is not the key of the other processes: give all of them the "
            "same DATA_DIR, or the same SECRET_KEYS."
        )


async def _opens_everything(seal: Seal) -> bool:
    for church in await Church.filter(twilio_token_sealed__isnull=False):
        try:
            church.check_seals(seal)
        except SealBroken:
            return False
    return True


async def _work(config: Config, redis_url: str, ended: asyncio.Event) -> None:
    manager = RedisManager(redis_url, write_only=True)
    context = Context.from_config(config, Screens(manager, manager.heard))
    await db.open_database(config, enduring=True)
    try:
        await context.http.start()
        await manager.begin(await db.fingerprint())
        worker = Worker(context, alone=False)
        await worker.start()
        await ended.wait()
        await worker.stop()
    finally:
        await context.close()
        await manager.end()
        await db.close_database()
