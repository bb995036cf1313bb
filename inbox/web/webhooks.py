"""Twilio calls: a text has arrived, or a text of ours has come further.

An ASGI app of its own beside Quart: a broadcast brings callbacks by the thousand, and most of what
one of them cost was the framework. Errors are a status alone: Twilio needs no more.
"""

import logging
import re
import traceback
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException, abort

from inbox.clock import now
from inbox.context import Context
from inbox.keys import checked_key
from inbox.live.screens import show_later, show_settled_later
from inbox.models import Church, PhoneNumber
from inbox.models.outbox.receipts import settle
from inbox.models.texts.receive import receive as receive_text
from inbox.providers.twilio import form_pairs, parse_incoming, parse_receipt, signature_ok
from inbox.web.asgi import Answer, Receive, Scope, Send, header, read_body
from inbox.web.origin import headers_for

log = logging.getLogger(__name__)

HERE = "/api/webhooks/"
ADDRESS = re.compile(HERE + r"twilio(?:/(?P<token>[^/\0]{1,64}))??(?P<incoming>/incoming)?")
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
TAKEN = Answer(200, EMPTY_TWIML, {"content-type": "text/xml"})
HEARD = Answer(204)

# Names and values in the order in which they came.
Form = list[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """What somebody sent who may be Twilio."""

    # As Twilio signed it: with the query as it arrived.
    url: str
    # Of the church that it is for, if the address tells.
    token: str | None
    # Of the text that it is about, if the address tells.
    key: str | None
    signature: str
    form: Form

    def value(self, name: str) -> str:
        """The first value of a name. Not signed yet, so anything may stand in it."""
        return next((value for key, value in self.form if key == name), "").replace("\0", "")


class Webhooks:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._headers = headers_for(context.config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Once it is here completely it is done completely, whoever hangs up meanwhile."""
        try:
            answer = await self._answer(scope, receive)
        except HTTPException as refusal:
            answer = Answer(refusal.code or 500)
        except Exception as fault:
            # Without the fault's own words: a database puts phone numbers into its complaints.
            frames = "".join(traceback.format_tb(fault.__traceback__))
            log.error("A webhook failed with %s\n%s", type(fault).__name__, frames)
            # Twilio tries again.
            answer = Answer(500)
        if answer:
            await answer.send(send, self._headers)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """None for nobody: who asked hung up in the middle."""
        address = ADDRESS.fullmatch(scope["path"])
        if address is None:
            return Answer(404)
        if scope["method"] != "POST":
            return Answer(405, headers={"allow": "POST"})
        body = await read_body(scope, receive)
        if body is None:
            return None
        call = self._call(scope, address["token"], body)
        return await (self._incoming(call) if address["incoming"] else self._status(call))

    def _call(self, scope: Scope, token: str | None, body: bytes) -> Call:
        try:
            form = form_pairs(body)
        except ValueError:
            abort(400)
        # The configured address with the raw path and query: a URL put together anew from a parsed
        # request is not always the one that Twilio signed.
        raw_path = scope["raw_path"].decode("ascii", "replace")
        query = scope["query_string"].decode("ascii", "replace")
        url = self._context.config.public_url + raw_path + (f"?{query}" if query else "")
        return Call(url, token, _key(query), header(scope, b"x-twilio-signature"), form)

    async def _incoming(self, call: Call) -> Answer:
        """A member's text. Answered only once it is stored: anything else and Twilio must try
        again.
        """
        number = await _number(call)
        await self._signed_by([number.church], call)
        try:
            text = parse_incoming(call.form)
        except ValueError:
            abort(400)
        received = await receive_text(
            number,
            sid=text.sid,
            from_=text.from_,
            body=text.body,
            attachments=[(one.url, one.content_type) for one in text.attachments],
            opt_out_type=text.opt_out_type,
        )
        if received:
            show_later(received.messages)
        return TAKEN

    async def _status(self, call: Call) -> Answer:
        """A receipt for a text of ours: in any order, any number of times, sooner or later."""
        churches = await self._signed_by(await _churches(call), call)
        try:
            receipt = parse_receipt(call.form)
        except ValueError:
            abort(400)
        if receipt.status is None:
            # A word that Twilio may add one day. The text stays as it is.
            log.warning("Twilio sent a status that is not known here")
            return HEARD
        for church in churches:
            settled = await settle(
                church.id,
                key=call.key,
                sid=receipt.sid,
                status=receipt.status,
                code=receipt.error_code,
            )
            if settled:
                show_settled_later(settled)
                break
        return HEARD

    async def _signed_by(self, churches: list[Church], call: Call) -> list[Church]:
        """Those of the churches with whose token the call is signed; at least one, or 403."""
        seal = self._context.seal
        signed = [
            church
            for church in churches
            if signature_ok(church.signing_tokens(seal), call.url, call.form, call.signature)
        ]
        if not signed:
            await self._count_refused(churches)
            abort(403)
        return signed

    async def _count_refused(self, churches: list[Church]) -> None:
        for church in churches:
            # Anybody can send these, and each count is a write: a flood counts as the first of it.
            if await self._context.limiter.allow("refused webhooks", 60, str(church.id)):
                await church.count_refused_webhook(now())
                log.warning("A webhook for church %s had a wrong signature", church.id)


def _key(query: str) -> str | None:
    try:
        return checked_key(dict(parse_qsl(query)).get("key", ""))
    except ValueError:
        return None


async def _number(call: Call) -> PhoneNumber:
    """The number that was texted; by the token in our address, or else by number and account."""
    number = await PhoneNumber.called(call.value("To")[:20])
    if number is None:
        abort(404)
    church = number.church
    ours = church.hook_token == call.token if call.token else church.uses(call.value("AccountSid"))
    return number if ours else abort(404)


async def _churches(call: Call) -> list[Church]:
    """The church of the token; without one, those that use the account (mostly one)."""
    if call.token:
        church = await Church.with_hook(call.token)
        found = [church] if church else []
    else:
        account_sid = call.value("AccountSid")[:34]
        found = await Church.filter(twilio_account_sid=account_sid).limit(20)
    return found or abort(404)
