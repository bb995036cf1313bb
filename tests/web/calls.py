"""Calls as Twilio makes them, and as an impostor would."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from inbox.simulator.signature import sign
from tests.cast import GRACE_NUMBER, GRACE_SID, GRACE_TOKEN, NAOMI

PLAIN = "/api/webhooks/twilio/incoming"
PLAIN_STATUS = "/api/webhooks/twilio"


@dataclass(frozen=True)
class Answer:
    url: URL
    status: int
    text: str
    headers: Any


def new_sid() -> str:
    return "SM" + secrets.token_hex(16)


def a_text(body: str = "Could somebody drive me on Sunday?", **other: str) -> dict[str, str]:
    """The fields of a text from Naomi to Grace Chapel."""
    given = {"MessageSid": new_sid(), "AccountSid": GRACE_SID, "From": NAOMI, "To": GRACE_NUMBER}
    return given | {"Body": body, "NumMedia": "0", "FromCity": ""} | other


def a_receipt(sid: str, status: str, **other: str) -> dict[str, str]:
    return {"MessageSid": sid, "AccountSid": GRACE_SID, "MessageStatus": status} | other


async def call(
    url: str,
    path: str,
    fields: dict[str, str] | list[tuple[str, str]],
    token: str | None = GRACE_TOKEN,
    signature: str | None = None,
) -> Answer:
    """POST these fields, signed with this token unless a signature is given. None omits the
    signature.
    """
    pairs = list(fields.items()) if isinstance(fields, dict) else fields
    if token is not None and signature is None:
        signature = sign(token, url + path, pairs)
    return await post(url + path, urlencode(pairs).encode(), signature)


async def post(url: str, body: Any, signature: str | None, **headers: str) -> Answer:
    """The bare bytes."""
    given = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    if signature is not None:
        given["X-Twilio-Signature"] = signature
    async with aiohttp.ClientSession() as session:
        async with session.post(URL(url, encoded=True), data=body, headers=given) as answer:
            return Answer(answer.url, answer.status, await answer.text(), answer.headers)
