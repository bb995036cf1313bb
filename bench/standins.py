"""Stand-ins: a bare Socket.IO emit, and a provider that accepts every text."""

import asyncio
import os
import sys

import socketio
from aiohttp import web
from quart import Quart, request

from inbox.server.serving import serve_at

TWILIO_LATENCY = 0.05


async def emit() -> None:
    """Emits what is posted to all connected clients, and answers."""
    sockets = socketio.AsyncServer(
        async_mode="asgi", transports=["websocket"], cors_allowed_origins="*"
    )
    quart = Quart(__name__)

    @quart.get("/healthz")
    async def healthz() -> str:
        return "ok"

    @quart.post("/emit")
    async def post() -> str:
        html = await request.get_data(as_text=True)
        await sockets.emit("put", html, room="everybody")
        return ""

    @sockets.event
    async def connect(sid: str, *_: object) -> None:
        await sockets.enter_room(sid, "everybody")

    @sockets.event
    async def join(sid: str, *_: object) -> dict[str, bool]:
        return {"ok": True}

    app = socketio.ASGIApp(sockets, quart)
    await serve_at(app, "127.0.0.1", int(os.environ["PORT"]), asyncio.Event())


async def twilio() -> None:
    """Accepts a text in 50 ms and sends no receipt."""
    taken = 0

    async def create(request: web.Request) -> web.Response:
        nonlocal taken
        await asyncio.sleep(TWILIO_LATENCY)
        taken += 1
        return web.json_response(
            {"sid": f"SM{taken:032x}", "status": "queued", "num_segments": "1"}, status=201
        )

    async def healthz(_: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_post("/{_:.*}", create)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"emit": emit, "twilio": twilio}[sys.argv[1]]())
