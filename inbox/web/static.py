"""Static files, under an address that names their content, so that browsers keep them for ever."""

import gzip
from functools import cache

from quart import Blueprint, Response, abort, request, send_from_directory

from inbox.assets import content, fingerprint
from inbox.files import STATIC

pages = Blueprint("static_files", __name__)

# What else there is, such as icons and sounds, is small already.
WORDY = (".css", ".js", ".json", ".svg")


@pages.get("/static/<version>/<path:name>")
async def static_file(version: str, name: str) -> Response:
    try:
        response = await send_from_directory(STATIC, name)
    except OSError:
        # No name that a file of ours could have, such as one that is far too long.
        abort(404)
    if version == fingerprint():
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        # A page from before an upgrade: serve it what there is, and let nobody keep it.
        response.headers["Cache-Control"] = "no-store"
    if response.status_code == 200 and name in _wordy():
        _say(response, name)
    return response


def _say(response: Response, name: str) -> None:
    """Half a megabyte of scripts is a long wait on a phone. Pages are left alone: what they say
    of people must not be guessed from their length."""
    response.vary.add("Accept-Encoding")
    response.headers.pop("Accept-Ranges", None)
    if request.accept_encodings["gzip"]:
        response.set_data(_squeezed(name))
        response.content_encoding = "gzip"
    else:
        response.set_data(content(name))
    # The same content, but not the same bytes.
    response.set_etag(response.get_etag()[0] or "", weak=True)


@cache
def _wordy() -> frozenset[str]:
    """Names as we write them: however else one may be asked for is not kept."""
    files = (path for path in STATIC.rglob("*") if path.suffix in WORDY)
    return frozenset(path.relative_to(STATIC).as_posix() for path in files)


@cache
def _squeezed(name: str) -> bytes:
    return gzip.compress(content(name), mtime=0)


@pages.get("/favicon.ico")
async def favicon() -> Response:
    if not (STATIC / "icon.svg").exists():
        abort(404)
    return await send_from_directory(STATIC, "icon.svg")
