"""The simulated world as plain records: Twilio accounts with their numbers and messages, and
members' phones.
"""

import re
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from .optout import is_toll_free

BUBBLES_KEPT = 60
# Of one text, and the size of each.
MAX_ATTACHMENTS = 10
MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024
QUEUE_LIMIT = 36_000
"""Segments one number may have waiting: ten hours at one a second."""

NUMBER = re.compile(r"\+(?:1[2-9]\d{2}[2-9]\d{6}|[2-9]\d{6,14})")


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def is_number(text: str) -> bool:
    """Whether it has the shape of an E.164 number (North American ones exactly)."""
    return NUMBER.fullmatch(text) is not None


@dataclass(slots=True)
class Media:
    sid: str
    content_type: str
    data: bytes
    created_at: datetime


@dataclass(slots=True)
class Message:
    """A message at Twilio. `over`: its status will not change by itself; `listed_at`: when lists
    start to show it.
    """

    sid: str
    account_sid: str
    from_: str | None
    to: str
    body: str
    direction: str
    status: str
    segments: int
    order: int
    created_at: datetime
    updated_at: datetime
    listed_at: datetime
    sent_at: datetime | None = None
    send_at: datetime | None = None
    service_sid: str | None = None
    callback_url: str | None = None
    media_urls: tuple[str, ...] = ()
    media: list[Media] = field(default_factory=list)
    error_code: int | None = None
    price: str | None = None
    over: bool = False


@dataclass(slots=True)
class Number:
    """A phone number bought from Twilio. `settings` holds fields that are stored but not used, by
    their names in responses (such as voice_url).
    """

    sid: str
    account_sid: str
    number: str
    friendly_name: str
    created_at: datetime
    updated_at: datetime
    order: int
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    service_sid: str | None = None
    advanced_opt_out: bool = False
    queue_limit: int = QUEUE_LIMIT
    queued: int = 0
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def toll_free(self) -> bool:
        return is_toll_free(self.number)


@dataclass(slots=True)
class Service:
    """A Messaging Service: a pool of numbers. Without `inbound_request_url` it silently drops
    inbound texts, unless it leaves them to the number's own webhook.
    """

    sid: str
    friendly_name: str
    created_at: datetime
    inbound_request_url: str = ""
    use_inbound_webhook_on_number: bool = False


@dataclass(slots=True)
class Account:
    """A Twilio account. With `test`, its credentials are test credentials: they accept requests and
    do nothing.
    `secondary_token` opens the REST API but never signs. `keys` maps API key SIDs to secrets."""

    sid: str
    auth_token: str = field(repr=False)
    friendly_name: str
    created_at: datetime
    status: str = "active"
    type: str = "Full"
    balance: str = "100.00"
    test: bool = False
    secondary_token: str | None = field(default=None, repr=False)
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    messages: dict[str, Message] = field(default_factory=dict, repr=False)
    numbers: dict[str, Number] = field(default_factory=dict, repr=False)
    services: dict[str, Service] = field(default_factory=dict, repr=False)

    def promote_secondary_token(self) -> None:
        """Make the secondary token the only one; the old one stops working at once."""
        if self.secondary_token:
            self.auth_token, self.secondary_token = self.secondary_token, None


@dataclass(slots=True)
class Bubble:
    """One text on a handset. `church` is the number at the other end; `automatic` marks Twilio's
    own replies, which no message log shows; `trouble` is why it was not accepted.
    """

    id: str
    mine: bool
    church: str
    body: str
    at: datetime
    media: tuple[Media, ...] = ()
    automatic: bool = False
    trouble: str = ""


@dataclass(slots=True)
class Handset:
    """A person's phone. `order` grows with its newest activity; 0 is none yet."""

    number: str
    name: str | None = None
    kept: bool = False
    order: int = 0
    bubbles: deque[Bubble] = field(default_factory=lambda: deque(maxlen=BUBBLES_KEPT))


@dataclass(frozen=True, slots=True)
class Alert:
    """A failed webhook call, as in Twilio's debugger."""

    code: int
    sentence: str
    at: datetime
