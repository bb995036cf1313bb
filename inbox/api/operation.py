"""An operation: what a program may send, what it gets back, and the description of both.

The models that check a request and write its response are those that openapi.py publishes, so the
description always matches. Pydantic reads the body's bytes itself: Python's json module accepts
half a character, and fails on deeply nested brackets.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from quart import Response, request

from inbox.api.auth import caller
from inbox.api.errors import HTTP_ERRORS, ApiError
from inbox.models.permissions import Action, check
from inbox.rules.ids import MAX_ID

MAX_SENTENCES = 5


class ApiModel(BaseModel):
    """A JSON object: camelCase outside, snake_case in here, and no undescribed fields.

    If a misspelled `sendAt` were ignored, the text would be sent at once.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        # Fields with a default are never left out of a response.
        json_schema_serialization_defaults_required=True,
    )


class Success(ApiModel):
    success: Literal[True] = True


class PageQuery(ApiModel):
    """A page of a list, in the order of the ids."""

    after: int = Field(0, ge=0, le=MAX_ID, description="The `next` of the page before.")
    limit: int = Field(100, ge=1, le=100, description="How many at most.")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("cannot hold the character NUL")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_storable)]
Id = Annotated[int, Field(strict=True, ge=1, le=MAX_ID)]

View = Callable[..., Awaitable[ApiModel]]
Handler = Callable[..., Awaitable[Response]]
Model = TypeVar("Model", bound=ApiModel)


@dataclass(frozen=True)
class Operation:
    """`headers`: what each request header means. `refusals`: for each status that it may refuse
    with, besides the general ones, the codes and what they mean."""

    summary: str
    body: type[ApiModel] | None
    query: type[ApiModel] | None
    response: type[ApiModel]
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[int, str] = field(default_factory=dict)


def operation_of(handler: Callable[..., Any]) -> Operation | None:
    return handler.__dict__.get("operation")


def operation(
    *,
    needs: Action,
    body: type[ApiModel] | None = None,
    query: type[ApiModel] | None = None,
    response: type[ApiModel],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    refusals: Mapping[int, str] | None = None,
) -> Callable[[View], Handler]:
    """The view is called with `body` and `query` as read from the request, and returns `response`.

    `needs`: the permission, as in models/permissions.py. The others are as in Operation.
    """

    def describe(view: View) -> Handler:
        @wraps(view)
        async def handler(**given: Any) -> Response:
            check(caller(), needs)
            if body:
                given["body"] = await _read_body(body)
            if query:
                given["query"] = _read_query(query)
            answer = await view(**given)
            return Response(
                answer.model_dump_json(by_alias=True), status, content_type="application/json"
            )

        handler.__dict__["permission"] = needs
        handler.__dict__["operation"] = Operation(
            summary=" ".join((view.__doc__ or "").split()),
            body=body,
            query=query,
            response=response,
            status=status,
            headers=headers or {},
            refusals=refusals or {},
        )
        return handler

    return describe


async def _read_body(model: type[Model]) -> Model:
    if request.mimetype != "application/json":
        raise ApiError(415, *HTTP_ERRORS[415])
    body = await request.get_data(as_text=False)
    try:
        return model.model_validate_json(body, by_alias=True, by_name=False)
    except ValidationError as problems:
        raise _invalid(problems) from None


def _read_query(model: type[Model]) -> Model:
    try:
        return model.model_validate(request.args.to_dict(), by_alias=True, by_name=False)
    except ValidationError as problems:
        raise _invalid(problems) from None


def _invalid(problems: ValidationError) -> ApiError:
    errors = problems.errors(include_url=False, include_input=False)
    if any(error["type"] == "json_invalid" for error in errors):
        return ApiError(400, "invalid_json", "The body is not valid JSON.")
    sentences = dict.fromkeys(_sentence(error["loc"], error) for error in errors)
    return ApiError(400, "invalid_request", " ".join(list(sentences)[:MAX_SENTENCES]))


def _sentence(where: Sequence[int | str], error: Any) -> str:
    name = str(where[0])[:40] if where else "The body"
    match error["type"]:
        case "missing":
            return f"{name} is missing."
        case "extra_forbidden":
            return f"{name} is not known here."
        case "value_error":
            return f"{name} {error['ctx']['error']}."
        case "model_type":
            return "The body must be a JSON object."
    return re.sub(r"^(Input|String|List) should", f"{name} should", error["msg"]) + "."
