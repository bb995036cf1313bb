"""Carries texts to handsets."""

import asyncio
from contextlib import suppress

import aiohttp

from inbox.rules.segments import measure

from .errors import NEVER_HANDED_OVER
from .faults import Faults
from .receipts import Receipts
from .records import MAX_ATTACHMENT_BYTES, Bubble, Message
from .webhook_calls import CALLS_AT_ONCE, Calls
from .world import World

PRICE = 0.0079


class Network:
    """Moves messages queued → sent → delivered and calls the webhooks.

    `carrier_seconds` is the time between two steps; `url` is the address of the simulator's REST
    API, used in the media addresses of inbound texts.
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
        """Return when no text, receipt, or webhook call is in progress. Scheduled texts do not
        count.
        """
        await self.calls.settled()

    async def close(self) -> None:
        for timer in self._held.values():
            timer.cancel()
        self._held.clear()
        await self.calls.close()

    def accept(self, message: Message) -> bool:
        """Accept an outbound message. False if there is no room."""
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
        """Cancel a scheduled message."""
        self._held.pop(message.sid).cancel()
        receipts = Receipts(self.calls, self.faults, message)
        self._end(message, "canceled")
        receipts.tell()
        receipts.finish()

    def _release(self, message: Message) -> None:
        del self._held[message.sid]
        self.calls.spawn(self._carry(message))

    async def _carry(self, message: Message) -> None:
        """One outbound message from start to end."""
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
        """The error code that keeps the message from leaving Twilio, or 0."""
        if self.world.accounts[message.account_sid].status != "active":
            return 30002
        for url in message.media_urls:
            try:
                content_type, data = await self._fetch(url)
            except (aiohttp.ClientError, TimeoutError, ValueError):
                return 11200
            if len(data) > MAX_ATTACHMENT_BYTES:
                return 11751
            if "/" not in content_type or content_type == "text/html":
                return 12300
            self.world.attach(message, content_type, data)
        return 0

    async def _fetch(self, url: str) -> tuple[str, bytes]:
        """The content type and the bytes of an attachment, up to just over the limit."""
        async with self.calls.session.get(url, timeout=aiohttp.ClientTimeout(total=15)) as answer:
            answer.raise_for_status()
            data = b""
            while len(data) <= MAX_ATTACHMENT_BYTES and (chunk := await answer.content.read(65536)):
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
