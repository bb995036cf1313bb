"""The status callbacks of one message."""

import asyncio

from .faults import Faults
from .records import Message
from .webhook_calls import Calls
from .webhooks import Fields

API_VERSION = "2010-04-01"


class Receipts:
    """Calls the message's StatusCallback for each change: in order, unless a fault shuffles them.
    As at Twilio, the message never waits for its receipts.
    """

    def __init__(self, calls: Calls, faults: Faults, message: Message) -> None:
        self._calls = calls
        self._faults = faults
        self._message = message
        self._url = message.callback_url
        self._before: asyncio.Task[None] | None = None
        self._held: list[Fields] | None = None
        if self._url and faults.strikes("receipts_shuffled"):
            self._held = []

    def tell(self) -> None:
        """Report the message's current status."""
        if not self._url:
            return
        fields = receipt_fields(self._message)
        if self._held is not None:
            self._held.append(fields)
        else:
            self._send(fields)

    def finish(self) -> None:
        """No more will come: send what was held back for shuffling, last one first."""
        for fields in reversed(self._held or []):
            self._send(fields)
        self._held = None

    def _send(self, fields: Fields) -> None:
        if self._faults.strikes("receipts_lost"):
            return
        copies = 2 if self._faults.strikes("receipts_twice") else 1
        late = self._faults.strikes("receipts_late")
        if late:
            self._calls.spawn(self._post(fields, copies, self._faults.seconds_of(late), None))
        else:
            self._before = self._calls.spawn(self._post(fields, copies, 0, self._before))

    async def _post(
        self, fields: Fields, copies: int, wait: float, before: asyncio.Task[None] | None
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        if wait:
            await asyncio.sleep(wait)
        for _ in range(copies):
            await self._calls.tell(self._message.account_sid, self._url or "", fields)


def receipt_fields(message: Message) -> list[tuple[str, str]]:
    """The form fields of a status callback."""
    fields = [
        ("SmsSid", message.sid),
        ("SmsStatus", message.status),
        ("MessageStatus", message.status),
        ("To", message.to),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.from_ or ""),
        ("ApiVersion", API_VERSION),
    ]
    if message.service_sid:
        fields.append(("MessagingServiceSid", message.service_sid))
    if message.error_code is not None:
        fields.append(("ErrorCode", str(message.error_code)))
    if message.status in ("delivered", "undelivered"):
        fields.append(("RawDlrDoneDate", message.updated_at.strftime("%y%m%d%H%M")))
    return fields
