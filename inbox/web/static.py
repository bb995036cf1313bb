"""Static files, under an address that names their content, so that browsers keep them for ever."""

from quart import Blueprint, Response, abort, send_from_directory

from inbox.assets import fingerprint
from inbox.files import STATIC

pages = Blueprint("static_files", __name__)


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
    return response


@pages.get("/favicon.ico")
async def favicon() -> Response:
    if not (STATIC / "icon.svg").exists():
        abort(404)
    return await send_from_directory(STATIC, "icon.svg")
