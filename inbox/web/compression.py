"""Compresses pages, unless their length could reveal their content to others (BREACH).

For that, an attacker makes a browser request a page repeatedly, puts a guess into it (by texting
the church, for example), and watches for a shorter response. So we compress nothing that another
site requested and no pages that show secrets, and we vary each length at random.
"""

import asyncio
import gzip
import secrets
from io import BytesIO

from quart import Quart, Response, request

from inbox.web.pages import STREAM

TYPES = ("text/html", STREAM)
# Set by the browser itself; no page can forge it.
OWN_REQUESTS = ("same-origin", "none")
# These pages show tokens and webhook URLs.
SECRET = "/settings/"
# Bytes. Smaller pages gain nothing; larger ones would block the event loop.
MIN_SIZE, MAX_SIZE_IN_LOOP = 1_000, 16_000
MAX_PADDING = 100
LEVEL = 5


def compress_pages(app: Quart) -> None:
    @app.after_request
    async def compress(response: Response) -> Response:
        # Werkzeug itself answers some requests, such as those for a URL without its trailing slash.
        if response.mimetype not in TYPES or not isinstance(response, Response):
            return response
        response.vary.add("Accept-Encoding")
        if _may_compress():
            page = await response.get_data(as_text=False)
            if len(page) >= MIN_SIZE:
                response.set_data(await _compressed(page))
                response.content_encoding = "gzip"
        return response


def _may_compress() -> bool:
    return (
        request.method == "GET"
        and bool(request.accept_encodings["gzip"])
        and request.headers.get("Sec-Fetch-Site") in OWN_REQUESTS
        and not request.path.startswith(SECRET)
        # A search page contains the query along with the results.
        and "q" not in request.args
    )


async def _compressed(page: bytes) -> bytes:
    if len(page) > MAX_SIZE_IN_LOOP:
        return await asyncio.to_thread(_gzip, page)
    return _gzip(page)


def _gzip(page: bytes) -> bytes:
    """The header has a file name of random length, which browsers skip."""
    name = "a" * secrets.randbelow(MAX_PADDING + 1)
    packed = BytesIO()
    with gzip.GzipFile(name, "wb", LEVEL, packed, mtime=0) as file:
        file.write(page)
    return packed.getvalue()
