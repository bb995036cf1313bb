"""What went wrong, what was not lost, and what to do; never a stack trace, never silence."""

import logging
import secrets
import traceback

from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from inbox.render import render
from inbox.web.pages import answer, spoken

log = logging.getLogger(__name__)

# Status: title, what happened, what was kept, what to do.
PAGES = {
    400: (
        "That did not work",
        "The request was incomplete or damaged on its way.",
        "Nothing was changed.",
        "Go back, check what you entered, and try again.",
    ),
    401: (
        "Please sign in",
        "You are not signed in, or your session has ended.",
        "Everything that was sent or received is safe.",
        "Sign in and carry on where you were.",
    ),
    403: (
        "Not allowed",
        "This needs another role, or the request came from another site.",
        "Nothing was changed.",
        "Ask the owner of your church's inbox, or open the page from the inbox itself.",
    ),
    404: (
        "Not found",
        "There is nothing at this address, or it is not your church's.",
        "Nothing was lost.",
        "Go back to the inbox and choose again.",
    ),
    405: (
        "That did not work",
        "This address cannot be used in that way.",
        "Nothing was changed.",
        "Go back to the inbox and choose again.",
    ),
    413: (
        "Too large",
        "What was sent is larger than this page takes.",
        "Nothing was changed.",
        "Shorten it and try again.",
    ),
    429: (
        "Too many tries",
        "This was tried too often in a short time.",
        "Nothing was changed.",
        "Wait a minute, then try again.",
    ),
    500: (
        "Something broke",
        "The inbox made a mistake of its own.",
        "Texts that were received or already sent are stored and safe.",
        "Try again. If it happens again, give the reference below to your administrator.",
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

    @app.errorhandler(Exception)
    async def unexpected(error: Exception) -> Response:
        reference = secrets.token_hex(4)
        # Where it happened, but neither the address, which may hold a secret, nor the exception's
        # own words: a database puts phone numbers into its complaints.
        frames = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        log.error("Reference %s: %s failed with %s\n%s", reference, request.endpoint, kind, frames)
        return await _page(500, 500, reference)


async def _page(page: int, status: int, reference: str) -> Response:
    title, what, kept, todo = PAGES[page]
    if request.path.startswith("/api/"):
        # Twilio and other programs need the status alone.
        return Response("", status, content_type="text/plain")
    facts = {"title": title, "what": what, "kept": kept, "todo": todo, "reference": reference}
    html = render(spoken(), "errors/error.html", **facts)
    return await answer(html, status)
