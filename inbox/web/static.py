"""Static files, at URLs that change with their content, so that browsers cache them forever."""

import gzip
from functools import cache

from quart import Blueprint, Response, abort, request, send_from_directory

from inbox.assets import current, fingerprint
from inbox.bundles import COMPRESSED
from inbox.files import STATIC
from inbox.web.auth import public

pages = Blueprint("static_files", __name__)

# Images are compressed already.
TEXTUAL = (".css", ".js", ".json", ".svg")
FOREVER = "public, max-age=31536000, immutable"
# A page from before an upgrade gets the current file, which no one may cache under the old URL.
NOT_CACHED = "no-store"


@pages.get("/static/bundles/<file>")
@public
async def bundle(file: str) -> Response:
    found = current(file)
    if found is None:
        abort(404)
    response = await send_from_directory(STATIC / "bundles", found)
    response.headers["Cache-Control"] = FOREVER if found == file else NOT_CACHED
    if response.status_code == 200:
        _compress(response, f"bundles/{found}")
    return response


@pages.get("/static/<version>/<path:name>")
@public
async def static_file(version: str, name: str) -> Response:
    try:
        response = await send_from_directory(STATIC, name)
    except OSError:
        # A name that the file system refuses, such as one that is far too long.
        abort(404)
    is_named_as_written = name in _names()
    is_current = is_named_as_written and version == fingerprint(name)
    response.headers["Cache-Control"] = FOREVER if is_current else NOT_CACHED
    if is_named_as_written and response.status_code == 200 and name.endswith(TEXTUAL):
        _compress(response, name)
    return response


def _compress(response: Response, name: str) -> None:
    response.vary.add("Accept-Encoding")
    response.headers.pop("Accept-Ranges", None)
    if request.accept_encodings["gzip"]:
        response.set_data(_compressed(name))
        response.content_encoding = "gzip"
        # Weak, because the bytes differ from those of the uncompressed response.
        response.set_etag(response.get_etag()[0] or "", weak=True)


@cache
def _names() -> frozenset[str]:
    """Spelled as on disk, so that other spellings of a name cannot fill the caches below."""
    files = (path for path in STATIC.rglob("*") if path.is_file())
    return frozenset(path.relative_to(STATIC).as_posix() for path in files)


@cache
def _compressed(name: str) -> bytes:
    ready = STATIC / (name + COMPRESSED)
    if ready.is_file():
        return ready.read_bytes()
    return gzip.compress((STATIC / name).read_bytes(), mtime=0)


@pages.get("/favicon.ico")
@public
async def favicon() -> Response:
    if not (STATIC / "icon.svg").exists():
        abort(404)
    return await send_from_directory(STATIC, "icon.svg")
