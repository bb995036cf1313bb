"""Every error is answered in JSON."""

import pytest

from inbox.api import groups
from tests.api.conftest import Program
from tests.cast import NAOMI

TEXT_TO_ALL = b'{"content": "Soup.", "targetType": "all"}'


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nonsense", "/api/messages", "/api/churches/1"]
)
async def test_an_unknown_address_is_answered_in_json(grace: Program, path: str) -> None:
    assert (await grace.get(path)).refusal == (404, "not_found")


async def test_pages_and_webhooks_keep_their_own_errors(grace: Program) -> None:
    client = grace.app.test_client()

    page = await client.get("/nonsense")
    hook = await client.get("/api/webhooks/nonsense/at/all")

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert (hook.status_code, hook.mimetype) == (404, "text/plain")


async def test_a_refused_method_is_answered_with_the_allowed_ones(
    grace: Program,
) -> None:
    answer = await grace.get("/api/messages/send/")
    assert answer.refusal == (404, "not_found")

    answer = await grace.ask("DELETE", "/api/members")
    assert answer.refusal == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"{'content': 1}", b"[" * 60_000])
async def test_a_body_that_is_not_json_is_refused(grace: Program, body: bytes) -> None:
    assert (await grace.post("/api/messages/send", body)).refusal == (400, "invalid_json")


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"text"'])
async def test_a_body_that_is_not_an_object_is_refused(grace: Program, body: bytes) -> None:
    answer = await grace.post("/api/messages/send", body)

    assert answer.refusal == (400, "invalid_request")
    assert answer.sentence == "The body must be a JSON object."


async def test_half_a_character_is_refused(grace: Program) -> None:
    body = b'{"content": "\\ud83d", "targetType": "all"}'

    assert (await grace.post("/api/messages/send", body)).status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_needs_the_content_type_of_json(grace: Program, kind: str) -> None:
    headers = {"Content-Type": kind}

    answer = await grace.post("/api/messages/send", TEXT_TO_ALL, **headers)

    assert answer.refusal == (415, "not_json")


async def test_a_body_may_name_its_charset(grace: Program) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}

    assert (await grace.post("/api/messages/send", TEXT_TO_ALL, **headers)).status == 200


async def test_a_body_that_is_too_large_is_refused(grace: Program) -> None:
    body = b'{"content": "' + b"a" * 64 * 1024 + b'", "targetType": "all"}'

    assert (await grace.post("/api/messages/send", body)).refusal == (413, "too_large")


async def test_an_internal_error_reveals_nothing_internal(
    grace: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> list[object]:
        raise RuntimeError(f"{NAOMI} does not fit")

    monkeypatch.setattr(groups, "_details_of", broken)

    answer = await grace.get("/api/groups")

    assert answer.refusal == (500, "internal")
    assert NAOMI not in answer.sentence
    assert "groups.py" in caplog.text and "RuntimeError" in caplog.text
    assert NAOMI not in caplog.text
