"""The description says what the API does."""

import re
from typing import Any

import pytest
from quart import Quart
from werkzeug.routing import Rule

from tests.api.conftest import Program
from tests.cast import Cast


@pytest.fixture
async def document(app: Quart) -> dict[str, Any]:
    """Readable without a token."""
    answer = await app.test_client().get("/api/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = await answer.get_json()
    return document


def operations(app: Quart) -> set[tuple[str, str]]:
    """Every method and path under /api that is for programs."""
    return {
        (method.lower(), re.sub(r"<(?:.*?:)?(\w+)>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        if is_for_programs(rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def is_for_programs(rule: Rule) -> bool:
    path = rule.rule
    return (
        path.startswith("/api/")
        and not path.startswith("/api/webhooks/")
        and path != "/api/openapi.json"
    )


async def test_every_operation_is_described(app: Quart, document: dict[str, Any]) -> None:
    described = {
        (method, re.sub(r"{\w+}", "{}", path))
        for path, methods in document["paths"].items()
        for method in methods
    }

    assert ("post", "/api/messages/send") in described
    assert described == operations(app)


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(document)))

    assert {"SendMessage", "Sent", "Refusal"} <= references
    assert references <= set(document["components"]["schemas"])


async def test_operations_have_their_own_names(document: dict[str, Any]) -> None:
    names = [
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]

    assert len(names) == len(set(names)) == 9
    assert "messages_send" in names


async def test_the_body_of_a_text_is_described(document: dict[str, Any]) -> None:
    send = document["paths"]["/api/messages/send"]["post"]
    body = document["components"]["schemas"]["SendMessage"]

    assert send["summary"] == "Send a text to everyone, to groups, or to single members"
    assert set(body["properties"]) == {"content", "targetType", "targetIds", "sendAt"}
    assert body["required"] == ["content", "targetType"]
    assert body["additionalProperties"] is False
    assert [one["name"] for one in send["parameters"]] == ["Idempotency-Key"]
    assert {"200", "400", "401", "409", "413", "415", "422", "429"} <= set(send["responses"])


async def test_addresses_and_queries_are_described(document: dict[str, Any]) -> None:
    connect = document["paths"]["/api/churches/{churchId}/twilio/connect"]["post"]
    members = document["paths"]["/api/members"]["get"]

    assert connect["parameters"] == [
        {"name": "churchId", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    assert [one["name"] for one in members["parameters"]] == ["after", "limit", "phone"]


async def test_answers_hold_what_is_described(
    grace: Program, cast: Cast, document: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]
    sent = await grace.send()
    answers = {
        "Sent": sent.said,
        "Shown": (await grace.get(f"/api/messages/{sent.said['messageId']}")).said,
        "MembersListed": (await grace.get("/api/members")).said,
        "MemberShown": (await grace.get("/api/members")).data["members"][0],
        "GroupAnswered": (await grace.post("/api/groups", {"name": "Choir"})).said,
        "Refusal": (await grace.get("/api/messages/1")).said,
        "Fault": (await grace.get("/api/messages/1")).said["error"],
        "Counts": (await grace.get(f"/api/messages/{sent.said['messageId']}")).data["counts"],
    }

    for name, said in answers.items():
        assert set(said) == set(schemas[name]["properties"]) == set(schemas[name]["required"])
