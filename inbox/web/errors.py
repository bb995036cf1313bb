"""Error pages: what went wrong, what was not lost, and what to do; never a stack trace."""

import logging
import secrets
import traceback

from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from inbox.http_errors import REFUSED, refusal_of
from inbox.i18n import N_
from inbox.models.permissions import NotAllowed
from inbox.render import render
from inbox.web.bodies import when_too_large
from inbox.web.pages import answer, say, spoken

log = logging.getLogger(__name__)

# What someone may not do in their role, as opposed to a request that no one here has made.
ROLE = "role"
# By status: title, what happened, what was kept, what to do.
PAGES: dict[int | str, tuple[str, str, str, str]] = {
    400: (
        N_("That did not work"),
        N_("The request was incomplete or damaged on its way."),
        N_("Nothing was changed."),
        N_("Go back, check what you entered, and try again."),
    ),
    401: (
        N_("Please sign in"),
        N_("You are not signed in, or your session has ended."),
        N_("Every text sent or received is safe."),
        N_("Sign in to continue where you were."),
    ),
    403: (
        N_("Not allowed"),
        N_("The request came from another site."),
        N_("Nothing was changed."),
        N_("Open the page from the inbox itself."),
    ),
    ROLE: (
        N_("Not allowed"),
        N_("Your role does not include this."),
        N_("Nothing was changed."),
        N_("Ask an owner of your church's inbox to do it, or to give you another role."),
    ),
    404: (
        N_("Not found"),
        N_("There is nothing at this address, or it is not your church's."),
        N_("Nothing was lost."),
        N_("Go back to the inbox and choose again."),
    ),
    405: (
        N_("That did not work"),
        N_("This address cannot be used in that way."),
        N_("Nothing was changed."),
        N_("Go back to the inbox and choose again."),
    ),
    413: (
        N_("Too large"),
        N_("Your upload is larger than this page accepts."),
        N_("Nothing was changed."),
        N_("Shorten it and try again."),
    ),
    429: (
        N_("Too many attempts"),
        N_("Too many attempts in a short time."),
        N_("Nothing was changed."),
        N_("Wait a minute, then try again."),
    ),
    500: (
        N_("Something went wrong"),
        N_("The inbox had an internal error."),
        N_("Texts already sent or received are stored and safe."),
        N_("Try again. If it happens again, give the reference below to your administrator."),
    ),
}


def handle(app: Quart) -> None:
    @app.errorhandler(HTTPException)
    async def expected(error: HTTPException) -> Response:
        status = error.code or 500
        response = await _page(status if status in PAGES else 400, status, "")
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    for kind in REFUSED:

        @app.errorhandler(kind)
        async def refused(error: Exception) -> Response:
            status = refusal_of(error).status
            page = ROLE if isinstance(error, NotAllowed) else status
            return await _page(page if page in PAGES else 400, status, "")

    @app.errorhandler(Exception)
    async def unexpected(error: Exception) -> Response:
        reference = secrets.token_hex(4)
        # Log where it happened, but neither the URL, which may hold a secret, nor the exception's
        # message: databases put phone numbers in theirs.
        frames = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        log.error("Reference %s: %s failed with %s\n%s", reference, request.endpoint, kind, frames)
        return await _page(500, 500, reference)


async def _page(page: int | str, status: int, reference: str) -> Response:
    if request.path.startswith("/api/"):
        # Twilio and other programs only need the status.
        return Response("", status, content_type="text/plain")
    title, what, kept, todo = map(say, PAGES[page])
    if status == 413 and (advice := when_too_large()):
        todo = say(advice)
    facts = {"title": title, "what": what, "kept": kept, "todo": todo, "reference": reference}
    html = render(spoken(), "errors/error.html", **facts)
    return await answer(html, status)
