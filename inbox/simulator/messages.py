"""Twilio's Messages resource: create, fetch, list, redact, cancel, delete."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from quart import Blueprint, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from inbox.rules.segments import MAX_TEXT_LENGTH, measure

from .errors import DELIVERY_SENTENCES, TwilioError
from .receipts import API_VERSION
from .records import MAX_ATTACHMENTS, Account, Message, Service, is_number
from .rest import (
    Fieldset,
    account_uri,
    is_web_address,
    listing,
    moment_from,
    open_account,
    rfc2822,
    simulator,
)

Form = MultiDict[str, str]

messages = Blueprint("messages", __name__)

MAX_VALIDITY = 36_000
SOONEST, LATEST = timedelta(seconds=300), timedelta(days=35)

MAGIC_SENDER = "+15005550006"
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


@messages.post("/Accounts/<account_sid>/Messages.json")
async def create(account_sid: str) -> tuple[Response, int]:
    account = open_account(account_sid, test=True)
    form = await request.form
    faults = simulator().network.faults
    if busy := faults.strikes("create_busy"):
        raise TwilioError(20429, retry_after=round(busy.seconds[1]) or None)
    if error := faults.strikes("create_error_before"):
        return _server_error(error.code)
    if faults.strikes("create_hang_before"):
        await _hang()
    message = _accepted(account, form)
    answer = jsonify(message_fields(message))
    if error := faults.strikes("create_error_after"):
        return _server_error(error.code)
    if faults.strikes("create_hang_after"):
        await _hang()
    if faults.strikes("create_cut_after"):
        answer.headers["X-Simulator-Cut"] = "1"
    return answer, 201


def _server_error(status: int) -> tuple[Response, int]:
    """As from Twilio (JSON), or for 502 as from a gateway in front of it (HTML)."""
    if status == 502:
        return Response("<html><body>Bad Gateway</body></html>", content_type="text/html"), 502
    payload = TwilioError(20500).payload()
    return jsonify({**payload, "status": status or 500}), status or 500


async def _hang() -> None:
    """Do not respond until the client gives up or the simulator closes."""
    await simulator().network.calls.closing.wait()
    raise TwilioError(20500)


def _accepted(account: Account, form: Form) -> Message:
    """Check everything that Twilio checks before it responds, and accept the message."""
    world, network = simulator().world, simulator().network
    to, from_, service = _ends(account, form)
    send_at = _send_at(form, service)
    media_urls = _content(form, service)
    _options(form)
    _consent(account, to, from_, service)
    lag = network.faults.strikes("list_lag")
    body = form.get("Body", "")
    message = world.new_message(
        account,
        from_=from_,
        to=to,
        body=body,
        direction="outbound-api",
        status="scheduled" if send_at else "queued" if from_ else "accepted",
        segments=measure(body).count if from_ else 0,
        is_mms=bool(media_urls) or form.get("SendAsMms") == "true",
        list_lag=network.faults.seconds_of(lag) if lag else 0,
    )
    message.service_sid = service.sid if service else None
    message.send_at = send_at
    message.media_urls = media_urls
    message.callback_url = form.get("StatusCallback") or None
    if not account.test:
        _room_in_queue(message)
        if not network.accept(message):
            raise TwilioError(21611, from_ or "")
    return message


def _ends(account: Account, form: Form) -> tuple[str, str | None, Service | None]:
    """To, From and the Messaging Service; at least one of the latter two."""
    to, from_, service_sid = (form.get(name) for name in ("To", "From", "MessagingServiceSid"))
    if not to:
        raise TwilioError(21604)
    if not from_ and not service_sid:
        raise TwilioError(21603)
    if to in MAGIC_TO:
        raise TwilioError(MAGIC_TO[to], to)
    if not is_number(to):
        raise TwilioError(21211, to)
    service = _service(account, service_sid) if service_sid else None
    if from_:
        _sender(account, from_, service)
    return to, from_ or None, service


def _service(account: Account, sid: str) -> Service:
    service = account.services.get(sid)
    if service is None:
        raise TwilioError(21701, sid)
    if not simulator().world.pool(service):
        raise TwilioError(21704)
    return service


def _sender(account: Account, from_: str, service: Service | None) -> None:
    if from_ in MAGIC_FROM:
        raise TwilioError(MAGIC_FROM[from_], from_)
    if from_ == MAGIC_SENDER:
        return
    if not is_number(from_):
        raise TwilioError(21212, from_)
    number = simulator().world.numbers.get(from_)
    if number is None or number.account_sid != account.sid:
        raise TwilioError(21606, from_)
    if service is not None and number.service_sid != service.sid:
        raise TwilioError(21606, from_)


def _send_at(form: Form, service: Service | None) -> datetime | None:
    schedule, wanted = form.get("ScheduleType"), form.get("SendAt")
    if not schedule and not wanted:
        return None
    if service is None:
        raise TwilioError(35118)
    if schedule != "fixed":
        raise TwilioError(35126, schedule or "")
    if not wanted:
        raise TwilioError(35111)
    send_at = moment_from(wanted)
    if not SOONEST <= send_at - simulator().world.clock() <= LATEST:
        raise TwilioError(35114, wanted)
    return send_at


def _content(form: Form, service: Service | None) -> tuple[str, ...]:
    """Checks body and pictures; returns the addresses of the pictures."""
    body = form.get("Body", "")
    media_urls = tuple(url for url in form.getlist("MediaUrl") if url)
    if not body and not media_urls:
        raise TwilioError(21619 if service else 21602)
    if len(body) > MAX_TEXT_LENGTH:
        raise TwilioError(21617)
    if len(media_urls) > MAX_ATTACHMENTS:
        raise TwilioError(21623)
    for url in media_urls:
        if not is_web_address(url):
            raise TwilioError(21620, url)
    return media_urls


def _options(form: Form) -> None:
    callback = form.get("StatusCallback")
    if callback and not is_web_address(callback):
        raise TwilioError(21609, callback)
    validity = form.get("ValidityPeriod")
    if validity and not (validity.isdecimal() and 1 <= int(validity) <= MAX_VALIDITY):
        raise TwilioError(21624, validity)


def _consent(account: Account, to: str, from_: str | None, service: Service | None) -> None:
    world = simulator().world
    senders = [world.numbers[from_]] if from_ in world.numbers else []
    if service is not None:
        senders = world.pool(service)
    if any(world.has_stopped(number, to) for number in senders):
        raise TwilioError(21610)


def _room_in_queue(message: Message) -> None:
    number = simulator().world.numbers.get(message.from_ or "")
    if number is not None and number.queued + message.segments > number.queue_limit:
        raise TwilioError(21611, number.number)


@messages.get("/Accounts/<account_sid>/Messages.json")
async def listed(account_sid: str) -> Response:
    account = open_account(account_sid)
    return jsonify(listing("messages", _wanted(account), _place, message_fields))


def _wanted(account: Account) -> Iterator[Message]:
    """The messages that the filters of the request let through."""
    now = simulator().world.clock()
    to, from_ = request.args.get("To"), request.args.get("From")
    on, before, after = (request.args.get(f"DateSent{mark}") for mark in ("", "<", ">"))
    earliest, latest = _sent_between(on, before, after)
    for message in account.messages.values():
        if message.listed_at > now or (to and message.to != to):
            continue
        if from_ and message.from_ != from_:
            continue
        if (earliest or latest) and message.sent_at is None:
            continue
        if earliest and message.sent_at and message.sent_at < earliest:
            continue
        if latest and message.sent_at and message.sent_at > latest:
            continue
        yield message


def _sent_between(
    on: str | None, before: str | None, after: str | None
) -> tuple[datetime | None, datetime | None]:
    """The inclusive bounds. DateSent means the whole day (GMT) even with a time, because the SDK
    adds one to every date.
    """
    earliest = moment_from(after) if after else None
    latest = moment_from(before) if before else None
    if on:
        earliest = moment_from(on).replace(hour=0, minute=0, second=0, microsecond=0)
        latest = earliest + timedelta(days=1) - timedelta(microseconds=1)
    return earliest, latest


def _place(message: Message) -> str:
    sent = message.sent_at or message.created_at
    return f"{int(sent.timestamp() * 1_000_000):016x}{message.order:010x}"


@messages.get("/Accounts/<account_sid>/Messages/<sid>.json")
async def fetch(account_sid: str, sid: str) -> Response:
    return jsonify(message_fields(message_of(open_account(account_sid), sid)))


@messages.post("/Accounts/<account_sid>/Messages/<sid>.json")
async def update(account_sid: str, sid: str) -> Response:
    """Redact the body, or cancel a scheduled message."""
    message = message_of(open_account(account_sid), sid)
    form = await request.form
    status, body = form.get("Status"), form.get("Body")
    if body or (status is not None and body is not None):
        raise TwilioError(30400)
    if status not in (None, "canceled"):
        raise TwilioError(20001, "Status")
    if status == "canceled":
        if message.status != "scheduled":
            raise TwilioError(30409)
        simulator().network.cancel(message)
    elif body is not None:
        message.body = ""
        message.updated_at = simulator().world.clock()
    return jsonify(message_fields(message))


@messages.delete("/Accounts/<account_sid>/Messages/<sid>.json")
async def delete(account_sid: str, sid: str) -> tuple[str, int]:
    message = message_of(open_account(account_sid), sid)
    if not message.over:
        raise TwilioError(20009)
    simulator().world.forget(message)
    return "", 204


def message_of(account: Account, sid: str) -> Message:
    message = account.messages.get(sid)
    if message is None:
        raise TwilioError(20404, request.path)
    return message


def message_fields(message: Message) -> Fieldset:
    folder = account_uri(message.account_sid, f"Messages/{message.sid}")
    code = message.error_code
    return {
        "account_sid": message.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created_at),
        "date_sent": rfc2822(message.sent_at),
        "date_updated": rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": code,
        "error_message": None if code is None else DELIVERY_SENTENCES.get(code, "Unknown error"),
        "from": message.from_,
        "messaging_service_sid": message.service_sid,
        "num_media": str(len(message.media) or len(message.media_urls)),
        "num_segments": str(message.segments),
        "price": message.price,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {
            "media": f"{folder}/Media.json",
            "feedback": f"{folder}/Feedback.json",
        },
        "to": message.to,
        "uri": f"{folder}.json",
    }
