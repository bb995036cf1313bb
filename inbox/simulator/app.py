"""The Twilio simulator as a Quart app: REST API, a page of handsets, and faults on demand."""

import secrets

from hypercorn.typing import (
    ASGIFramework,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)
from quart import Quart, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from inbox.files import STATIC
from inbox.routing import RoutedQuart

from .accounts import accounts, services
from .control import control
from .errors import TwilioError
from .handsets import handsets
from .media import media, storage
from .messages import messages
from .network import Network
from .numbers import numbers
from .receipts import API_VERSION
from .rest import Simulator, simulator
from .world import World

REQUEST_LIMIT = 256 * 1024
TWILIO_PATHS = (f"/{API_VERSION}/", "/v1/")


def create_simulator(world: World, network: Network) -> Quart:
    """The app. The server must close the network first, which ends hanging responses and the
    handsets' live streams (`serving.running` does).
    """
    app = RoutedQuart(__name__, static_folder=str(STATIC), static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = REQUEST_LIMIT
    app.extensions["simulator"] = Simulator(world, network)
    for resource in (accounts, messages, media, numbers):
        app.register_blueprint(resource, url_prefix=f"/{API_VERSION}")
    app.register_blueprint(services, url_prefix="/v1")
    app.register_blueprint(storage)
    app.register_blueprint(control, url_prefix="/_simulator")
    app.register_blueprint(handsets)
    app.register_error_handler(TwilioError, _refusal)
    app.register_error_handler(HTTPException, _http_refusal)
    app.after_request(_headers)
    app.after_serving(network.close)
    app.asgi_app = CutShort(app.asgi_app)  # type: ignore[method-assign]
    return app


async def _refusal(error: TwilioError) -> tuple[Response, int]:
    answer = jsonify(error.payload())
    if error.code == 20003:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer, error.status


async def _http_refusal(error: HTTPException) -> tuple[Response, int] | HTTPException:
    if not request.path.startswith(TWILIO_PATHS):
        return error
    if error.code == 404:
        return await _refusal(TwilioError(20404, request.path))
    if error.code == 405:
        return await _refusal(TwilioError(20004))
    status = error.code or 500
    return jsonify({**TwilioError(20001).payload(), "status": status}), status


async def _headers(response: Response) -> Response:
    if request.path.startswith(TWILIO_PATHS):
        response.headers["Twilio-Request-Id"] = "RQ" + secrets.token_hex(16)
        response.date = simulator().world.clock()
    return response


class CutShort:
    """Cuts the connection in the middle of a marked response. In ASGI, an app does that by
    returning before its response is complete.
    """

    def __init__(self, app: ASGIFramework) -> None:
        self.app = app

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        cut = False

        async def pass_on(event: ASGISendEvent) -> None:
            nonlocal cut
            if event["type"] == "http.response.start":
                headers = list(event["headers"])
                cut = any(name.lower() == b"x-simulator-cut" for name, _ in headers)
            elif cut:
                return
            await send(event)

        await self.app(scope, receive, pass_on)
