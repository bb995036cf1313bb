"""Twilio's webhook calls: signed, with timeouts, retries, and errors."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import aiohttp
from yarl import URL

from .signature import sign, signed_url

Fields = Sequence[tuple[str, str]]

AGENT = "TwilioProxy/1.1"
ANSWER_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often Twilio tries. Times are in seconds; a URL's fragment can change them
    (#ct=, rt=, tt= in milliseconds, rc= retries, rp= which failures are worth one)."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retries_after(self, failure: str) -> bool:
        return failure in self.policy or "all" in self.policy


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `code` is 0, or the code of Twilio's complaint."""

    code: int
    sentence: str
    content_type: str = ""
    text: str = ""


def patience_for(url: str) -> Patience:
    """The overrides in the fragment; out-of-range and unknown ones are ignored."""
    wanted = dict(parse_qsl(urlsplit(url).fragment))
    usual = Patience()
    return Patience(
        connect=_override(wanted.get("ct"), 100, 10_000, usual.connect * 1000) / 1000,
        read=_override(wanted.get("rt"), 100, 15_000, usual.read * 1000) / 1000,
        total=_override(wanted.get("tt"), 100, 15_000, usual.total * 1000) / 1000,
        retries=int(_override(wanted.get("rc"), 0, 5, usual.retries)),
        policy=frozenset(wanted["rp"].split(",")) if "rp" in wanted else usual.policy,
    )


def _override(text: str | None, low: int, high: int, usual: float) -> float:
    if text is None or not text.isdecimal() or not low <= int(text) <= high:
        return usual
    return int(text)


async def call(
    session: aiohttp.ClientSession,
    auth_token: str,
    url: str,
    fields: Fields,
    *,
    method: str = "POST",
    token: str | None = None,
) -> Answer:
    """Deliver one event to one address, with Twilio's retries. Never raises for the other side's
    faults. `token` is the event's idempotency token, the same in every retry.
    """
    patience = patience_for(url)
    target = signed_url(url)
    if method == "GET":
        target += ("&" if "?" in target else "?") + urlencode(list(fields))
        fields = ()
    headers = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "X-Twilio-Signature": sign(auth_token, target, fields),
        "I-Twilio-Idempotency-Token": token or str(uuid.uuid4()),
    }
    if method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    try:
        async with asyncio.timeout(patience.total):
            for tried in range(patience.retries + 1):
                failure, answer = await _attempt(session, method, target, fields, headers, patience)
                last = tried == patience.retries
                if last or not failure or not patience.retries_after(failure):
                    break
            return answer
    except TimeoutError:
        return Answer(11200, "no answer in time")


async def _attempt(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    fields: Fields,
    headers: dict[str, str],
    patience: Patience,
) -> tuple[str, Answer]:
    """The failure in the retry policy's words ("" for none), and the response."""
    try:
        async with session.request(
            method,
            URL(quote(url, safe="!#$%&'()*+,/:;=?@[]~"), encoded=True),
            data=urlencode(list(fields)).encode() if method == "POST" else None,
            headers=headers,
            allow_redirects=True,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=patience.connect, sock_read=patience.read
            ),
        ) as response:
            return _judge(response.status, response.content_type, await _beginning(response))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        return "ct", Answer(11205, "no connection")
    except TimeoutError:
        return "rt", Answer(11200, "no answer in time")
    except ValueError:  # aiohttp.InvalidURL is one, and yarl raises plain ones
        return "url", Answer(11321, "not an address that can be called")
    except aiohttp.ClientError:
        return "rt", Answer(11200, "the connection broke")


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The body, up to one byte past the limit."""
    body = b""
    while len(body) <= ANSWER_LIMIT:
        chunk = await response.content.read(ANSWER_LIMIT + 1 - len(body))
        if not chunk:
            break
        body += chunk
    return body


def _judge(status: int, content_type: str, body: bytes) -> tuple[str, Answer]:
    if status >= 400:
        return f"{status // 100}xx", Answer(11200, f"answered with status {status}")
    if len(body) > ANSWER_LIMIT:
        return "", Answer(11750, "the answer is longer than 64 kB")
    return "", Answer(0, "", content_type, body.decode("utf-8", "replace"))
