"""A whole page for a signed-in person, with what every page shows around its content."""

from functools import partial
from typing import Any

from quart import Response, g, request

from inbox.i18n import LANGUAGES, translate
from inbox.models import Session
from inbox.models.conversations.counts import count_views
from inbox.models.permissions import actions_of, may
from inbox.models.scope import Scope
from inbox.render import render
from inbox.web.auth import church, me, session

STREAM = "text/vnd.turbo-stream.html"


async def page(template: str, status: int = 200, /, **context: Any) -> Response:
    """`context` is what the template needs, which may include a `status` of its own."""
    html = draw(
        template,
        staff=me(),
        church=church(),
        session_id=session().id,
        actions=actions_of(me()),
        rail_counts=await count_views(Scope.of(me())),
        **{"view": "all", **context},
    )
    return await answer(html, status)


def draw(template: str, **context: Any) -> str:
    """Part of a page, in the language of the signed-in church, with phone numbers as dialed in its
    country."""
    facts = {"country": church().country, "may": partial(may, me())}
    return render(church().language, template, **facts, **context)


def spoken() -> str:
    """The language for someone who may not be signed in: their church's or their browser's."""
    session: Session | None = g.get("session")
    if session:
        return session.staff.church.language
    return request.accept_languages.best_match(LANGUAGES) or "en"


def say(text: str, **values: object) -> str:
    """A handler's text, in the language of whoever is asking."""
    return translate(spoken(), text, **values)


async def answer(html: str, status: int = 200) -> Response:
    return Response(html, status, content_type="text/html; charset=utf-8")


async def stream(html: str, status: int = 200) -> Response:
    """Turbo Stream actions."""
    return Response(html, status, content_type=f"{STREAM}; charset=utf-8")


def wants_stream() -> bool:
    return STREAM in request.headers.get("Accept", "")


def is_prefetch() -> bool:
    """Whether the browser is prefetching, before anyone decided to open this: change nothing."""
    return request.headers.get("X-Sec-Purpose") == "prefetch"


def in_frame(name: str) -> bool:
    """Whether Turbo asks only for the content of this frame."""
    return request.headers.get("Turbo-Frame") == name
