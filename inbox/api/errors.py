"""Every error response as JSON: a code for programs and a sentence for people."""

import json
import logging
import traceback

from quart import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from inbox.http_errors import REFUSED, refusal_of
from inbox.models.finders import NotFound

log = logging.getLogger(__name__)

# Twilio's webhooks have their own handlers, which answer as Twilio expects.
WEBHOOKS = "/api/webhooks/"

_NOT_FOUND = refusal_of(NotFound())
HTTP_ERRORS = {
    400: ("invalid_request", "The request is not valid HTTP."),
    404: (_NOT_FOUND.code, _NOT_FOUND.sentence),
    405: ("method_not_allowed", "This address does not support this method."),
    408: ("too_slow", "The request took too long to arrive."),
    413: ("too_large", "The body is larger than 64 kB."),
    415: ("not_json", "The body must be JSON: send it with Content-Type: application/json."),
    500: ("internal", "The inbox had an internal error. Try again later."),
}


class ApiError(Exception):
    """Ends a request. `message` is a sentence for the author of the calling program."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def handle_errors(blueprint: Blueprint) -> None:
    """For all errors under this blueprint, and for unknown URLs under /api."""

    @blueprint.errorhandler(ApiError)
    async def api_error(error: ApiError) -> Response:
        return _error_response(error)

    for kind in REFUSED:

        @blueprint.errorhandler(kind)
        async def refusal(error: Exception) -> Response:
            found = refusal_of(error)
            return _error_response(ApiError(found.status, found.code, found.sentence))

    @blueprint.errorhandler(HTTPException)
    async def http_error(error: HTTPException) -> Response:
        return _error_response(_from_http(error))

    @blueprint.errorhandler(Exception)
    async def unexpected(error: Exception) -> Response:
        # Without the exception's message: databases put phone numbers in theirs.
        frames = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s failed with %s\n%s", request.endpoint, type(error).__name__, frames)
        return _error_response(ApiError(500, *HTTP_ERRORS[500]))

    @blueprint.before_app_request
    async def unknown_url() -> Response | None:
        # Such a request belongs to no blueprint, so none of the handlers above sees it.
        error = request.routing_exception
        if not isinstance(error, HTTPException) or isinstance(error, RequestRedirect):
            return None
        return _error_response(_from_http(error)) if _is_api_path(request.path) else None


def _is_api_path(path: str) -> bool:
    return path == "/api" or (path.startswith("/api/") and not path.startswith(WEBHOOKS))


def _from_http(error: HTTPException) -> ApiError:
    status = error.code if error.code in HTTP_ERRORS else 400
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return ApiError(status, *HTTP_ERRORS[status], headers)


def _error_response(error: ApiError) -> Response:
    body = {"success": False, "error": {"code": error.code, "message": error.message}}
    return Response(json.dumps(body), error.status, error.headers, content_type="application/json")
