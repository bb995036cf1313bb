"""Programs with a church's token, and the app they call."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from quart import Quart
from werkzeug.datastructures import Headers

from inbox.app import App
from inbox.config import Config
from inbox.context import Context
from inbox.models import ApiToken, Church
from inbox.simulator import RunningSimulator, World, running
from tests import cast as the_cast
from tests.api.contract import Contract, contract_of
from tests.cast import Cast


@dataclass
class Answer:
    status: int
    said: dict[str, Any]
    headers: Headers

    @property
    def data(self) -> Any:
        assert self.said["success"] is True, self.said
        return self.said["data"]

    @property
    def refusal(self) -> tuple[int, str]:
        """The status and the code. Every refusal has the same shape."""
        assert set(self.said) == {"success", "error"} and self.said["success"] is False
        assert set(self.said["error"]) == {"code", "message"}
        assert self.sentence.endswith(".")
        return self.status, self.said["error"]["code"]

    @property
    def sentence(self) -> str:
        sentence: str = self.said["error"]["message"]
        return sentence


@dataclass
class Program:
    """Checks every request and response against the API's published description."""

    app: Quart
    token: str | None
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **query: object) -> Answer:
        return await self.ask("GET", path, query_string={k: str(v) for k, v in query.items()})

    async def post(self, path: str, body: object, **headers: str) -> Answer:
        return await self.ask(
            "POST",
            path,
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **headers},
        )

    async def send(self, content: str = "Soup on Friday at six.", **more: Any) -> Answer:
        return await self.post(
            "/api/messages/send", {"content": content, "targetType": "all", **more}
        )

    async def ask(self, method: str, path: str, **given: Any) -> Answer:
        given["headers"] = {**self.headers, **given.get("headers", {})}
        if self.token:
            given["headers"].setdefault("Authorization", f"Bearer {self.token}")
        answer = await self.app.test_client().open(path, method=method, **given)
        assert answer.mimetype == "application/json", await answer.get_data(as_text=True)
        said = await answer.get_json()
        contract = await contract_of(self.app)
        contract.check_answer(method, path, answer.status_code, answer.headers, said)
        if answer.status_code < 300:
            query = given.get("query_string", {})
            contract.check_request(method, path, query, given.get("data"))
        return Answer(answer.status_code, said, answer.headers)


@pytest.fixture
def app(config: Config, context: Context) -> Quart:
    """All handlers without the worker: a sent text stays as the API stored it."""
    app = App(config).quart
    app.extensions["inbox"] = context
    return app


@pytest.fixture
async def contract(app: Quart) -> Contract:
    return await contract_of(app)


@pytest.fixture
async def grace(app: Quart, cast: Cast) -> Program:
    return await program_of(app, cast.grace)


@pytest.fixture
async def hope(app: Quart, cast: Cast) -> Program:
    return await program_of(app, cast.hope)


async def program_of(app: Quart, church: Church) -> Program:
    _, token = await ApiToken.issue(church, "The website", by=None)
    return Program(app, token)


@pytest.fixture
async def twilio(context: Context) -> AsyncIterator[RunningSimulator]:
    """A simulated Twilio with Grace Chapel's account and number."""
    world = World()
    account = world.add_account(
        "Grace Chapel", sid=the_cast.GRACE_SID, auth_token=the_cast.GRACE_TOKEN
    )
    world.add_number(account, the_cast.GRACE_NUMBER)
    async with running(world) as simulator:
        context.http.api_url = simulator.url
        yield simulator
