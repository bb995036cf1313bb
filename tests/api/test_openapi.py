"""The description is complete and valid OpenAPI."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from quart import Quart
from werkzeug.routing import Rule

from tests.api.contract import Contract


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


def test_the_description_is_valid_openapi(contract: Contract) -> None:
    """References to nothing, and two operations with the same name, would be errors, too."""
    assert contract.document["openapi"] == "3.1.0"
    validate(contract.document, cls=OpenAPIV31SpecValidator)

    with pytest.raises(OpenAPIValidationError):
        validate({**contract.document, "security": "a token"}, cls=OpenAPIV31SpecValidator)


def test_every_operation_is_described(app: Quart, contract: Contract) -> None:
    described = {
        (method.lower(), re.sub(r"{\w+}", "{}", path)) for method, path, _ in contract.operations()
    }

    assert ("post", "/api/messages/send") in described
    assert described == operations(app)


def test_answers_leave_no_field_out(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    bodies = {"SendMessage", "NewMember", "NewGroup", "NewGroupMembers", "OptOut", "ConnectTwilio"}
    assert bodies < set(schemas)
    for name, schema in schemas.items():
        assert schema["additionalProperties"] is False
        assert name in bodies or set(schema["required"]) == set(schema["properties"]), name


def test_the_body_of_a_text_is_described(contract: Contract) -> None:
    send = contract.document["paths"]["/api/messages/send"]["post"]
    body = contract.document["components"]["schemas"]["SendMessage"]

    assert send["summary"] == "Send a text to everyone, to groups, or to single members"
    assert set(body["properties"]) == {"content", "targetType", "targetIds", "sendAt"}
    assert body["required"] == ["content", "targetType"]
    assert body["additionalProperties"] is False
    assert [one["name"] for one in send["parameters"]] == ["Idempotency-Key"]
    assert {"200", "400", "401", "409", "413", "415", "422", "429"} <= set(send["responses"])


def test_addresses_and_queries_are_described(contract: Contract) -> None:
    connect = contract.document["paths"]["/api/churches/{churchId}/twilio/connect"]["post"]
    members = contract.document["paths"]["/api/members"]["get"]

    assert connect["parameters"] == [
        {"name": "churchId", "in": "path", "required": True, "schema": {"type": "string"}}
    ]
    assert [one["name"] for one in members["parameters"]] == ["after", "limit", "phone"]
