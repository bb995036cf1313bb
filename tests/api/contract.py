"""Checks requests and responses against the API's published description."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator
from quart import Quart
from werkzeug.datastructures import Headers

JSON = "application/json"
ERROR = {"$ref": "#/components/schemas/ErrorResponse"}


class Contract:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Each operation with its method and its path, with parameters in braces."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def find(self, method: str, address: str) -> tuple[dict[str, Any], dict[str, str]] | None:
        """The operation published for this address, and its parameters from the path and the query.

        A path without parameters is preferred.
        """
        asked = urlsplit(address)
        for one, path, operation in sorted(self.operations(), key=lambda found: "{" in found[1]):
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)
            if one == method and (match := re.fullmatch(pattern, asked.path)):
                return operation, match.groupdict() | dict(parse_qsl(asked.query))
        return None

    def problems(self, schema: dict[str, Any], value: object) -> list[str]:
        """Why a value does not fit a schema. The query and headers contain numbers as text."""
        if schema.get("type") == "integer" and isinstance(value, str):
            value = int(value) if value.isascii() and value.isdigit() else value
        validator = Draft202012Validator({**schema, "components": self.document["components"]})
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def check_answer(
        self, method: str, address: str, status: int, headers: Headers, said: dict[str, Any]
    ) -> None:
        """The status, the shape, the headers, and the code of a refusal are published."""
        where = f"{method} {address} answers {status}"
        found = self.find(method, address)
        if found is None:
            assert status in (404, 405), where
            assert not self.problems(ERROR, said), where
            return
        response = found[0]["responses"].get(str(status))
        assert response, f"{where}, which is not published"
        assert not self.problems(response["content"][JSON]["schema"], said), where
        for name, header in response.get("headers", {}).items():
            assert not self.problems(header["schema"], headers[name]), where
        if not said["success"]:
            code, published = said["error"]["code"], response["description"]
            own = code.isdigit() and "Twilio's own code" in published
            assert own or re.search(rf"\b{code}\b", published), f"{where}: {code} is not published"

    def check_request(
        self, method: str, address: str, query: Mapping[str, str], body: bytes | None
    ) -> None:
        """Every accepted parameter and body is published."""
        found = self.find(method, address)
        assert found, f"{method} {address} is not published"
        operation, parameters = found
        schemas = {one["name"]: one["schema"] for one in operation["parameters"]}
        for name, value in {**parameters, **query}.items():
            assert name in schemas, f"{address}: {name} is not published"
            assert not self.problems(schemas[name], value), address
        if body:
            schema = operation["requestBody"]["content"][JSON]["schema"]
            assert not self.problems(schema, json.loads(body)), address


async def contract_of(app: Quart) -> Contract:
    answer = await app.test_client().get("/api/openapi.json")
    assert answer.status_code == 200, "readable without a token"
    return _read(await answer.get_data(as_text=True))


@cache
def _read(document: str) -> Contract:
    return Contract(json.loads(document))
