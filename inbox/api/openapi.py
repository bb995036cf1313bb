"""The API's description, for programs, generated from the operations themselves.

Written by hand because the libraries for it do not fit: quart-schema 0.25 cannot describe refusals,
builds the document anew for each request, and reads bodies with Python's json module, which accepts
what a database cannot store. SpecTree 3.0 takes a body that is not JSON for an empty one.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

from pydantic.alias_generators import to_camel
from pydantic.json_schema import models_json_schema
from quart import Blueprint, Response, current_app
from werkzeug.routing import Rule

from inbox.api.operation import ApiModel, Operation, operation_of
from inbox.rate_limits import API_FAILURES, API_REQUESTS
from inbox.rules.ids import MAX_ID

calls = Blueprint("openapi", __name__)

# A part of the document.
Part = dict[str, Any]
# Where the document describes a model: {"$ref": …}.
References = dict[type[ApiModel], Part]

PATH_PARAMETER = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


class ErrorDetails(ApiModel):
    """`code` is for programs, `message` is a sentence for people."""

    code: str
    message: str


class ErrorResponse(ApiModel):
    success: Literal[False]
    error: ErrorDetails


@calls.get("/openapi.json")
async def show() -> Response:
    return Response(_document(), content_type="application/json")


# For anyone, like a screen's handler with @public.
show.__dict__["permission"] = "public"


# The routes do not change while the process runs.
@cache
def _document() -> str:
    operations = [
        (rule, operation)
        for rule in current_app.url_map.iter_rules()
        if (operation := operation_of(current_app.view_functions[rule.endpoint]))
    ]
    references, schemas = _schemas([operation for _, operation in operations])
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
            "paths": _paths(operations, references),
            "components": {
                "schemas": schemas,
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _schemas(operations: list[Operation]) -> tuple[References, Part]:
    bodies = {operation.body for operation in operations if operation.body}
    responses = {operation.response for operation in operations} | {ErrorResponse}
    references, definitions = models_json_schema(
        [(model, "validation") for model in sorted(bodies, key=str)]
        + [(model, "serialization") for model in sorted(responses, key=str)],
        ref_template="#/components/schemas/{model}",
    )
    return {model: found for (model, _), found in references.items()}, definitions["$defs"]  # type: ignore[misc]


def _paths(operations: Iterable[tuple[Rule, Operation]], references: References) -> Part:
    paths: dict[str, Part] = defaultdict(dict)
    for rule, operation in operations:
        [method] = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        path = PATH_PARAMETER.sub(lambda found: f"{{{to_camel(found['name'])}}}", rule.rule)
        paths[path][method.lower()] = _operation(rule, operation, references)
    return paths


def _operation(rule: Rule, operation: Operation, references: References) -> Part:
    summary, _, description = operation.summary.partition(". ")
    part: Part = {
        "operationId": rule.endpoint.removeprefix("api.").replace(".", "_"),
        "summary": summary.rstrip("."),
        "parameters": [*_path(rule), *_query(operation), *_headers(operation)],
        "responses": {
            str(operation.status): {
                "description": "Done.",
                "content": _json(references[operation.response]),
            },
            **_refusals(rule, operation, references[ErrorResponse]),
        },
    }
    if description:
        part["description"] = description
    if operation.body:
        part["requestBody"] = {"required": True, "content": _json(references[operation.body])}
    return part


def _path(rule: Rule) -> list[Part]:
    ids = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
    return [
        {
            "name": to_camel(found["name"]),
            "in": "path",
            "required": True,
            "schema": ids if found["kind"] == "int" else {"type": "string"},
        }
        for found in PATH_PARAMETER.finditer(rule.rule)
    ]


def _query(operation: Operation) -> list[Part]:
    fields = operation.query.model_json_schema()["properties"] if operation.query else {}
    # Pages that show the document look for the description beside the schema, not in it.
    return [
        {"name": name, "in": "query", "description": schema.pop("description"), "schema": schema}
        for name, schema in fields.items()
    ]


def _headers(operation: Operation) -> list[Part]:
    return [
        {"name": name, "in": "header", "description": meaning, "schema": {"type": "string"}}
        for name, meaning in operation.headers.items()
    ]


def _refusals(rule: Rule, operation: Operation, reference: Part) -> dict[str, Part]:
    return {
        str(status): {"description": meaning, "content": _json(reference), **_headers_of(status)}
        for status, meaning in sorted(_meanings(rule, operation).items())
    }


def _meanings(rule: Rule, operation: Operation) -> dict[int, str]:
    """The codes that each status can have."""
    meanings = {
        401: "unauthorized: the token is missing, unknown or revoked.",
        429: f"rate_limited: more than {API_REQUESTS.most} requests a minute with one token, or "
        f"{API_FAILURES.most} without a valid one.",
        500: "internal: the inbox had an error.",
    }
    if operation.query:
        meanings[400] = "invalid_request: the sentence names the parameters."
    if operation.body:
        meanings |= {
            400: "invalid_json, or invalid_request: the sentence names the fields.",
            408: "too_slow: the body took too long to arrive.",
            413: "too_large: the body is larger than 64 kB.",
            415: "not_json: the Content-Type is not application/json.",
        }
    if rule.arguments:
        meanings[404] = "not_found: there is no such thing in this church."
    return meanings | dict(operation.refusals)


def _headers_of(status: int) -> Part:
    """What a refusal says in its headers."""
    match status:
        case 401:
            return {"headers": {"WWW-Authenticate": _header("string", "Always Bearer.")}}
        case 429:
            return {"headers": {"Retry-After": _header("integer", "Seconds to wait.")}}
    return {}


def _header(kind: str, meaning: str) -> Part:
    return {"description": meaning, "required": True, "schema": {"type": kind}}


def _json(schema: Part) -> Part:
    return {"application/json": {"schema": schema}}
