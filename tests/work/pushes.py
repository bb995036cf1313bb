"""A push service over HTTP: accepts pushes, and reads them as the browser would."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inbox.models import PushSubscription, Session, Staff

HOST = "127.0.0.1"


def base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class Pushed:
    headers: dict[str, str]
    body: bytes
    notice: dict[str, Any]

    def claims(self, public_key: str) -> dict[str, Any]:
        """The sender's claims. Raises unless they were signed with this key."""
        scheme, _, parts = self.headers["Authorization"].partition(" ")
        said = dict(part.strip().split("=", 1) for part in parts.split(","))
        assert scheme == "vapid" and said["k"].rstrip("=") == public_key
        point = urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        audience = f"http://{self.headers['Host']}"
        return dict(jwt.decode(said["t"], key, algorithms=["ES256"], audience=audience))


@dataclass
class PushService:
    """Each of `statuses` answers one request, then 201 answers the rest."""

    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen bytes..."
    asked: int = 0
    pushed: dict[str, list[Pushed]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    # Browsers that get their answer only when the service may `speak` again.
    silent: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    _may_speak: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def p256dh(self) -> str:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64(point)

    def endpoint(self, name: str) -> str:
        return f"{self.url}/push/{name}"

    def form(self, name: str) -> dict[str, str]:
        """What a browser of this name sends to the inbox."""
        auth = base64(self.auth)
        return {"endpoint": self.endpoint(name), "p256dh": self.p256dh, "auth": auth}

    async def browser(self, person: Staff, name: str = "") -> Session:
        """This person signs in at a browser and turns notifications on."""
        session, _ = await Session.begin(person, "a browser")
        await PushSubscription.begin(session, **self.form(name or person.name.split()[0]))
        return session

    def told(self, name: str) -> list[str]:
        """The titles of the notifications that this browser received."""
        return [one.notice["title"] for one in self.pushed.get(name, [])]

    def speak(self) -> None:
        self._may_speak.set()

    async def take(self, request: web.Request) -> web.Response:
        self.asked += 1
        name = request.match_info["name"]
        if name in self.silent:
            self.held.add(name)
            await self._may_speak.wait()
            self.held.discard(name)
        status = self.statuses.pop(0) if self.statuses else 201
        if status != 201:
            return web.Response(status=status, headers={"Retry-After": "0"})
        body = await request.read()
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth)
        pushed = Pushed(dict(request.headers), body, json.loads(plain))
        self.pushed.setdefault(name, []).append(pushed)
        return web.Response(status=201)


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    service = PushService()
    app = web.Application()
    app.router.add_post("/push/{name}", service.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    service.url = f"http://{HOST}:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()
