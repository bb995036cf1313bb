"""HTTP to Twilio: one aiohttp session for all churches, under the SDK's own client.

The SDK's async client never times out and posts creates again after a 5xx, which is a second text
to the same person. This client enforces its timeouts, sends each request once, and says for every
failure whether the request had already been sent.
"""

import json
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from inbox.providers import Credentials, Refused, TooLarge, Unconfirmed, Unreachable
from inbox.providers.public_only import PublicOnly, is_private

log = logging.getLogger(__name__)

TWILIO_API = "https://api.twilio.com"
MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024
MAX_HOPS = 3

CONNECTIONS = 100
# A connection that Twilio closed while it lay idle costs an unconfirmed text, so few seconds only.
KEEP_ALIVE = 5.0
MAX_RETRY_AFTER = 3600.0

# A smaller difference between the clocks is rounding and the network, a larger one is an answer
# with a wrong date.
MIN_DIFFERENCE, MAX_DIFFERENCE = timedelta(minutes=1), timedelta(days=30)

CODES_BY_STATUS = {401: "20003", 404: "20404", 429: "20429"}


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Sends every church's requests; credentials come with the request.

    `api_url` replaces the base address of all of Twilio's products; time-outs are in seconds.
    """

    def __init__(
        self, api_url: str | None = None, timeout: float = 15, connect_timeout: float = 5
    ) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), True, timeout)
        self.api_url = api_url.rstrip("/") if api_url else None
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=connect_timeout)
        self._media_timeout = aiohttp.ClientTimeout(
            total=4 * timeout, connect=connect_timeout, sock_read=timeout
        )
        # How far our clock is ahead of Twilio's, by its latest answer.
        self.ahead = timedelta()
        self._session: aiohttp.ClientSession | None = None
        self._media_session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        # The SDK logs query strings, and those are people's phone numbers.
        logging.getLogger("twilio").setLevel(logging.WARNING)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE),
            cookie_jar=aiohttp.DummyCookieJar(),  # churches share the session, never a cookie
            trace_configs=[_hand_over_trace()],
        )
        self._media_session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=8, force_close=True, resolver=PublicOnly(self._own_host)
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # the size limit counts what arrives, never what it swells to
        )
        # The first touch imports the SDK's whole tree for half a second: now, not in a request.
        _ = self.client_for(Credentials("AC" + "0" * 32, "warm-up")).messages

    async def close(self) -> None:
        for session in (self._session, self._media_session):
            if session is not None:
                await session.close()
        self._session = self._media_session = None

    def client_for(self, credentials: Credentials) -> Any:
        """The SDK's client for one church over this session. Cheap enough to create per call."""
        return Client(
            credentials.account_sid,
            credentials.auth_token,
            http_client=self,
            # Not the process's environment: a region set there would bend our addresses.
            environment={"TWILIO_REGION": "", "TWILIO_EDGE": ""},
        )

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """Send once; called by the SDK. Returns only a readable success.

        Raises Refused, and for everything else Unconfirmed or Unreachable: see `_unanswered`.
        """
        if self._session is None:
            raise Unreachable("The connection to Twilio is not open.")
        journey = _Journey()
        try:
            async with self._session.request(
                method,
                self._address(url),
                params=params,
                data=urlencode(data, doseq=True).encode() if data else None,
                headers={**(headers or {}), **_authorization(auth)},
                timeout=self._timeout,
                allow_redirects=False,
                trace_request_ctx=journey,
            ) as answer:
                text = await answer.text(errors="replace")
                self._compare_clocks(answer.headers.get("Date"))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
            raise _unanswered(method, journey.handed_over, type(fault).__name__) from fault
        return _judged(method, answer.status, answer.headers, text)

    def _compare_clocks(self, date: str | None) -> None:
        try:
            ahead = datetime.now(UTC) - parsedate_to_datetime(date or "")
        except (ValueError, TypeError):
            return
        was_wrong = bool(self.ahead)
        is_wrong = MIN_DIFFERENCE <= abs(ahead) <= MAX_DIFFERENCE
        self.ahead = ahead if is_wrong else timedelta()
        if self.ahead and not was_wrong:
            log.warning("This machine's clock differs from Twilio's by %s.", self.ahead)

    async def download(self, url: str, credentials: Credentials) -> tuple[str, bytes]:
        """Fetch a file of at most MAX_ATTACHMENT_BYTES; `url` must be Twilio's, made by ourselves.

        Only this first address sees the credentials. The redirects from there lead to storage
        elsewhere: at most MAX_HOPS, over https, and never into our own network.
        Raises TooLarge, Refused or Unreachable.
        """
        address = self._address(url)
        headers = _authorization((credentials.account_sid, credentials.auth_token))
        for _ in range(1 + MAX_HOPS):
            found = await self._download_once(address, headers)
            if not isinstance(found, str):
                return found
            address, headers = self._next_hop(address, found), {}
        raise Refused("media", "The file is hidden behind too many redirects.")

    async def _download_once(
        self, address: str, headers: Mapping[str, str]
    ) -> str | tuple[str, bytes]:
        """The next address, or the content type and the bytes."""
        if self._media_session is None:
            raise Unreachable("The connection to Twilio is not open.")
        try:
            async with self._media_session.get(
                address,
                headers={**headers, "Accept-Encoding": "identity"},
                timeout=self._media_timeout,
                allow_redirects=False,
            ) as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    return answer.headers.get("Location", "")
                if answer.status != 200:
                    raise _refusal("GET", answer.status, answer.headers, {})
                return answer.content_type.lower(), await _read_capped(answer)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as fault:
            raise _unanswered("GET", True, type(fault).__name__) from fault

    def _next_hop(self, address: str, location: str) -> str:
        try:
            target = urljoin(address, location)
            parts = urlsplit(target)
            host = parts.hostname or ""
        except ValueError:
            raise Refused("media", "The file is at an address that cannot be read.") from None
        if host and host == self._own_host:
            return target
        if not host or parts.scheme != "https" or is_private(host):
            raise Refused("media", "The file is at an address that is not safe to open.")
        return target

    @property
    def _own_host(self) -> str | None:
        """The host that replaces Twilio: a simulator, perhaps on this machine."""
        return urlsplit(self.api_url).hostname if self.api_url else None

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if self.api_url:
            return self.api_url + path
        if parts.scheme != "https" or not (parts.hostname or "").endswith(".twilio.com"):
            raise Unreachable("Credentials are sent to Twilio only.")
        return url


class _Journey:
    """One request. Once it has a connection, Twilio may have read it."""

    handed_over = False


def _hand_over_trace() -> aiohttp.TraceConfig:
    async def hand_over(_session: Any, context: SimpleNamespace, _params: Any) -> None:
        context.trace_request_ctx.handed_over = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(hand_over)
    trace.on_connection_reuseconn.append(hand_over)
    return trace


def _authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return {}
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def _judged(method: str, status: int, headers: Mapping[str, str], text: str) -> Any:
    try:
        payload = json.loads(text) if text else {}
    except ValueError:
        payload = None
    if 200 <= status < 300 and isinstance(payload, dict):
        return Response(status, text, headers)
    if 200 <= status < 300:
        raise _unanswered(method, True, "an answer that is not JSON")
    raise _refusal(method, status, headers, payload if isinstance(payload, dict) else {})


def _refusal(
    method: str, status: int, headers: Mapping[str, str], payload: Mapping[str, Any]
) -> Exception:
    # 408 comes from gateways that gave up waiting for what is behind them.
    if not 400 <= status < 500 or status == 408:
        # An error without JSON comes from a gateway in front of Twilio.
        answered = 500 <= status < 600 and bool(payload)
        return _unanswered(method, True, f"HTTP {status}", str(status) if answered else None)
    code = CODES_BY_STATUS.get(status, str(status))
    if status != 429 and payload.get("code"):
        code = str(payload["code"])
    message = str(payload.get("message") or payload.get("detail") or f"HTTP {status}")
    return Refused(code, message, _retry_after(headers.get("Retry-After")))


def _unanswered(
    method: str, handed_over: bool, detail: str, code: str | None = None
) -> Unconfirmed | Unreachable:
    """A read without a response changed nothing; a write may have been carried out."""
    if method.upper() != "GET" and handed_over:
        return Unconfirmed(f"Twilio's answer is not known ({detail}).", code)
    return Unreachable(f"Twilio did not answer ({detail}).")


def _retry_after(header: str | None) -> float | None:
    """Seconds, from either form of the header; an invalid one counts as absent."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER) if seconds == seconds else None


@contextmanager
def understood(method: str) -> Iterator[None]:
    """A response may be JSON and still unreadable for the SDK or us."""
    try:
        yield
    except (TwilioException, ValueError, TypeError, KeyError, AttributeError) as odd:
        raise _unanswered(method, True, f"an unexpected answer, {type(odd).__name__}") from odd


async def _read_capped(answer: aiohttp.ClientResponse) -> bytes:
    """The bytes of the file. Raises TooLarge, before anything is read if the header says so."""
    if (answer.content_length or 0) > MAX_ATTACHMENT_BYTES:
        raise TooLarge
    kept = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        kept += chunk
        if len(kept) > MAX_ATTACHMENT_BYTES:
            raise TooLarge
    return bytes(kept)
