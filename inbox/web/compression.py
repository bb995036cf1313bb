"""Pages travel compressed, unless their length could tell somebody else what is in them (BREACH).

For that, an attacker makes a browser ask for a page again and again, has a guess of theirs in it (a
text to the church will do), and watches when the answer gets shorter. So nothing is compressed that
another site asked for, nor the pages that show secrets; and each length is off by a random number.
"""

import asyncio
import gzip
import secrets
from io import BytesIO

from quart import Quart, Response, request

from inbox.web.pages import STREAM

TYPES = ("text/html", STREAM)
# By the browser's own word, which no page can forge.
OWN_REQUESTS = ("same-origin", "none")
# Tokens and webhook addresses are shown there.
SECRET = "/settings/"
# Bytes. Below, nothing is gained; above, compressing would hold up the event loop.
MIN_SIZE, MAX_SIZE_IN_LOOP = 1_000, 16_000
MAX_PADDING = 100
LEVEL = 5


def compress_pages(app: Quart) -> None:
    @app.after_request
    async def compress(response: Response) -> Response:
        # Werkzeug answers some requests itself, such as those for an address without its slash.
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
        # What was searched for stands in the page, beside what was found.
        and "q" not in request.args
    )


async def _compressed(page: bytes) -> bytes:
    if len(page) > MAX_SIZE_IN_LOOP:
        return await asyncio.to_thread(_gzip, page)
    return _gzip(page)


def _gzip(page: bytes) -> bytes:
    """With a file name of random length in its header, which browsers skip."""
    name = "a" * secrets.randbelow(MAX_PADDING + 1)
    packed = BytesIO()
    with gzip.GzipFile(name, "wb", LEVEL, packed, mtime=0) as file:
        file.write(page)
    return packed.getvalue()
