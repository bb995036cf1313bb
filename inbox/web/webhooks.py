"""Twilio calls: a text has arrived, or a text of ours has come further."""

import logging

from quart import Blueprint, Response, abort, request

from inbox.context import current_context
from inbox.live.screens import show_later, show_settled_later
from inbox.models import Church, PhoneNumber
from inbox.models.inbound import receive
from inbox.models.message import checked_key, now
from inbox.models.receipts import settle
from inbox.providers.twilio import form_pairs, parse_incoming, parse_receipt, signature_ok

pages = Blueprint("webhooks", __name__)
log = logging.getLogger(__name__)

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
LARGEST_BODY = 64 * 1024

# Names and values in the order in which they came.
Form = list[tuple[str, str]]


@pages.post("/api/webhooks/twilio/incoming")
@pages.post("/api/webhooks/twilio/<token>/incoming")
async def incoming(token: str | None = None) -> Response:
    """A member's text. Answered only once it is stored: anything else and Twilio must try again."""
    form = await _form()
    number = await _number(token, form)
    await _signed_by([number.church], form)
    try:
        text = parse_incoming(form)
    except ValueError:
        abort(400)
    received = await receive(
        number,
        sid=text.sid,
        from_=text.from_,
        body=text.body,
        attachments=[(one.url, one.content_type) for one in text.attachments],
        opt_out_type=text.opt_out_type,
    )
    if received:
        show_later(received.messages)
    return Response(EMPTY_TWIML, 200, content_type="text/xml")


@pages.post("/api/webhooks/twilio")
@pages.post("/api/webhooks/twilio/<token>")
async def status(token: str | None = None) -> Response:
    """A receipt for a text of ours: in any order, any number of times, sooner or later."""
    form = await _form()
    churches = await _signed_by(await _churches(token, form), form)
    try:
        receipt = parse_receipt(form)
    except ValueError:
        abort(400)
    if receipt.status is None:
        # A word that Twilio may add one day. The text stays as it is.
        log.warning("Twilio sent a status that is not known here")
        return Response("", 204)
    for church in churches:
        settled = await settle(
            church.id,
            key=_key(),
            sid=receipt.sid,
            status=receipt.status,
            code=receipt.error_code,
        )
        if settled:
            show_settled_later(settled)
            break
    return Response("", 204)


async def _form() -> Form:
    body = await request.get_data(as_text=False)
    assert isinstance(body, bytes)
    if len(body) > LARGEST_BODY:
        abort(413)
    try:
        return form_pairs(body)
    except ValueError:
        abort(400)


async def _number(token: str | None, form: Form) -> PhoneNumber:
    """The number that was texted; by the token in our address, or else by number and account."""
    number = await PhoneNumber.called(_value(form, "To")[:20])
    if number is None:
        abort(404)
    account_sid = _value(form, "AccountSid")
    ours = number.church.hook_token == token if token else number.church.uses(account_sid)
    return number if ours else abort(404)


async def _churches(token: str | None, form: Form) -> list[Church]:
    """The church of the token; without one, those that use the account (mostly one)."""
    if token:
        church = await Church.with_hook(token[:64])
        found = [church] if church else []
    else:
        found = await Church.filter(twilio_account_sid=_value(form, "AccountSid")[:34]).limit(20)
    return found or abort(404)


def _value(form: Form, name: str) -> str:
    """The first value of a name. Not signed yet, so anything may stand in it."""
    return next((value for key, value in form if key == name), "").replace("\0", "")


async def _signed_by(churches: list[Church], form: Form) -> list[Church]:
    """Those of the churches with whose token the request is signed; at least one, or 403."""
    context = current_context()
    # The configured address with the raw path and query: a URL put together anew from a parsed
    # request is not always the one that Twilio signed.
    raw_path = request.scope["raw_path"].decode("ascii", "replace")
    query = request.scope["query_string"].decode("ascii", "replace")
    url = context.config.public_url + raw_path + (f"?{query}" if query else "")
    signature = request.headers.get("X-Twilio-Signature", "")
    signed = [
        church
        for church in churches
        if signature_ok(church.signing_tokens(context.seal), url, form, signature)
    ]
    if not signed:
        await _count_refused(churches)
        abort(403)
    return signed


async def _count_refused(churches: list[Church]) -> None:
    for church in churches:
        # Anybody can send these, and each count is a write: a flood counts as the first of it.
        if await current_context().limiter.allow("refused webhooks", 60, str(church.id)):
            await church.count_refused_webhook(now())
            log.warning("A webhook for church %s had a wrong signature", church.id)


def _key() -> str | None:
    try:
        return checked_key(request.args.get("key", ""))
    except ValueError:
        return None
