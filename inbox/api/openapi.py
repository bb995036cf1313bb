"""The API's description, for programs, generated from the operations themselves."""

import json
import re
from functools import cache
from typing import Any, Literal

from pydantic.alias_generators import to_camel
from pydantic.json_schema import models_json_schema
from quart import Blueprint, Response, current_app
from werkzeug.routing import Rule

from inbox.api.auth import FAILURES_A_MINUTE, REQUESTS_A_MINUTE
from inbox.api.operation import Operation, Wire, described

calls = Blueprint("openapi", __name__)

PARAMETER = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
Schemas = dict[tuple[type[Wire], str], dict[str, Any]]


class Fault(Wire):
    """`code` is for programs, `message` is a sentence for people."""

    code: str
    message: str


class Refusal(Wire):
    success: Literal[False]
    error: Fault


@calls.get("/openapi.json")
async def show() -> Response:
    return Response(_document(), content_type="application/json")


# For anyone, like a screen's handler with @public.
show.__dict__["permission"] = "public"


# The routes do not change while the process runs.
@cache
def _document() -> str:
    rules = [
        (rule, operation)
        for rule in current_app.url_map.iter_rules()
        if (operation := described(current_app.view_functions[rule.endpoint]))
    ]
    schemas, components = _schemas([operation for _, operation in rules])
    paths: dict[str, dict[str, Any]] = {}
    for rule, operation in rules:
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"})).lower()
        address = PARAMETER.sub(lambda found: f"{{{to_camel(found['name'])}}}", rule.rule)
        paths.setdefault(address, {})[method] = _described(rule, operation, schemas)
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Inbox",
                "version": "1",
                "description": "Texts to the members of a church. Each token belongs to one "
                "church, and reaches nothing of any other.",
            },
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _schemas(operations: list[Operation]) -> tuple[Schemas, dict[str, Any]]:
    asked = {model for one in operations for model in (one.takes, one.query) if model}
    answered = {one.answers for one in operations} | {Refusal}
    refs, definitions = models_json_schema(
        [(model, "validation") for model in sorted(asked, key=str)]
        + [(model, "serialization") for model in sorted(answered, key=str)],
        ref_template="#/components/schemas/{model}",
    )
    return {(model, mode): ref for (model, mode), ref in refs.items()}, definitions["$defs"]  # type: ignore[misc]


def _described(rule: Rule, operation: Operation, schemas: Schemas) -> dict[str, Any]:
    summary, _, more = operation.summary.partition(". ")
    answer = schemas[operation.answers, "serialization"]
    said: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api.").replace(".", "_"),
        "summary": summary.rstrip("."),
        "parameters": _parameters(rule, operation),
        "responses": {
            str(operation.status): {"description": "Done.", "content": _json(answer)},
            **_refusals(rule, operation, schemas[Refusal, "serialization"]),
        },
    }
    if more:
        said["description"] = more
    if operation.takes:
        body = schemas[operation.takes, "validation"]
        said["requestBody"] = {"required": True, "content": _json(body)}
    return said


def _parameters(rule: Rule, operation: Operation) -> list[dict[str, Any]]:
    path = [
        {
            "name": to_camel(found["name"]),
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if found["kind"] == "int" else "string"},
        }
        for found in PARAMETER.finditer(rule.rule)
    ]
    asked = operation.query.model_json_schema()["properties"] if operation.query else {}
    query = [{"name": name, "in": "query", "schema": schema} for name, schema in asked.items()]
    headers = [
        {"name": name, "in": "header", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in operation.headers.items()
    ]
    return path + query + headers


def _refusals(
    rule: Rule, operation: Operation, schema: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    known = {
        401: "unauthorized: the token is missing, unknown or revoked.",
        429: f"rate_limited: more than {REQUESTS_A_MINUTE} requests a minute with one token, or "
        f"{FAILURES_A_MINUTE} without a valid one; see Retry-After.",
        500: "internal",
    }
    if operation.takes or operation.query:
        known[400] = "invalid_json, or invalid_request: the sentence names the fields."
    if operation.takes:
        known |= {408: "too_slow", 413: "too_large: more than 64 kB.", 415: "not_json"}
    if PARAMETER.search(rule.rule):
        known[404] = "not_found: there is no such thing in this church."
    known |= operation.refusals
    return {
        str(status): {"description": meaning, "content": _json(schema)}
        for status, meaning in sorted(known.items())
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
