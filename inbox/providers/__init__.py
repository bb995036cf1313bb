"""The service that carries our texts. Plain records in and out: a provider never sees a model.

Phone numbers are E.164 strings, statuses are those of `rules/status_order.py`, times are aware UTC.
The three ways a call can go wrong are kept apart, because only they decide whether a text may be
sent again: `Refused` (nothing was sent), `Unreachable` (nothing was handed over) and
`Unconfirmed` (nobody knows yet).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from inbox.i18n import Problem

if TYPE_CHECKING:
    from inbox.providers.twilio_http import TwilioHttp


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a church entered to connect its account."""

    account_sid: str
    auth_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text to send. `key` is our own id for it, also inside `status_url`."""

    key: str
    to: str
    from_: str
    body: str
    status_url: str
    media_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider accepted the text. `segments` is None while unknown."""

    sid: str
    status: str
    segments: int | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file that came with a text; its type is only what the sender claims."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text from a member. `opt_out_type` is "stop", "start", "help" or None."""

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    attachments: tuple[Attachment, ...]
    opt_out_type: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A text's delivery status; `status` is None for a word we do not know."""

    sid: str
    account_sid: str
    status: str | None
    error_code: str | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One message in the provider's own list; `direction` is inbound or outbound."""

    sid: str
    to: str
    from_: str
    body: str
    status: str | None
    error_code: str | None
    created_at: datetime
    direction: str
    # The number of attachments.
    media: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, newest first; `next` asks for the following page, if any."""

    sightings: tuple[Sighting, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number of the account that can text. `sms_url` is the current webhook, or ""."""

    sid: str
    number: str
    friendly_name: str
    sms_url: str


class Refused(Exception):
    """The provider said no; nothing was sent.

    `code` is Twilio's number as text or a word of ours; `message` may contain phone numbers, so
    it never goes into a log; `retry_after` is in seconds.
    """

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.retry_after = retry_after


class TooLarge(Refused):
    """The attachment is larger than we store, and will be the next time."""

    def __init__(self) -> None:
        super().__init__("media_too_large", "The file is larger than 5 MB.")


class Unconfirmed(Exception):
    """The request was sent without a clear response: the text may or may not have been sent.

    `code` is the error the provider itself answered with, such as "500": it has finished with the
    request. Without an answer (None) it may still be working on it.
    """

    def __init__(self, detail: str, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


class Unreachable(Exception):
    """The request was never sent, or it only read: nothing happened at the provider."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class AccountProblem(Problem):
    """Why an account or number cannot be used: a sentence for an administrator."""

    def __init__(self, code: str, text: str, **values: object) -> None:
        super().__init__(text, **values)
        self.code = code


class Provider(Protocol):
    async def send(self, outgoing: Outgoing) -> Accepted:
        """Send one text, once. Raises Refused, Unreachable or Unconfirmed."""

    async def find(self, to: str | None, from_: str | None, since: datetime) -> list[Sighting]:
        """Messages created after `since`, newest first. Raises Refused or Unreachable."""

    async def fetch(self, sid: str) -> Sighting | None:
        """One message, None if there is no such. Raises Refused or Unreachable."""

    async def heard(self, number: str, page: str | None = None) -> Page:
        """Texts to this number; `page` is the `next` of the page before.

        Raises Refused or Unreachable.
        """

    async def attachments(self, sid: str) -> tuple[Attachment, ...]:
        """The attachments of this text. Raises Refused or Unreachable."""

    async def check_account(self) -> None:
        """Raises AccountProblem unless these credentials open an active account."""

    async def find_number(self, number: str) -> FoundNumber:
        """Raises AccountProblem unless the account owns this number and it can text."""

    async def point_number(self, number_sid: str, sms_url: str) -> None:
        """Set the number's webhook to `sms_url`. Raises AccountProblem if that fails."""

    async def media(self, url: str) -> tuple[str, bytes]:
        """The claimed content type and the bytes. Raises TooLarge, Refused or Unreachable."""


def provider_for(credentials: Credentials, http: TwilioHttp) -> Provider:
    # Twilio's SDK takes a third of a second to import: not for those who only want the records.
    from inbox.providers.twilio import Twilio

    return Twilio(credentials, http)
