"""Carries a text from a handset to the church's application and handles the response."""

import uuid
from collections.abc import Sequence

from inbox.rules.segments import MAX_TEXT_LENGTH, measure

from . import optout
from .geography import geography
from .network import Network
from .pictures import picture
from .receipts import API_VERSION
from .records import MAX_ATTACHMENTS, Bubble, Handset, Message, Number, new_sid
from .twiml import TwimlError, replies_in
from .webhooks import Answer, Fields
from .world import World


async def text_from(
    network: Network,
    handset: str,
    to: str,
    body: str,
    pictures: int = 0,
    files: Sequence[tuple[str, bytes]] = (),
) -> Message:
    """Text a church's number from a phone. Returns as soon as Twilio has the text and calls the
    webhook afterward (see `Network.settled`). `files` are pairs of a content type
    and the bytes.

    Raises LookupError if no account owns the number `to`, ValueError for an empty or too long text
    or more than ten attachments.
    """
    world = network.world
    number = world.numbers.get(to)
    if number is None:
        raise LookupError("nobody in this world has that number")
    files = [*files, *(("image/png", picture(world.next_order())) for _ in range(pictures))]
    if len(files) > MAX_ATTACHMENTS:
        raise ValueError("a text carries at most ten attachments")
    if len(body) > MAX_TEXT_LENGTH:
        raise ValueError("a text has at most 1600 characters")
    if not body and not files:
        raise ValueError("an empty text cannot be sent")
    phone = world.handset(handset)
    message = _taken_in(network, number, phone, body, files)
    bubble = Bubble(message.sid, True, to, body, message.created_at, tuple(message.media))
    world.show(phone, bubble)
    word = optout.heard(body, toll_free=number.toll_free) if not files else None
    if word is not None:
        _answer_keyword(world, word, number, phone)
    network.calls.spawn(_deliver(network, message, number, phone, bubble, word))
    return message


def _taken_in(
    network: Network,
    number: Number,
    phone: Handset,
    body: str,
    files: Sequence[tuple[str, bytes]],
) -> Message:
    world = network.world
    lag = network.faults.strikes("list_lag")
    message = world.new_message(
        world.accounts[number.account_sid],
        from_=phone.number,
        to=number.number,
        body=body,
        direction="inbound",
        status="received",
        segments=measure(body).count,
        is_mms=bool(files),
        list_lag=network.faults.seconds_of(lag) if lag else 0,
    )
    for content_type, data in files:
        world.attach(message, content_type, data)
    message.service_sid = number.service_sid
    message.sent_at = message.created_at
    message.over = True
    world.keep(message)
    return message


def _answer_keyword(world: World, word: optout.Word, number: Number, phone: Handset) -> None:
    """Twilio's own reply: it appears on the handset, but in no message log."""
    if word == "STOP":
        news = world.stop(number, phone.number)
        reply = optout.TOLL_FREE_STOPPED if number.toll_free else optout.STOPPED
    elif word == "START":
        news = world.restart(number, phone.number)
        reply = optout.TOLL_FREE_STARTED if number.toll_free else optout.STARTED
    else:
        news, reply = True, optout.HELPED
    if news:
        now = world.clock()
        world.show(phone, Bubble(new_sid("auto"), False, number.number, reply, now, automatic=True))


async def _deliver(
    network: Network,
    message: Message,
    number: Number,
    phone: Handset,
    bubble: Bubble,
    word: optout.Word | None,
) -> None:
    fields = _fields(network.url, message, number, word)
    token = str(uuid.uuid4())
    copies = 2 if network.faults.strikes("incoming_twice") else 1
    answers = [await _call_number(network, number, fields, token) for _ in range(copies)]
    if all(answer.code for answer in answers):
        bubble.trouble = f"not taken: {answers[0].sentence} (Twilio's code {answers[0].code})"
        network.world.changed(phone)
        return
    for reply in _replies(answers[0]):
        _reply(network, number, phone, reply)


def _fields(
    url: str, message: Message, number: Number, word: optout.Word | None
) -> list[tuple[str, str]]:
    fields = [
        *geography("To", message.to),
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(len(message.media))),
        ("SmsSid", message.sid),
        *geography("From", message.from_ or ""),
        ("SmsStatus", "received"),
        ("Body", message.body),
        ("To", message.to),
        ("NumSegments", str(message.segments)),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.from_ or ""),
        ("ApiVersion", API_VERSION),
    ]
    if message.service_sid:
        fields.append(("MessagingServiceSid", message.service_sid))
    if word is not None and number.advanced_opt_out:
        fields.append(("OptOutType", word))
    folder = f"{url}/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
    for at, media in enumerate(message.media):
        fields.append((f"MediaUrl{at}", f"{folder}/Media/{media.sid}"))
        fields.append((f"MediaContentType{at}", media.content_type))
    return fields


async def _call_number(network: Network, number: Number, fields: Fields, token: str) -> Answer:
    """Call the number's webhook with an inbound text, or its fallback."""
    url, method = _address(network.world, number)
    if not url:
        return Answer(11321, "the number has no address for incoming texts")
    sid = number.account_sid
    answer = await network.calls.tell(sid, url, fields, method=method, token=token)
    if not answer.code:
        try:
            replies_in(answer)
        except TwimlError as error:
            network.world.alert(error.code, error.sentence)
            answer = Answer(error.code, error.sentence)
    if answer.code and number.sms_fallback_url:
        told = [*fields, ("ErrorCode", str(answer.code)), ("ErrorUrl", url)]
        answer = await network.calls.tell(
            sid, number.sms_fallback_url, told, method=number.sms_fallback_method, token=token
        )
    return answer


def _address(world: World, number: Number) -> tuple[str, str]:
    service = world.service_of(number)
    if world.accounts[number.account_sid].status != "active":
        return "", ""
    if service is not None and not service.use_inbound_webhook_on_number:
        return service.inbound_request_url, "POST"
    if number.sms_application_sid:
        return "", ""
    return number.sms_url, number.sms_method


def _replies(answer: Answer) -> list[str]:
    try:
        return replies_in(answer)
    except TwimlError:
        return []


def _reply(network: Network, number: Number, phone: Handset, body: str) -> None:
    """Send the application's TwiML reply as a text."""
    world = network.world
    if world.has_stopped(number, phone.number):
        return
    message = world.new_message(
        world.accounts[number.account_sid],
        from_=number.number,
        to=phone.number,
        body=body[:MAX_TEXT_LENGTH],
        direction="outbound-reply",
        status="queued",
        segments=measure(body).count,
        is_mms=False,
    )
    network.accept(message)
