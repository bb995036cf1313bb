"""Web Push: the browser vendors' services deliver notifications to closed browsers.

Notifications are encrypted for one browser and signed with this installation's key.
Its address was chosen by a browser, so it may lead anywhere: over https, and never into a private
network.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from py_vapid import Vapid02
from pywebpush import WebPusher

from inbox.providers.public_only import PublicOnly, is_private

Outcome = Literal["sent", "gone", "failed"]

MAX_ENDPOINT_LENGTH = 500
TIMEOUT = 10.0
CONNECTIONS = 200
# So many times as long all of it may take, with the wait for a connection that is free.
PATIENCE = 6
# The longest wait, in seconds, before the second and last try.
MAX_PAUSE = 3.0
# A phone that was off longer finds the texts in the inbox.
KEPT_SECONDS = 4 * 3600
GONE = (404, 410)
LATER = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Address:
    """One browser's address and its encryption keys."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Signature:
    """The sender: the private key, and a contact address for the push service."""

    private_key: str
    subject: str


class PushHttp:
    """`allowed_host` may be reached although it is private and without TLS: for tests."""

    def __init__(self, allowed_host: str | None = None, timeout: float = TIMEOUT) -> None:
        self._allowed_host = allowed_host
        self._timeout = aiohttp.ClientTimeout(
            total=PATIENCE * timeout, sock_connect=timeout, sock_read=timeout
        )
        self._session: aiohttp.ClientSession | None = None
        self._ended = False

    async def close(self) -> None:
        """Close open connections and start nothing new."""
        self._ended = True
        if self._session is not None:
            await self._session.close()
        self._session = None

    def may_send_to(self, endpoint: str) -> bool:
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if self._allowed_host and host == self._allowed_host:
            return True
        is_plain = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
        is_short = len(endpoint) <= MAX_ENDPOINT_LENGTH
        return is_plain and is_short and "." in host and not is_private(host)

    async def send(
        self, address: Address, notice: Mapping[str, object], signature: Signature, topic: str
    ) -> Outcome:
        """`notice` is what the browser shows. Only the newest of a `topic` (letters and digits) is
        kept for an offline browser. "gone": the subscription has ended for good.
        """
        if not self.may_send_to(address.endpoint):
            return "gone"
        try:
            body = _encrypted(address, notice)
        except ValueError:
            return "gone"
        headers = {
            "TTL": str(KEPT_SECONDS),
            "Urgency": "high",
            "Topic": topic[:32],
            "Content-Encoding": "aes128gcm",
            "Authorization": _authorization(address, signature),
        }
        outcome, pause = await self._post(address.endpoint, body, headers)
        if pause is not None:
            await asyncio.sleep(pause)
            outcome, _ = await self._post(address.endpoint, body, headers)
        return outcome

    async def _post(
        self, endpoint: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Outcome, float | None]:
        """The result, and the seconds to wait before a retry, if one may help."""
        if self._ended:
            return "failed", None
        try:
            async with self._opened().post(
                endpoint, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                status, after = answer.status, answer.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RuntimeError):
            return "failed", None
        if 200 <= status < 300:
            return "sent", None
        if status in LATER:
            pause = float(after) if after.isascii() and after.isdigit() else 1.0
            return "failed", min(pause, MAX_PAUSE)
        return ("gone" if status in GONE else "failed"), None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, resolver=PublicOnly(self._allowed_host)
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _encrypted(address: Address, notice: Mapping[str, object]) -> bytes:
    keys = {"p256dh": address.p256dh, "auth": address.auth}
    pusher = WebPusher({"endpoint": address.endpoint, "keys": keys})
    encoded = pusher.encode(json.dumps(notice).encode())
    return bytes(encoded["body"])


def _authorization(address: Address, signature: Signature) -> str:
    parts = urlsplit(address.endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": signature.subject}
    signed = Vapid02.from_raw(signature.private_key.encode()).sign(claims)
    return str(signed["Authorization"])
