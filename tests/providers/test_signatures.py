"""Checks Twilio's signatures: every published vector, directly and over real HTTP."""

import asyncio
import json
import random
import socket
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart, Response, request
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from inbox.providers.twilio import form_pairs, signature_ok
from inbox.simulator.signature import sign

Vector = dict[str, Any]

VECTORS: list[Vector] = json.loads(
    (Path(__file__).parent / "vectors" / "signatures.json").read_text()
)
BY_NAME = {vector["name"]: vector for vector in VECTORS}
NOT_OVER_HTTP = {"java_intl_url": "a request line carries no letter outside ASCII"}

URL = "https://inbox.example/api/webhooks/twilio/t?key=k1"
TOKEN = "4f" * 16
PAIRS = [("Body", ""), ("From", "+12025550142"), ("Body", "Amen"), ("ToCity", "")]


def signed(vector: Vector) -> list[tuple[str, str]] | bytes:
    if "body" in vector:
        return str(vector["body"]).encode()
    return [(name, value) for name, value in vector["params"]]


def verdict(vector: Vector) -> bool:
    return signature_ok([vector["auth_token"]], vector["url"], signed(vector), vector["signature"])


@pytest.mark.parametrize("name", BY_NAME)
def test_every_vector_gets_its_true_verdict(name: str) -> None:
    assert verdict(BY_NAME[name]) is BY_NAME[name]["valid"]


@pytest.mark.parametrize(
    "name", [name for name in BY_NAME if BY_NAME[name]["library_9_13_0"] == BY_NAME[name]["valid"]]
)
def test_the_sdk_agrees_where_it_is_right(name: str) -> None:
    vector = BY_NAME[name]
    form: Any = vector["body"] if "body" in vector else MultiDict(cast(Any, signed(vector)))
    validator = RequestValidator(vector["auth_token"])
    theirs = validator.validate(vector["url"], form, vector["signature"])
    assert theirs is vector["valid"] is verdict(vector)


@pytest.mark.parametrize("name", [name for name in BY_NAME if BY_NAME[name]["valid"]])
def test_no_part_of_a_valid_request_may_be_changed(name: str) -> None:
    vector = BY_NAME[name]
    assert verdict(vector)
    address, content = vector["url"], signed(vector)
    more = content + b" " if isinstance(content, bytes) else [*content, ("Extra", "")]
    last = "A" if vector["signature"][0] != "A" else "B"
    for changed in (
        vector | {"auth_token": vector["auth_token"] + "6"},
        vector | {"auth_token": ""},
        vector | {"signature": last + vector["signature"][1:]},
        vector | {"signature": ""},
        vector | {"url": address + ("&" if "?" in address else "?")},
        vector | {"url": address.replace("ompany", "0mpany").replace("/example", "/examp1e")},
        vector | {"url": address.replace("://", "s://").replace("httpss", "http")},
    ):
        assert not verdict(changed), changed
    assert not signature_ok([vector["auth_token"]], address, more, vector["signature"])


async def test_every_vector_gets_its_verdict_over_real_http(checking: "Checking") -> None:
    told: dict[str, bool] = {}
    for name, vector in BY_NAME.items():
        if name not in NOT_OVER_HTTP:
            told[name] = await checking.ask(vector)
    assert told == {name: BY_NAME[name]["valid"] for name in told}
    assert set(BY_NAME) - set(told) == set(NOT_OVER_HTTP)
    assert all(verdict(BY_NAME[name]) is BY_NAME[name]["valid"] for name in NOT_OVER_HTTP)


class Checking:
    """A webhook as the inbox has it: the configured base, the raw path and query, the raw form."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.base = ""
        self.token = ""
        self.asked = 0
        self.app = Quart(__name__)
        # Before routing, because the check is tested for any path.
        self.app.before_request(self._check)

    async def ask(self, vector: Vector) -> bool:
        parts = urlsplit(vector["url"])
        scheme_and_host = vector["url"].partition("://")[0] + "://" + parts.netloc
        self.base, self.token = scheme_and_host, vector["auth_token"]
        target = vector["url"].removeprefix(scheme_and_host)
        content = signed(vector)
        kind = "application/json" if isinstance(content, bytes) else FORM
        body = content if isinstance(content, bytes) else urlencode(content).encode()
        before = self.asked
        answer = await self._post(target, parts.hostname or "", kind, body, vector["signature"])
        assert self.asked == before + 1
        return b" 204 " in answer.splitlines()[0]

    async def _post(self, target: str, host: str, kind: str, body: bytes, signature: str) -> bytes:
        """Over a bare socket, so that no client normalizes the address."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"POST {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"X-Twilio-Signature: {signature}\r\n\r\n".encode()
            + body
        )
        answer = await reader.read()
        writer.close()
        return answer

    async def _check(self) -> Response:
        self.asked += 1
        query = request.query_string.decode()
        url = self.base + request.scope["raw_path"].decode() + (f"?{query}" if query else "")
        body: Any = await request.get_data()
        content = form_pairs(body) if request.mimetype == FORM else body
        good = signature_ok([self.token], url, content, request.headers["X-Twilio-Signature"])
        return Response(status=204 if good else 403)


FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def checking() -> AsyncIterator[Checking]:
    listener = socket.create_server(("127.0.0.1", 0))
    checking = Checking(listener.getsockname()[1])
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = 1
    over = asyncio.Event()
    serving = asyncio.create_task(serve(checking.app, config, shutdown_trigger=over.wait))
    yield checking
    over.set()
    await serving


def test_two_implementations_agree_on_any_form() -> None:
    dice = random.Random(7)
    letters = "aAzZ09 +&=%'~*\r\n\t\x00é\ufe0f👋"
    for _ in range(300):
        pairs = [
            ("".join(dice.choices("AaBbZ", k=2)), "".join(dice.choices(letters, k=length)))
            for length in dice.choices(range(5), k=dice.randrange(8))
        ]
        arrived = form_pairs(urlencode(pairs).encode())
        assert arrived == pairs
        assert signature_ok([TOKEN], URL, arrived, sign(TOKEN, URL, pairs))


def test_any_of_a_churchs_tokens_may_have_signed() -> None:
    signature = sign(TOKEN, URL, PAIRS)
    assert signature_ok(["another", TOKEN], URL, PAIRS, signature)
    assert not signature_ok(["another", "and another"], URL, PAIRS, signature)
    assert not signature_ok([], URL, PAIRS, signature)


def test_a_missing_token_is_never_valid() -> None:
    assert not signature_ok([""], URL, PAIRS, sign("", URL, PAIRS))
    assert RequestValidator("").validate(URL, MultiDict(PAIRS), sign("", URL, PAIRS))


def test_a_one_letter_token_is_never_valid() -> None:
    assert not signature_ok(TOKEN, URL, PAIRS, sign(TOKEN[0], URL, PAIRS))


@pytest.mark.parametrize(
    ("given", "as_signed"),
    [
        ("https://inbox.example:8443/sms", "https://inbox.example/sms"),
        ("https://inbox.example/sms", "https://inbox.example:443/sms"),
        ("http://inbox.example/sms", "http://inbox.example:80/sms"),
        ("https://inbox.example:8443/sms", "https://inbox.example:8443/sms"),
        ("https://[2001:db8::7]:8443/sms", "https://[2001:db8::7]/sms"),
        ("https://[2001:db8::7]/sms", "https://[2001:db8::7]:443/sms"),
        ("https://ruth:pw@inbox.example:8443/sms", "https://ruth:pw@inbox.example/sms"),
        ("https://ruth:pw@inbox.example/sms", "https://inbox.example/sms"),
        ("https://inbox.example/sms?", "https://inbox.example/sms?"),
        ("https://inbox.example//a/../sms?x=%27&y=%E2%9C%93&z=a%2Fb", None),
        ("https://xn--grce-5qa.example/sms", None),
        ("https://inbox.example", None),
        ("https://inbox.example?key=1", None),
    ],
)
def test_ports_and_user_names_in_the_address_may_be_left_out(
    given: str, as_signed: str | None
) -> None:
    signature = RequestValidator(TOKEN).compute_signature(as_signed or given, MultiDict(PAIRS))
    assert signature_ok([TOKEN], given, PAIRS, signature)


def test_a_json_body_must_have_the_hash_that_was_signed() -> None:
    body = b'{"amen": true}'
    url = f"{URL}&bodySHA256={sha256(body).hexdigest()}"
    signature = RequestValidator(TOKEN).compute_signature(url, {})
    assert signature_ok([TOKEN], url, body, signature)
    assert signature_ok([TOKEN], url, body.decode(), signature)
    assert not signature_ok([TOKEN], url, body + b" ", signature)
    unhashed = RequestValidator(TOKEN).compute_signature(URL, {})
    assert signature_ok([TOKEN], URL, [], unhashed)
    assert not signature_ok([TOKEN], URL, body, unhashed)
    assert not signature_ok([TOKEN], URL, b"", unhashed)


@pytest.mark.parametrize(
    ("tokens", "url", "content", "signature"),
    [
        ([TOKEN], "https://inbox.example:abc/", PAIRS, "x"),
        ([TOKEN], "https://[::1/", PAIRS, "x"),
        ([TOKEN], "https://[::1/?bodySHA256=0", b"{}", "x"),
        ([TOKEN], "not an address", PAIRS, "x"),
        ([TOKEN], "", [], ""),
        ([TOKEN], URL, [("Body", "\ud800")], "x"),
        ([TOKEN], URL, "\ud800", "x"),
        ([TOKEN], URL, PAIRS, "\ud800é"),
        ([TOKEN], URL, PAIRS, None),
        ([TOKEN], URL, None, "x"),
        ([TOKEN], URL, [("Body", None)], "x"),
        ([TOKEN], URL, {"Body": ["x"]}, "x"),
        ([None, 7], URL, PAIRS, "x"),
        (None, URL, PAIRS, "x"),
        ([TOKEN], None, PAIRS, "x"),
    ],
)
def test_nonsense_is_never_valid(tokens: Any, url: Any, content: Any, signature: Any) -> None:
    assert signature_ok(tokens, url, content, signature) is False


def test_a_form_keeps_its_blanks_order_and_case() -> None:
    assert form_pairs(b"ToCity=&Body=+a%2Bb%0D%0A&Body=%F0%9F%91%8B&x") == [
        ("ToCity", ""), ("Body", " a+b\r\n"), ("Body", "👋"), ("x", ""),
    ]  # fmt: skip
    assert form_pairs(b"") == []
    assert form_pairs(b"Body=%ff\xff") == [("Body", "\ufffd\ufffd")]


def test_the_size_of_a_form_is_limited() -> None:
    assert len(form_pairs(b"&".join([b"a=1"] * 200))) == 200
    with pytest.raises(ValueError):
        form_pairs(b"&".join([b"a=1"] * 201))
