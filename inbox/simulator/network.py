"""What happens to a text once it is on its way: to a handset, or from one."""

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import suppress

import aiohttp

from inbox.rules.segments import MAX_BODY, measure

from . import optout
from .calls import CALLS_AT_ONCE, Calls
from .errors import NEVER_HANDED_OVER
from .faults import Faults
from .pictures import picture
from .places import geography
from .receipts import API_VERSION, Receipts
from .twiml import TwimlError, replies_in
from .webhooks import Answer
from .world import Bubble, Handset, Message, Number, World, new_sid

MEDIA_LIMIT = 5 * 1024 * 1024
PRICE = 0.0079
PICTURES_AT_MOST = 10


class Network:
    """Carries messages queued → sent → delivered and tells the webhooks.

    `carrier_seconds` is the time between two steps; `url` the address of this Twilio's own REST
    API, as it stands in the media addresses of inbound texts.
    """

    def __init__(
        self,
        world: World,
        *,
        carrier_seconds: float = 0.4,
        faults: Faults | None = None,
        url: str = "https://api.twilio.com",
        calls_at_once: int = CALLS_AT_ONCE,
    ) -> None:
        self.world = world
        self.carrier_seconds = carrier_seconds
        self.faults = faults or Faults()
        self.url = url
        self.calls = Calls(world, calls_at_once)
        self._held: dict[str, asyncio.TimerHandle] = {}

    async def settled(self) -> None:
        """Returns when no text, receipt or webhook call is on its way. Texts that are scheduled
        for later do not count."""
        await self.calls.settled()

    async def close(self) -> None:
        for timer in self._held.values():
            timer.cancel()
        self._held.clear()
        await self.calls.close()

    def accept(self, message: Message) -> bool:
        """Takes charge of an outbound message. False: no room for it."""
        if not self.world.keep(message):
            return False
        self._occupy(message, +1)
        if message.send_at is None:
            self.calls.spawn(self._carry(message))
        else:
            delay = (message.send_at - self.world.clock()).total_seconds()
            loop = asyncio.get_running_loop()
            self._held[message.sid] = loop.call_later(max(0, delay), self._release, message)
        return True

    def cancel(self, message: Message) -> None:
        """Calls off a scheduled message."""
        self._held.pop(message.sid).cancel()
        receipts = Receipts(self.calls, self.faults, message)
        self._end(message, "canceled")
        receipts.tell()
        receipts.finish()

    def _release(self, message: Message) -> None:
        del self._held[message.sid]
        self.calls.spawn(self._carry(message))

    async def _carry(self, message: Message) -> None:
        """The whole way of one outbound message."""
        receipts = Receipts(self.calls, self.faults, message)
        if message.status != "queued":
            await self._pause()
            self._pick_sender(message)
            self._move(message, "queued")
            self._occupy(message, +1)
            receipts.tell()
        await self._pause()
        self._occupy(message, -1)
        await self._hand_over(message, receipts)
        receipts.finish()

    async def _hand_over(self, message: Message, receipts: Receipts) -> None:
        trouble = await self._trouble_before(message)
        fails = self.faults.strikes("delivery_fails")
        code = trouble or (fails.code or 30003 if fails else 0)
        if code in NEVER_HANDED_OVER:
            self._end(message, "failed", code)
            receipts.tell()
            return
        message.sent_at = self.world.clock()
        self._move(message, "sent")
        receipts.tell()
        await self._pause()
        if code:
            self._end(message, "undelivered", code)
        else:
            self._show(message)
            if self.faults.strikes("carrier_silent"):
                message.over = True
                return
            self._end(message, "delivered")
        receipts.tell()

    async def _pause(self) -> None:
        await asyncio.sleep(self.carrier_seconds)

    def _pick_sender(self, message: Message) -> None:
        if message.from_ is None and message.service_sid:
            service = self.world.accounts[message.account_sid].services[message.service_sid]
            message.from_ = next((each.number for each in self.world.pool(service)), None)
            message.segments = measure(message.body).count

    def _occupy(self, message: Message, sign: int) -> None:
        number = self.world.numbers.get(message.from_ or "")
        if number is not None and message.status == "queued":
            number.queued = max(0, number.queued + sign * message.segments)

    async def _trouble_before(self, message: Message) -> int:
        """The code of what keeps the message from ever leaving Twilio, or 0."""
        if self.world.accounts[message.account_sid].status != "active":
            return 30002
        for url in message.media_urls:
            try:
                content_type, data = await self._fetch(url)
            except (aiohttp.ClientError, TimeoutError, ValueError):
                return 11200
            if len(data) > MEDIA_LIMIT:
                return 11751
            if "/" not in content_type or content_type == "text/html":
                return 12300
            self.world.attach(message, content_type, data)
        return 0

    async def _fetch(self, url: str) -> tuple[str, bytes]:
        """Content type and at most a little over the limit of an attachment."""
        async with self.calls.session.get(url, timeout=aiohttp.ClientTimeout(total=15)) as answer:
            answer.raise_for_status()
            data = b""
            while len(data) <= MEDIA_LIMIT and (chunk := await answer.content.read(65536)):
                data += chunk
            return answer.content_type, data

    def _move(self, message: Message, status: str) -> None:
        message.status = status
        message.updated_at = self.world.clock()

    def _end(self, message: Message, status: str, code: int | None = None) -> None:
        message.error_code = code
        message.over = True
        if status != "canceled":
            message.price = f"-{PRICE * message.segments:.5f}"
        self._move(message, status)

    def _show(self, message: Message) -> None:
        with suppress(ValueError):
            handset = self.world.handset(message.to)
            bubble = Bubble(
                id=message.sid,
                mine=False,
                church=message.from_ or "",
                body=message.body,
                at=message.updated_at,
                media=tuple(message.media),
            )
            self.world.show(handset, bubble)

    async def text_from(self, handset: str, to: str, body: str, pictures: int = 0) -> Message:
        """A person texts a church's number from their phone. Returns as soon as Twilio has the
        text; the webhook is called after that (see `settled`).

        Raises LookupError when nobody has the number `to`, ValueError for an empty or too long
        text or more than ten pictures.
        """
        number = self.world.numbers.get(to)
        if number is None:
            raise LookupError("nobody in this world has that number")
        if not 0 <= pictures <= PICTURES_AT_MOST:
            raise ValueError("a text carries at most ten pictures")
        if len(body) > MAX_BODY:
            raise ValueError("a text has at most 1600 characters")
        if not body and not pictures:
            raise ValueError("an empty text cannot be sent")
        phone = self.world.handset(handset)
        message = self._incoming(number, phone, body, pictures)
        bubble = Bubble(message.sid, True, to, body, message.created_at, tuple(message.media))
        self.world.show(phone, bubble)
        word = optout.heard(body, toll_free=number.toll_free) if not pictures else None
        if word is not None:
            self._answer_keyword(word, number, phone)
        self.calls.spawn(self._deliver_incoming(message, number, phone, bubble, word))
        return message

    def _incoming(self, number: Number, phone: Handset, body: str, pictures: int) -> Message:
        lag = self.faults.strikes("list_lag")
        message = self.world.new_message(
            self.world.accounts[number.account_sid],
            from_=phone.number,
            to=number.number,
            body=body,
            direction="inbound",
            status="received",
            segments=measure(body).count,
            is_mms=pictures > 0,
            list_lag=self.faults.seconds_of(lag) if lag else 0,
        )
        for _ in range(pictures):
            self.world.attach(message, "image/png", picture(self.world.next_order()))
        message.service_sid = number.service_sid
        message.sent_at = message.created_at
        message.over = True
        self.world.keep(message)
        return message

    def _answer_keyword(self, word: optout.Word, number: Number, phone: Handset) -> None:
        """Twilio's own answer: it is on the handset, but in no message log."""
        if word == "STOP":
            news = self.world.stop(number, phone.number)
            reply = optout.TOLL_FREE_STOPPED if number.toll_free else optout.STOPPED
        elif word == "START":
            news = self.world.restart(number, phone.number)
            reply = optout.TOLL_FREE_STARTED if number.toll_free else optout.STARTED
        else:
            news, reply = True, optout.HELPED
        if news:
            now = self.world.clock()
            self.world.show(
                phone, Bubble(new_sid("auto"), False, number.number, reply, now, automatic=True)
            )

    async def _deliver_incoming(
        self,
        message: Message,
        number: Number,
        phone: Handset,
        bubble: Bubble,
        word: optout.Word | None,
    ) -> None:
        fields = self._incoming_fields(message, number, word)
        token = str(uuid.uuid4())
        copies = 2 if self.faults.strikes("incoming_twice") else 1
        answers = [await self._call_number(number, fields, token) for _ in range(copies)]
        if all(answer.code for answer in answers):
            bubble.trouble = f"not taken: {answers[0].sentence} (Twilio's code {answers[0].code})"
            self.world.changed(phone)
            return
        for reply in _replies(answers[0]):
            self._reply(number, phone, reply)

    async def _call_number(
        self, number: Number, fields: Sequence[tuple[str, str]], token: str
    ) -> Answer:
        """Tells the number's address of an inbound text, or its fallback address."""
        url, method = self._inbound_address(number)
        if not url:
            return Answer(11321, "the number has no address for incoming texts")
        sid = number.account_sid
        answer = await self.calls.tell(sid, url, fields, method=method, token=token)
        if not answer.code:
            try:
                replies_in(answer)
            except TwimlError as error:
                self.world.alert(error.code, error.sentence)
                answer = Answer(error.code, error.sentence)
        if answer.code and number.sms_fallback_url:
            told = [*fields, ("ErrorCode", str(answer.code)), ("ErrorUrl", url)]
            answer = await self.calls.tell(
                sid, number.sms_fallback_url, told, method=number.sms_fallback_method, token=token
            )
        return answer

    def _inbound_address(self, number: Number) -> tuple[str, str]:
        service = self.world.service_of(number)
        if self.world.accounts[number.account_sid].status != "active":
            return "", ""
        if service is not None and not service.use_inbound_webhook_on_number:
            return service.inbound_request_url, "POST"
        if number.sms_application_sid:
            return "", ""
        return number.sms_url, number.sms_method

    def _incoming_fields(
        self, message: Message, number: Number, word: optout.Word | None
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
        folder = f"{self.url}/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
        for at, media in enumerate(message.media):
            fields.append((f"MediaUrl{at}", f"{folder}/Media/{media.sid}"))
            fields.append((f"MediaContentType{at}", media.content_type))
        return fields

    def _reply(self, number: Number, phone: Handset, body: str) -> None:
        """What the application answered in TwiML goes out as a text of its own."""
        if self.world.has_stopped(number, phone.number):
            return
        message = self.world.new_message(
            self.world.accounts[number.account_sid],
            from_=number.number,
            to=phone.number,
            body=body[:MAX_BODY],
            direction="outbound-reply",
            status="queued",
            segments=measure(body).count,
            is_mms=False,
        )
        self.accept(message)


def _replies(answer: Answer) -> list[str]:
    try:
        return replies_in(answer)
    except TwimlError:
        return []
