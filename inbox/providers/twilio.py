"""Twilio: sends texts with its SDK and validates its requests."""

import hmac
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from inbox.providers import (
    Accepted,
    Attachment,
    Credentials,
    FoundNumber,
    Incoming,
    Outgoing,
    Page,
    Receipt,
    Refused,
    Sighting,
    Unconfirmed,
    twilio_numbers,
)
from inbox.providers.twilio_http import TWILIO_API, TwilioHttp, understood
from inbox.rules.status_order import from_twilio

Pairs = Sequence[tuple[str, str]]
Form = Mapping[str, str] | Pairs

MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
MEDIA_PATH = re.compile(
    r"/2010-04-01/Accounts/(?P<account>AC[0-9a-fA-F]{32})"
    r"/Messages/(?P<message>(?:SM|MM)[0-9a-fA-F]{32})/Media/(?P<media>ME[0-9a-fA-F]{32})"
)
# A short code has at most eight digits.
_LONG_NUMBER = re.compile(r"[1-9]\d{10,14}", re.ASCII)
# "messenger:" and its id, or a WhatsApp address; as long as a member's address may be.
MAX_PARTY = 64
PAGES, PAGE_SIZE = 3, 50
HEARD_PAGE_SIZE = 100
# Twilio's clock and ours: a text seen "before" we sent it may still be the one.
SKEW = timedelta(minutes=5)


class Twilio:
    """The Provider for one church's account. Holds only its credentials."""

    def __init__(self, credentials: Credentials, http: TwilioHttp) -> None:
        self._credentials = credentials
        self._http = http
        self._client = http.client_for(credentials)

    async def send(self, outgoing: Outgoing) -> Accepted:
        given: dict[str, Any] = {
            "to": outgoing.to,
            "from_": outgoing.from_,
            "status_callback": outgoing.status_url,
        }
        if outgoing.body:
            given["body"] = outgoing.body
        if outgoing.media_urls:
            given["media_url"] = list(outgoing.media_urls)
        with understood("POST"):
            taken = await self._client.messages.create_async(**given)
            if not MESSAGE_SID.fullmatch(taken.sid):
                raise Unconfirmed("Twilio's answer names no message.")
            return Accepted(
                sid=taken.sid,
                status=from_twilio(taken.status or "") or "accepted",
                segments=int(taken.num_segments or 0) or None,
            )

    async def find(self, to: str | None, from_: str | None, since: datetime) -> list[Sighting]:
        """Messages by To and From, at most PAGES pages of them.

        Not by date: Twilio's filter is for the date sent, which a waiting message does not have.
        """
        by = {name: value for name, value in (("to", to), ("from_", from_)) if value}
        seen: list[Sighting] = []
        with understood("GET"):
            page = await self._client.messages.page_async(**by, page_size=PAGE_SIZE)
            for still_allowed in reversed(range(PAGES)):
                fresh = [one for one in map(self._sighting, page) if one.created_at >= since - SKEW]
                seen += fresh
                page = await page.next_page_async() if fresh and still_allowed else None
                if page is None:
                    break
        return sorted(seen, key=lambda one: one.created_at, reverse=True)

    async def fetch(self, sid: str) -> Sighting | None:
        if not MESSAGE_SID.fullmatch(sid):
            return None
        try:
            with understood("GET"):
                return self._sighting(await self._client.messages(sid).fetch_async())
        except Refused as no:
            if no.code == "20404":
                return None
            raise

    async def heard(self, number: str, page: str | None = None) -> Page:
        with understood("GET"):
            listed = await (
                self._client.messages.get_page_async(page)
                if page
                else self._client.messages.page_async(to=number, page_size=HEARD_PAGE_SIZE)
            )
            return Page(tuple(map(self._sighting, listed)), listed.next_page_url)

    async def attachments(self, sid: str) -> tuple[Attachment, ...]:
        with understood("GET"):
            try:
                listed = await self._client.messages(sid).media.list_async(limit=MAX_ATTACHMENTS)
            except Refused as no:
                if no.code == "20404":
                    return ()
                raise
            account = f"{TWILIO_API}/2010-04-01/Accounts/{self._credentials.account_sid}"
            return tuple(
                Attachment(f"{account}/Messages/{sid}/Media/{one.sid}", _kind(one.content_type))
                for one in listed
            )

    async def check_account(self) -> None:
        await twilio_numbers.check_account(self._client, self._credentials)

    async def find_number(self, number: str) -> FoundNumber:
        return await twilio_numbers.find_number(self._client, number)

    async def point_number(self, number_sid: str, sms_url: str) -> None:
        await twilio_numbers.point_number(self._client, number_sid, sms_url)

    async def media(self, url: str) -> tuple[str, bytes]:
        """Only the three SIDs of `url` are used: a forged host must never see the token."""
        parts = MEDIA_PATH.fullmatch(_path(url))
        if parts is None or parts["account"] != self._credentials.account_sid:
            raise Refused("media", "This is not the address of a file in this Twilio account.")
        return await self._http.download(f"{TWILIO_API}{parts[0]}", self._credentials)

    def _sighting(self, message: Any) -> Sighting:
        """With its time by our clock, which may be wrong."""
        # Undated counts as new: better to look twice at a message than to send it twice.
        date = message.date_created
        created_at = date + self._http.ahead if date else datetime.now(UTC)
        return Sighting(
            sid=message.sid,
            to=message.to or "",
            from_=message.from_ or "",
            # PostgreSQL keeps no NUL in a text.
            body=(message.body or "").replace("\x00", "\ufffd"),
            status=from_twilio(message.status or ""),
            error_code=str(message.error_code) if message.error_code else None,
            created_at=created_at,
            direction="inbound" if message.direction == "inbound" else "outbound",
            media=int(message.num_media or 0),
        )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


# Requests from Twilio: first check the signature, then parse.

MAX_FIELDS = 200
MAX_ATTACHMENTS = 10
ADDRESS = re.compile(r"(?i)(https?)://([^/?#@]*@)?(\[[^\]/?#@]*\]|[^:/?#@]*)(:[0-9]+)?([/?#].*)?")
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")


def form_pairs(body: bytes) -> list[tuple[str, str]]:
    """A form body's fields in order, decoded, empty ones kept: Twilio signs those as well.

    Raises ValueError for more than MAX_FIELDS fields.
    """
    text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS) if text else []


def signature_ok(
    tokens: Sequence[str], url: str, signed: Pairs | bytes | str, signature: str
) -> bool:
    """Whether Twilio signed this request with one of a church's tokens. Never raises.

    `url` is the address as Twilio was given it, with the query as it arrived and no fragment: it
    is never rebuilt. `signed` is the form's pairs ([] for GET), or a JSON body, whose hash is then
    in the query. The algorithm is in Twilio's "Security" documentation.
    """
    if isinstance(tokens, str):  # its letters would each count as a token
        return False
    try:
        content = _signed_content(url, signed)
        if content is None:
            return False
        claimed = signature.encode()
        return any(
            hmac.compare_digest(_signature(token, address + content), claimed)
            for token in tokens
            if token
            for address in _addresses(url)
        )
    except (ValueError, TypeError, AttributeError):
        return False


def _signed_content(url: str, signed: Pairs | bytes | str) -> str | None:
    """What follows the address in the signed string; None if the body's hash is wrong."""
    if not isinstance(signed, (bytes, str)):
        values: dict[str, set[str]] = {}
        for name, value in signed:
            values.setdefault(name, set()).add(value)
        return "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    body = signed.encode() if isinstance(signed, str) else signed
    query = dict(reversed(parse_qsl(urlsplit(url).query)))
    claimed = query.get("bodySHA256", "").encode()
    return "" if hmac.compare_digest(sha256(body).hexdigest().encode(), claimed) else None


def _addresses(url: str) -> Iterator[str]:
    """As given, then with the port dropped or spelled out, then the same without user and password.

    Twilio is not consistent about ports, and leaves out user and password for texts.
    """
    parts = ADDRESS.fullmatch(url)
    if parts is None:
        return
    scheme, user, host, port, rest = (part or "" for part in parts.groups())
    scheme = scheme.lower()
    default = ":443" if scheme == "https" else ":80"
    for person in dict.fromkeys((user, "")):
        for door in dict.fromkeys((port, "" if port else default)):
            yield f"{scheme}://{person}{host}{door}{rest}"


def _signature(token: str, text: str) -> bytes:
    return b64encode(hmac.digest(token.encode(), text.encode(), sha1))


def parse_incoming(form: Form) -> Incoming:
    """A text from a member, from a form with a valid signature. Raises ValueError."""
    fields = _fields(form)
    return Incoming(
        sid=_message_sid(fields),
        account_sid=_account_sid(fields),
        from_=_party(fields, "From"),
        to=_party(fields, "To"),
        # PostgreSQL keeps no NUL in a text.
        body=fields.get("Body", "").replace("\x00", "\ufffd"),
        attachments=tuple(_attachments(fields)),
        opt_out_type=_opt_out_type(fields.get("OptOutType", "")),
    )


def number_in(party: str) -> str:
    """The phone number of one of ours, whatever the channel: "whatsapp:+12025550100"."""
    return party[:MAX_PARTY].rpartition(":")[2]


def parse_receipt(form: Form) -> Receipt:
    """A text's delivery status, from a form with a valid signature. Raises ValueError."""
    fields = _fields(form)
    word = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
    if not word:
        raise ValueError("The receipt names no status.")
    code = fields.get("ErrorCode", "")
    return Receipt(
        sid=_message_sid(fields),
        account_sid=_account_sid(fields),
        status=from_twilio(word),
        error_code=code if re.fullmatch(r"[1-9][0-9]{0,5}", code) else None,
    )


def _fields(form: Form) -> dict[str, str]:
    """The first value of each name, as frameworks do."""
    if isinstance(form, Mapping):
        return {name: form[name] for name in form}
    return dict(reversed(form))


def _message_sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("MessageSid") or fields.get("SmsSid") or ""
    if not MESSAGE_SID.fullmatch(sid):
        raise ValueError("The request names no message.")
    return sid


def _account_sid(fields: Mapping[str, str]) -> str:
    sid = fields.get("AccountSid", "")
    if not twilio_numbers.ACCOUNT_SID.fullmatch(sid):
        raise ValueError("The request names no Twilio account.")
    return sid


def _party(fields: Mapping[str, str], name: str) -> str:
    """A phone number, a short code, a sender's name, or an address on another channel.

    RCS reaches the same phone as SMS, so it is the same member. A "+" that was not encoded arrives
    as a space.
    """
    party = fields.get(name, "").strip()
    party = re.sub(r"\Arcs:(?=\+?\d+\Z)", "", party)
    if not party or len(party) > MAX_PARTY or not party.isprintable():
        raise ValueError(f"The field {name} is not a sender or receiver.")
    return f"+{party}" if _LONG_NUMBER.fullmatch(party) else party


def _attachments(fields: Mapping[str, str]) -> Iterator[Attachment]:
    """By the addresses present: the count beside them is only a claim."""
    for n in range(MAX_ATTACHMENTS):
        url = fields.get(f"MediaUrl{n}", "")
        if re.fullmatch(r"https?://[!-~]{1,2000}", url):
            yield Attachment(url, _kind(fields.get(f"MediaContentType{n}", "")))


def _kind(content_type: str | None) -> str:
    kind = (content_type or "").partition(";")[0].strip().lower()
    known = CONTENT_TYPE.fullmatch(kind) and len(kind) <= 100
    return kind if known else "application/octet-stream"


def _opt_out_type(word: str) -> str | None:
    return word.lower() if word in ("STOP", "START", "HELP") else None
