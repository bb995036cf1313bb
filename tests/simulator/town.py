"""The Twilio simulator with Grace Chapel in it, the real SDK pointed at it, and an application that
receives its webhooks, all over real sockets.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from inbox.simulator import Account, Number, RunningSimulator, World

CHURCH = "+12025550100"
NAOMI = "+12025550142"


@dataclass
class Heard:
    """One webhook request, as it arrived."""

    method: str
    url: str
    fields: dict[str, str]
    headers: dict[str, str]


@dataclass
class Application:
    """Receives the texts and receipts. `answers` are the statuses of its next responses."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    text: str = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    content_type: str = "text/xml"

    @property
    def texts(self) -> list[dict[str, str]]:
        return [call.fields for call in self.heard if call.url.startswith(f"{self.url}/texts")]

    @property
    def receipts(self) -> list[str]:
        return [
            call.fields["MessageStatus"] for call in self.heard if "MessageStatus" in call.fields
        ]

    async def take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        url = f"{self.url}{request.raw_path}"
        self.heard.append(Heard(request.method, url, form, dict(request.headers)))
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, text=self.text, content_type=self.content_type)


@dataclass
class Town:
    """Everything a test of the simulator needs."""

    simulator: RunningSimulator
    account: Account
    number: Number
    client: Client
    application: Application

    @property
    def world(self) -> World:
        return self.simulator.world

    async def settled(self) -> None:
        await self.simulator.network.settled()


@asynccontextmanager
async def client_of(
    simulator: RunningSimulator, account: Account, secret: str | None = None
) -> AsyncIterator[Client]:
    """The SDK as an application uses it, with another address."""
    http = AsyncTwilioHttpClient()
    client = Client(account.sid, secret or account.auth_token, http_client=http)
    client.api.base_url = client.messaging.base_url = simulator.url
    try:
        yield client
    finally:
        await http.close()
