"""What arrives from outside, read with suspicion: ids that can exist, text that can be kept."""

from typing import Any

from quart import Quart, Request, abort, request
from werkzeug.routing import IntegerConverter, Map

from inbox import paths

# What a database's bigint holds.
LARGEST_ID = 2**63 - 1
# Five thousand people, in bytes.
LARGEST_LIST = 480_000


class IdConverter(IntegerConverter):
    """Every `<int:…>` in our addresses is an id. What cannot be one is simply not found."""

    # Python itself refuses to read numbers of thousands of digits.
    regex = r"\d{1,19}"

    def __init__(self, map: Map, max: int = LARGEST_ID, **given: Any) -> None:
        super().__init__(map, max=max, **given)


def an_id(text: str | None) -> int | None:
    """The id that a form or a query names, or None if no row can have it."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    id = int(text)
    return id if id <= LARGEST_ID else None


class RoomForLists(Request):
    """What comes in is small, but for a list of people."""

    def __init__(self, method: str, scheme: str, path: str, *rest: Any, **given: Any) -> None:
        if path == paths.import_people():
            given["max_content_length"] = LARGEST_LIST
        super().__init__(method, scheme, path, *rest, **given)


def guard(app: Quart) -> None:
    app.request_class = RoomForLists
    app.url_map.converters["int"] = IdConverter

    @app.before_request
    async def refuse_nul() -> None:
        """PostgreSQL keeps no NUL in a text, and no keyboard types one."""
        given = list(request.args.items(multi=True))
        # Below /api/ the handlers read the body themselves: Twilio's is signed as it came.
        if request.method == "POST" and not request.path.startswith("/api/"):
            given += (await request.form).items(multi=True)
        if "\0" in request.path or any("\0" in name + value for name, value in given):
            abort(400)
