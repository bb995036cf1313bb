"""The JSON API: find, call one verb of a model, show. Described at /api/openapi.json."""

from quart import Blueprint

from inbox.api import groups, members, messages, openapi, twilio
from inbox.api.auth import authenticate
from inbox.api.errors import handle_errors

api = Blueprint("api", __name__, url_prefix="/api")
handle_errors(api)
for noun in (twilio, messages, members, groups):
    noun.calls.before_request(authenticate)
    api.register_blueprint(noun.calls)
api.register_blueprint(openapi.calls)

blueprints: tuple[Blueprint, ...] = (api,)
