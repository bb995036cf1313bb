"""The long-running processes: a web process, which alone does all the work, and a worker."""

import asyncio
from contextlib import nullcontext

import socketio

from inbox import db
from inbox.alone import alone
from inbox.app import App
from inbox.config import Config, ConfigError
from inbox.context import Context
from inbox.live import wire
from inbox.models import Church
from inbox.seal import Seal
from inbox.serving import serve_at
from inbox.work.worker import Worker


async def serve(config: Config, ended: asyncio.Event) -> None:
    """Serve until told to end. Raises ConfigError when this cannot be begun."""
    with nullcontext() if config.redis_url else alone(config):
        await _prepare(config)
        print(f"The inbox is at {config.public_url}", flush=True)
        await serve_at(App(config).asgi, config.host, config.port, ended)


async def _prepare(config: Config) -> None:
    """Alone, the database is brought up to date; beside others, `inbox migrate` has done it."""
    await db.open_database(config)
    try:
        if config.redis_url:
            await db.check_migrated()
        else:
            await db.migrate_database()
            await Church.renew_seals(Seal.from_config(config))
    finally:
        await db.close_database()


async def work(config: Config, ended: asyncio.Event) -> None:
    """A worker beside web processes, until told to end."""
    if not config.redis_url:
        raise ConfigError(
            "`inbox work` needs REDIS_URL and PostgreSQL; without them `inbox serve` works alone."
        )
    context = Context.from_config(config)
    await db.open_database(config)
    try:
        await db.check_migrated()
        await context.http.start()
        wire.connect(socketio.AsyncRedisManager(config.redis_url, write_only=True))
        worker = Worker(context, alone=False)
        await worker.start()
        await ended.wait()
        await worker.stop()
    finally:
        await context.close()
        await db.close_database()
