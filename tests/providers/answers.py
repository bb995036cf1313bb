"""A stand-in for Twilio over real HTTP, with the answers that Twilio or a network may give."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from inbox.providers import Credentials

SID = "SM" + "1" * 32
CHURCH = "+12025550100"
NAOMI = "+12025550142"
GRACE = Credentials("AC" + "a" * 32, "4f" * 16)

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    method: str
    path: str
    query: list[tuple[str, str]]
    form: list[tuple[str, str]]
    authorization: str | None


@dataclass
class StandIn:
    """Answers each request with the next of `answers`, and records the requests."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = [(name, str(value)) for name, value in (await request.post()).items()]
        query = list(request.query.items())
        self.asked.append(
            Asked(request.method, request.raw_path.partition("?")[0], query, form,
                  request.headers.get("Authorization"))
        )  # fmt: skip
        return await self.answers.pop(0)(request)

    def will(self, *answers: Answer) -> None:
        self.answers += answers


def says(status: int, payload: Any, **headers: str) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(payload, status=status, headers=headers)

    return answer


def says_text(status: int, text: str, kind: str = "text/html") -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type=kind)

    return answer


def refuses(status: int, code: int, **headers: str) -> Answer:
    return says(status, {"code": code, "message": "No.", "status": status}, **headers)


async def hangs(_request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def stops_in_the_middle(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(status=201, headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"sid": "')
    assert request.transport is not None
    request.transport.close()
    return answer


def message(**other: Any) -> dict[str, Any]:
    return {
        "sid": SID,
        "account_sid": GRACE.account_sid,
        "api_version": "2010-04-01",
        "from": CHURCH,
        "to": NAOMI,
        "body": "The soup is on.",
        "status": "queued",
        "direction": "outbound-api",
        "num_segments": "1",
        "num_media": "0",
        "error_code": None,
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": None,
        **other,
    }


def page(*messages: dict[str, Any], next_uri: str | None = None) -> Answer:
    return says(200, {"messages": list(messages), "next_page_uri": next_uri, "page_size": 50})


def number(**other: Any) -> dict[str, Any]:
    return {
        "sid": "PN" + "2" * 32,
        "phone_number": CHURCH,
        "friendly_name": "Grace Chapel",
        "sms_url": "https://before.example/sms",
        "sms_method": "POST",
        "sms_application_sid": "",
        "capabilities": {"sms": True, "mms": True, "voice": True},
        **other,
    }


def numbers(*found: dict[str, Any]) -> Answer:
    return says(200, {"incoming_phone_numbers": list(found), "next_page_uri": None})
