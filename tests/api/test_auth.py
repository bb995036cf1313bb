"""Who may call the API, and how often."""

import pytest
from quart import Quart

from inbox.models import ApiToken
from inbox.rate_limits import API_FAILURES, API_REQUESTS
from tests.api.conftest import Program
from tests.cast import Cast

PROTECTED = [
    ("POST", "/api/churches/1/twilio/connect"),
    ("POST", "/api/messages/send"),
    ("GET", "/api/messages/1"),
    ("GET", "/api/members"),
    ("POST", "/api/members"),
    ("GET", "/api/groups"),
    ("POST", "/api/groups"),
    ("POST", "/api/groups/1/members"),
]


@pytest.mark.parametrize(("method", "path"), PROTECTED)
async def test_every_request_needs_a_token(app: Quart, method: str, path: str) -> None:
    answer = await Program(app, None).ask(method, path)

    assert answer.refusal == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer inbox_nobody", "Bearer " + "x" * 900]
)
async def test_a_token_must_be_known(app: Quart, header: str) -> None:
    nobody = Program(app, None, {"Authorization": header})

    assert (await nobody.get("/api/members")).refusal == (401, "unauthorized")


async def test_a_token_in_the_address_is_ignored(grace: Program) -> None:
    nobody = Program(grace.app, None)

    assert (await nobody.get("/api/members", token=grace.token)).status == 401


async def test_bearer_is_read_in_any_case(grace: Program) -> None:
    program = Program(grace.app, None, {"Authorization": f"bearer {grace.token}"})

    assert (await program.get("/api/members")).status == 200


async def test_a_revoked_token_is_refused(grace: Program, cast: Cast) -> None:
    assert (await grace.get("/api/members")).status == 200

    token = await ApiToken.get(church_id=cast.grace.id)
    await token.revoke()

    assert (await grace.get("/api/members")).refusal == (401, "unauthorized")


async def test_a_program_that_calls_too_often_is_told_when_to_retry(
    grace: Program, hope: Program
) -> None:
    for _ in range(API_REQUESTS.most):
        assert (await grace.get("/api/groups")).status == 200

    answer = await grace.get("/api/groups")

    assert answer.refusal == (429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert (await hope.get("/api/groups")).status == 200


async def test_guessing_is_slowed_down_without_harm_to_others(grace: Program) -> None:
    guesser = Program(grace.app, "inbox_guess")
    for _ in range(API_FAILURES.most):
        assert (await guesser.get("/api/groups")).status == 401

    assert (await guesser.get("/api/groups")).refusal == (429, "rate_limited")
    assert (await grace.get("/api/groups")).status == 200
