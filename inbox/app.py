"""Quart and Socket.IO as one ASGI app. Only this module decides between one process and many."""

import asyncio
import gc
from functools import partial
from typing import Any, cast

import socketio
from quart import Quart

from inbox import api, assets, db, web
from inbox.canceling import cancel
from inbox.config import Config
from inbox.context import Context
from inbox.live.entrance import Entrance
from inbox.live.redis_manager import RedisManager
from inbox.live.screens import Screens
from inbox.live.session_watch import disconnect_ended, watch_sessions
from inbox.live.socketio_server import add_handlers, create_server, heard_here
from inbox.render import compile_templates
from inbox.routing import RoutedQuart
from inbox.web import bodies, forms, origin
from inbox.web.asgi import Asgi
from inbox.web.auth import cookie_name
from inbox.web.compression import compress_pages
from inbox.web.dispatcher import front
from inbox.web.errors import handle as handle_errors
from inbox.web.webhooks import Webhooks
from inbox.work.worker import Worker


class App:
    """The whole inbox. A server serves `asgi`, whose lifespan calls `start` and `stop`."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._manager = RedisManager(config.redis_url) if config.redis_url else None
        self.sockets = create_server(public_url=config.public_url, manager=self._manager)
        heard = self._manager.heard if self._manager else heard_here(self.sockets)
        self.context = Context.from_config(config, Screens(self.sockets, heard))
        self.context.disconnect_ended = partial(disconnect_ended, self.sockets)
        add_handlers(self.sockets, self.context.screens)
        self._worker: Worker | None = None
        if not config.redis_url:
            self._worker = Worker(self.context, alone=True)
            self.context.wake_worker = self._worker.wake
        self.quart = self._create_quart()
        house = front(Webhooks(self.context), cast(Asgi, self.quart))
        self.asgi: Any = Entrance(socketio.ASGIApp(self.sockets, house), cookie_name(config.secure))
        self._watch: asyncio.Task[None] | None = None

    def _create_quart(self) -> Quart:
        # Static files and templates have handlers and an environment of their own.
        app = RoutedQuart("inbox", static_folder=None, template_folder=None)
        app.config.update(MAX_FORM_PARTS=500)
        app.extensions["inbox"] = self.context
        bodies.guard(app)
        origin.guard(app, self.config)
        compress_pages(app)
        forms.guard(app)
        handle_errors(app)
        for blueprint in (*web.blueprints, *api.blueprints):
            app.register_blueprint(blueprint)
        app.before_serving(self.start)
        app.after_serving(self.stop)
        return app

    async def start(self) -> None:
        await asyncio.to_thread(assets.bundles)
        await asyncio.to_thread(compile_templates)
        await db.open_database(self.config, enduring=True)
        await self.context.http.start()
        if self._manager:
            await self._manager.begin(await db.fingerprint())
        self._watch = asyncio.create_task(watch_sessions(self.sockets))
        if self._worker:
            await self._worker.start()
        _freeze()

    def end(self) -> None:
        """Hand over nothing more, because the server ends soon."""
        if self._worker:
            self._worker.end()

    async def stop(self) -> None:
        """Finish and record what has begun, and begin nothing new."""
        if self._watch:
            await cancel(self._watch)
        if self._worker:
            await self._worker.stop()
        await self.context.close()
        if self._manager:
            await self._manager.end()
        await db.close_database()

    async def look(self) -> None:
        """Ask every screen connected to this process to catch up."""
        await self.sockets.emit("look", {}, ignore_queue=True)


def _freeze() -> None:
    """Exclude everything that lives as long as the process from garbage collection."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
