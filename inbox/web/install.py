"""The inbox as an installable app: public, and the same for everyone."""

import json
from functools import cache

from quart import Blueprint, Response
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.assets import asset, bundled
from inbox.files import STATIC
from inbox.i18n import N_, translate
from inbox.render import render
from inbox.web.auth import public
from inbox.web.pages import answer, spoken

pages = Blueprint("install", __name__)

NAME = N_("Inbox")
ICONS = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)
# All that the offline page needs, and the only files that browsers are asked to keep.
OFFLINE_BUNDLES, OFFLINE_ICON = ("offline.css", "offline.js"), "icon.svg"


@pages.get("/manifest.webmanifest")
@public
async def manifest() -> ResponseReturnValue:
    name = translate(spoken(), NAME)
    told = {
        "id": paths.inbox(),
        "name": name,
        "short_name": name,
        "lang": spoken(),
        "start_url": paths.inbox(),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f4f1",
        "theme_color": "#f5f4f1",
        "icons": [
            {"src": asset(file), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for file, sizes, purpose in ICONS
        ],
    }
    return _kept_shortly(Response(json.dumps(told), content_type="application/manifest+json"))


@pages.get("/service-worker.js")
@public
async def service_worker() -> ResponseReturnValue:
    """The script contains the URLs that it caches, so each version has its own worker."""
    files = [*map(bundled, OFFLINE_BUNDLES), asset(OFFLINE_ICON)]
    kept = json.dumps([paths.offline(), *files])
    icon = json.dumps(asset(ICONS[0][0]))
    push = json.dumps({"state": paths.push_state(), "subscribe": paths.push_subscribe()})
    response = Response(
        f"const KEPT = {kept}\nconst ICON = {icon}\nconst PUSH = {push}\n{_script()}",
        content_type="text/javascript; charset=utf-8",
    )
    response.headers["Service-Worker-Allowed"] = "/"
    return _kept_shortly(response)


@pages.get("/offline")
@public
async def offline() -> ResponseReturnValue:
    """The page shown while the browser is offline."""
    return await answer(render(spoken(), "install/offline.html"))


@cache
def _script() -> str:
    return (STATIC / "js" / "service_worker.js").read_text()


def _kept_shortly(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response
