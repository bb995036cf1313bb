"""Twilio's calls: a text has arrived, or a text of ours has a new status.

A separate ASGI app beside Quart: a broadcast brings callbacks by the thousand, and the framework
was most of the cost of each. An error is only a status, since Twilio needs no more.
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
from inbox.models import Church
from inbox.models.outbox.receipts import settle
from inbox.models.texts.receive import receive as receive_text
from inbox.models.webhook_lookup import (
    CalledNumber,
    HookedChurch,
    church_with_hook,
    churches_using,
    number_called,
)
from inbox.providers.twilio import (
    form_pairs,
    number_in,
    parse_incoming,
    parse_receipt,
    signature_ok,
)
from inbox.rate_limits import REFUSED_WEBHOOKS
from inbox.web.asgi import Answer, Receive, Scope, Send, header, read_body
from inbox.web.origin import headers_for

log = logging.getLogger(__name__)

HERE = "/api/webhooks/"
ADDRESS = re.compile(HERE + r"twilio(?:/(?P<token>[^/\0]{1,64}))??(?P<incoming>/incoming)?")
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
TAKEN = Answer(200, EMPTY_TWIML, {"content-type": "text/xml"})
HEARD = Answer(204)

# Names and values in the order received.
Form = list[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """A request that claims to be from Twilio."""

    # As Twilio signed it, with the query as it arrived.
    url: str
    # The token of the church that it is for, if the URL has one.
    token: str | None
    # The key of the text that it is about, if the URL has one.
    key: str | None
    signature: str
    form: Form

    def value(self, name: str) -> str:
        """The first value with this name. Not verified yet, so it may contain anything."""
        return next((value for key, value in self.form if key == name), "").replace("\0", "")


class Webhooks:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._headers = headers_for(context.config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request that has arrived completely is finished, even if the client disconnects."""
        try:
            answer = await self._answer(scope, receive)
        except HTTPException as refusal:
            answer = Answer(refusal.code or 500)
        except Exception as fault:
            # Without the exception's message: databases put phone numbers in theirs.
            frames = "".join(traceback.format_tb(fault.__traceback__))
            log.error("A webhook failed with %s\n%s", type(fault).__name__, frames)
            # Makes Twilio try again.
            answer = Answer(500)
        if answer:
            await answer.send(send, self._headers)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """None if the client disconnected before sending everything."""
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
        # The configured URL with the raw path and query: a URL rebuilt from a parsed request is not
        # always the one that Twilio signed.
        raw_path = scope["raw_path"].decode("ascii", "replace")
        query = scope["query_string"].decode("ascii", "replace")
        url = self._context.config.public_url + raw_path + (f"?{query}" if query else "")
        return Call(url, token, _key(query), header(scope, b"x-twilio-signature"), form)

    async def _incoming(self, call: Call) -> Answer:
        """A member's text. Acknowledged only once it is stored, so that otherwise Twilio tries
        again."""
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
            self._context.screens.show_messages_soon(received.messages)
        return TAKEN

    async def _status(self, call: Call) -> Answer:
        """A receipt for one of our texts: in any order, any number of times, sooner or later."""
        churches = await self._signed_by(await _churches(call), call)
        try:
            receipt = parse_receipt(call.form)
        except ValueError:
            abort(400)
        if receipt.status is None:
            # A status that Twilio may add someday. The text stays as it is.
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
                self._context.screens.show_messages_soon(settled.messages)
                break
        return HEARD

    async def _signed_by(self, churches: list[HookedChurch], call: Call) -> list[HookedChurch]:
        """The churches with whose token the call is signed. Aborts with 403 if there are none."""
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

    async def _count_refused(self, churches: list[HookedChurch]) -> None:
        for church in churches:
            # Anyone can send these.
            if await self._context.limiter.allow(REFUSED_WEBHOOKS, str(church.id)):
                await Church.count_refused_webhook(church.id, now())
                log.warning("A webhook for church %s had a wrong signature", church.id)


def _key(query: str) -> str | None:
    try:
        return checked_key(dict(parse_qsl(query)).get("key", ""))
    except ValueError:
        return None


async def _number(call: Call) -> CalledNumber:
    """The number that was texted, checked by the token in our URL, or otherwise by account."""
    number = await number_called(number_in(call.value("To")))
    if number is None:
        abort(404)
    church = number.church
    ours = church.hook_token == call.token if call.token else church.uses(call.value("AccountSid"))
    return number if ours else abort(404)


async def _churches(call: Call) -> list[HookedChurch]:
    """The church with the token; without one, the churches that use the account (mostly one)."""
    if call.token:
        church = await church_with_hook(call.token)
        found = [church] if church else []
    else:
        found = await churches_using(call.value("AccountSid")[:34])
    return found or abort(404)
