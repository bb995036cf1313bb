"""The baseline for everything: the same server and framework, doing nothing."""

import asyncio
import gc
import os

from quart import Quart, Response, request

from inbox.server.serving import serve_at

app = Quart(__name__)
ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@app.get("/healthz")
async def healthz() -> str:
    return "ok"


@app.post("/<path:_>")
async def constant(_: str) -> Response:
    await request.form
    return Response(ANSWER, 200, content_type="text/xml")


if __name__ == "__main__":
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    asyncio.run(serve_at(app, "127.0.0.1", int(os.environ["PORT"]), asyncio.Event()))
