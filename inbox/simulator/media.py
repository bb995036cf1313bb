"""The media of a message, and their bytes behind a redirect to a short-lived address."""

import hashlib
import hmac
import secrets
import time
from functools import partial

from quart import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Redirect

from .errors import TwilioError
from .messages import message_of
from .records import Account, Media, Message
from .rest import Fieldset, account_uri, listing, open_account, rfc2822, simulator

media = Blueprint("media", __name__)
storage = Blueprint("storage", __name__)

VALID_FOR = 300
SECRET = secrets.token_bytes(32)


@media.get("/Accounts/<account_sid>/Messages/<message_sid>/Media.json")
async def listed(account_sid: str, message_sid: str) -> Response:
    message = message_of(open_account(account_sid), message_sid)
    return jsonify(listing("media_list", message.media, _place, partial(_fields, message)))


def _place(one: Media) -> str:
    return f"{int(one.created_at.timestamp() * 1_000_000):016x}{one.sid}"


@media.get("/Accounts/<account_sid>/Messages/<message_sid>/Media/<sid>.json")
async def fetch(account_sid: str, message_sid: str, sid: str) -> Response:
    message, found = _one(open_account(account_sid), message_sid, sid)
    return jsonify(_fields(message, found))


@media.delete("/Accounts/<account_sid>/Messages/<message_sid>/Media/<sid>.json")
async def delete(account_sid: str, message_sid: str, sid: str) -> tuple[str, int]:
    message, found = _one(open_account(account_sid), message_sid, sid)
    simulator().world.detach(message, found)
    return "", 204


@media.get("/Accounts/<account_sid>/Messages/<message_sid>/Media/<sid>")
async def content(account_sid: str, message_sid: str, sid: str) -> Redirect:
    """Redirect an authorized caller to the bytes."""
    _one(open_account(account_sid), message_sid, sid)
    path = f"/_media/{account_sid}/{message_sid}/{sid}"
    expires = int(time.time()) + VALID_FOR
    return redirect(f"{path}?expires={expires}&signature={_signature(path, expires)}", 307)


@storage.get("/_media/<account_sid>/<message_sid>/<sid>")
async def stored(account_sid: str, message_sid: str, sid: str) -> Response:
    """The bytes. As in Twilio's storage, the address is the key; a second one (an Authorization
    header sent along) is refused.
    """
    if request.headers.get("Authorization"):
        return Response("Only one auth mechanism allowed", 400, content_type="text/plain")
    expires = request.args.get("expires", "")
    known = _signature(request.path, int(expires) if expires.isdecimal() else 0)
    given = request.args.get("signature", "")
    if not hmac.compare_digest(known.encode(), given.encode()) or int(expires) < time.time():
        return Response("Access denied", 403, content_type="text/plain")
    account = simulator().world.accounts.get(account_sid)
    if account is None:
        raise TwilioError(20404, request.path)
    _, found = _one(account, message_sid, sid)
    return Response(found.data, content_type=found.content_type)


def _signature(path: str, expires: int) -> str:
    return hmac.new(SECRET, f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()


def _one(account: Account, message_sid: str, sid: str) -> tuple[Message, Media]:
    message = message_of(account, message_sid)
    for found in message.media:
        if found.sid == sid:
            return message, found
    raise TwilioError(20404, request.path)


def _fields(message: Message, shown: Media) -> Fieldset:
    path = f"Messages/{message.sid}/Media/{shown.sid}.json"
    return {
        "sid": shown.sid,
        "account_sid": message.account_sid,
        "parent_sid": message.sid,
        "content_type": shown.content_type,
        "date_created": rfc2822(shown.created_at),
        "date_updated": rfc2822(shown.created_at),
        "uri": account_uri(message.account_sid, path),
    }
