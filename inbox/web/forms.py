"""Untrusted input: ids that can exist, and text that can be stored."""

from typing import Any

from quart import Quart, abort, request
from werkzeug.routing import IntegerConverter, Map

from inbox.rules.ids import MAX_ID, MAX_ID_LENGTH


class IdConverter(IntegerConverter):
    """Every `<int:…>` in our URLs is an id. An impossible one is simply not found."""

    regex = rf"\d{{1,{MAX_ID_LENGTH}}}"

    def __init__(self, map: Map, max: int = MAX_ID, **given: Any) -> None:
        super().__init__(map, max=max, **given)


def guard(app: Quart) -> None:
    app.url_map.converters["int"] = IdConverter

    @app.before_request
    async def refuse_nul() -> None:
        """PostgreSQL cannot store NUL in text, and no keyboard types it."""
        given = list(request.args.items(multi=True))
        # Below /api/, handlers read the body themselves: Twilio signs it as sent.
        if request.method == "POST" and not request.path.startswith("/api/"):
            given += (await request.form).items(multi=True)
        if "\0" in request.path or any("\0" in f"{name}{value}" for name, value in given):
            abort(400)
