"""Other sites cannot make a browser act here, and each response declares its own policy."""

import re
from typing import Any

import aiohttp
from yarl import URL

from inbox import paths
from inbox.assets import asset
from inbox.keys import new_key
from inbox.models import Message
from tests.cast import token_of
from tests.house import House
from tests.web.calls import PLAIN, a_text, call

SENDERS: list[tuple[dict[str, str], bool]] = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
    ({"Origin": "{own}"}, True),
    ({"Origin": "http://church.local:8000", "Host": "church.local:8000"}, True),
    ({}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "none"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "{own}"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "{own}.evil.example"}, False),
    ({"Origin": "https://evil.example", "Host": "a b"}, False),
    ({"Referer": "{own}/inbox"}, False),
]


async def test_only_our_own_pages_may_send_a_form(house: House) -> None:
    conversation = await house.cast.conversation()
    cookie = {"Cookie": f"inbox={await token_of(house.cast.ruth)}"}
    for headers, welcome in SENDERS:
        headers = {name: value.format(own=house.url) for name, value in headers.items()}
        form = {"body": "Hello", "key": new_key()}
        async with aiohttp.ClientSession(house.url, headers=headers | cookie) as browser:
            answer = await browser.post(
                paths.messages(conversation.id), data=form, allow_redirects=False
            )
        assert answer.status == 303 if welcome else answer.status in (400, 403), headers
        assert await Message.exists(key=form["key"]) == welcome


async def test_every_response_tells_browsers_what_it_allows(house: House) -> None:
    ruth, nobody = await house.browser(house.cast.ruth), await house.browser()
    answers: list[Any] = [
        await ruth.get("/inbox"),
        await ruth.get("/inbox/rows?before=x"),
        await ruth.get("/nowhere"),
        await ruth.get("/favicon.ico"),
        await ruth.get("/static/x/css/app.css"),
        await ruth.get("/static/x/nothing.css"),
        await ruth.get("/api/nowhere"),
        await ruth.put("/inbox"),
        await ruth.options("/inbox"),
        await nobody.get("/inbox", allow_redirects=False),
        await nobody.post("/inbox"),
        await nobody.get("/sign-in"),
        await nobody.get("/healthz"),
        await nobody.post("/sign-in", data={"email": "x" * 70_000}),
        await nobody.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}),
        await call(house.url, PLAIN, a_text()),
        await call(house.url, PLAIN, a_text(), "wrong"),
    ]
    statuses = [answer.status for answer in answers]
    assert statuses == [
        200,
        400,
        404,
        200,
        200,
        404,
        404,
        405,
        200,
        302,
        401,
        200,
        200,
        413,
        403,
        200,
        403,
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        if answer.url.path != "/favicon.ico":
            assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Server" not in answer.headers
    assert "POST" in answers[7].headers["Allow"]


async def test_static_files_are_cached_forever_under_the_hash_of_their_content(
    house: House,
) -> None:
    nobody = await house.browser()
    answer = await nobody.get(asset("css/app.css"))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


NOT_STATIC = (
    "../inbox/config.py",
    "..%2finbox%2fconfig.py",
    "%2e%2e/inbox/config.py",
    "..%5c..%5cinbox/config.py",
    "css/../../pyproject.toml",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "css",
    "css/",
    "%00",
    "css/app.css%00.png",
    "x" * 5000,
)


async def test_nothing_but_static_files_is_served_from_the_disk(house: House) -> None:
    nobody = await house.browser()
    for path in NOT_STATIC:
        answer = await nobody.get(URL(f"{house.url}/static/x/{path}", encoded=True))
        assert answer.status in (400, 404), path


async def test_no_address_redirects_to_another_site(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    redirects = 0
    for path in _addresses(house):
        url = URL(house.url + path, encoded=True)
        answer = await ruth.get(url, allow_redirects=False, headers={"Host": "evil.example"})
        answer.release()
        location = answer.headers.get("Location", "")
        redirects += location.startswith("/")
        assert location.startswith("/") and not location.startswith("//") or not location, path
    assert redirects > 3, "the premise: some addresses redirect"


def _addresses(house: House) -> set[str]:
    """Every route, well-formed and malformed, and what attackers try."""
    routes = {re.sub("<[^>]*>", "1", rule.rule) for rule in house.app.quart.url_map.iter_rules()}
    assert "/static/1/1" in routes
    doubled = {
        path[:place] + "/" + path[place:]
        for path in routes
        for place, letter in enumerate(path)
        if letter == "/"
    }
    return (
        routes
        | doubled
        | {f"{path}/" for path in routes}
        | {
            "//evil.example",
            "//evil.example/inbox",
            "///evil.example/%2e%2e",
            "/\\evil.example",
            "/static/x//y.css",
            "/sign-in?next=https://evil.example",
            "/?url=//evil.example",
            "/settings?//evil.example",
        }
    )


async def test_a_request_from_another_site_is_refused_without_mentioning_roles(
    house: House,
) -> None:
    cookie = {"Cookie": f"inbox={await token_of(house.cast.ruth)}"}
    headers = {**cookie, "Sec-Fetch-Site": "cross-site"}
    async with (
        aiohttp.ClientSession() as elsewhere,
        elsewhere.post(f"{house.url}{paths.sign_out()}", headers=headers) as answer,
    ):
        html = await answer.text()
        assert answer.status == 403
    assert "The request came from another site." in html and "another role" not in html
