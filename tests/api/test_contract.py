"""The description holds for the requests that it suggests itself, valid and invalid.

tests/api/contract.py also checks every other request in tests/api against it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from quart import Quart

from inbox.models import Group
from inbox.simulator import RunningSimulator
from tests.api.conftest import Answer, Program
from tests.api.contract import JSON, Contract
from tests.cast import GRACE_NUMBER, GRACE_SID, GRACE_TOKEN, NAOMI, STRANGER, Cast

Body = dict[str, Any]
# By operationId: an address, and a body that it accepts.
Requests = dict[str, tuple[str, Body | None]]

# Responses that depend only on the form of the request. The rest depend on stored data, Twilio, or
# time, and have their own tests.
FORM = {400, 401, 404, 413, 415}


@pytest.fixture
async def requests(grace: Program, cast: Cast, twilio: RunningSimulator) -> Requests:
    choir = await Group.create(church=cast.grace, name="Choir")
    sent = await grace.send()
    account = {"accountSid": GRACE_SID, "authToken": GRACE_TOKEN, "phoneNumber": GRACE_NUMBER}
    text = {
        "content": "Hello {first_name}",
        "targetType": "individual",
        "targetIds": [cast.naomi.id, STRANGER],
        "sendAt": None,
    }
    return {
        "twilio_connect": (f"/api/churches/{cast.grace.id}/twilio/connect", account),
        "messages_send": ("/api/messages/send", text),
        "messages_show": (f"/api/messages/{sent.said['messageId']}", None),
        "members_index": (f"/api/members?after=0&limit=1&phone={NAOMI}", None),
        "members_create": ("/api/members", {"phone": "(202) 555-0188", "name": "Abel Okafor"}),
        "members_opt_out": (f"/api/members/{cast.naomi.id}/opt-out", {"optedOut": True}),
        "groups_index": ("/api/groups?after=0&limit=100", None),
        "groups_create": ("/api/groups", {"name": "Youth"}),
        "groups_add_members": (f"/api/groups/{choir.id}/members", {"memberIds": [cast.naomi.id]}),
    }


async def test_every_operation_accepts_a_valid_request(
    grace: Program, requests: Requests, contract: Contract
) -> None:
    accepted = set()
    for method, _, operation in contract.operations():
        address, body = requests[operation["operationId"]]
        answer = await ask(grace, method, address, body)
        assert answer.said["success"] is True, answer.said
        accepted.add(operation["operationId"])
    assert accepted == requests.keys()


async def test_every_operation_refuses_a_malformed_request(
    app: Quart, grace: Program, requests: Requests, contract: Contract
) -> None:
    for method, path, operation in contract.operations():
        address, body = requests[operation["operationId"]]
        answers = [await ask(Program(app, None), method, address, body)]
        answers += [
            await ask(grace, method, odd, body)
            for odd in (*odd_paths(path, address), *odd_queries(contract, operation, address))
        ]
        if body is not None:
            for odd in odd_bodies(contract, operation, body):
                answer = await grace.post(address, odd)
                assert answer.refusal == (400, "invalid_request"), odd
            answers += [
                await grace.post(address, odd, **{"Content-Type": kind})
                for odd, kind in ((b"{", JSON), (b"{}", "text/plain"), (b" " * 70_000, JSON))
            ]
        published = {int(status) for status in operation["responses"]}
        assert {answer.refusal[0] for answer in answers} == published & FORM, path


async def ask(program: Program, method: str, address: str, body: Body | None) -> Answer:
    if body is None:
        return await program.ask(method, address)
    return await program.post(address, body)


def odd_paths(path: str, address: str) -> Iterator[str]:
    """Addresses of things that do not exist: each parameter is replaced."""
    for name, value in zip(path.split("/"), address.split("/"), strict=True):
        if name.startswith("{"):
            for nothing in ("nobody", "0", "-1", "987654321", str(10**30)):
                yield address.replace(f"/{value}", f"/{nothing}")


def odd_queries(contract: Contract, operation: dict[str, Any], address: str) -> Iterator[str]:
    """Queries that break the description: an unknown parameter, and values that do not fit."""
    path = address.split("?")[0]
    for one in operation["parameters"]:
        if one["in"] == "query":
            yield f"{path}?surprise=1"
            for value in ("x", "-1", str(10**30)):
                if contract.problems(one["schema"], value):
                    yield f"{path}?{one['name']}={value}"


def odd_bodies(contract: Contract, operation: dict[str, Any], body: Body) -> Iterator[Body]:
    """Bodies that break the description: an extra field, a missing one, or one of another type."""
    schema = operation["requestBody"]["content"][JSON]["schema"]
    model = contract.document["components"]["schemas"][schema["$ref"].split("/")[-1]]
    odd = [
        {**body, "surprise": 1},
        *({**body, name: {"an": "object"}} for name in model["properties"]),
        *({name: body[name] for name in body if name != left} for left in model["required"]),
    ]
    assert all(contract.problems(schema, one) for one in odd), (
        "the premise: none fits the description"
    )
    yield from odd
