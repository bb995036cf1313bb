"""Signing in, staying signed in, and being signed out everywhere at once."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from inbox import paths, rate_limits
from inbox.models import Church, Session, Staff, staff
from inbox.web import sign_in_attempts as attempts
from inbox.web.sessions import WRONG
from inbox.web.sign_in_attempts import TOO_MANY
from tests.cast import PASSWORD, PASSWORD_HASH, assemble, token_of
from tests.house import House
from tests.web.conftest import Opening

RUTH = "ruth@grace.example"


async def sign_in(
    house: House, email: str = RUTH, password: str = PASSWORD, **headers: str
) -> aiohttp.ClientResponse:
    nobody = await house.browser()
    data = {"email": email, "password": password}
    return await nobody.post("/sign-in", data=data, headers=headers, allow_redirects=False)


async def opens(house: House, token: str) -> bool:
    browser = await house.browser()
    browser.cookie_jar.update_cookies({"inbox": token})
    answer = await browser.get("/inbox", allow_redirects=False)
    if answer.status != 200:
        assert (answer.status, answer.headers["Location"]) == (302, "/sign-in")
    return answer.status == 200


async def test_the_right_password_opens_the_inbox(house: House) -> None:
    answer = await sign_in(house, "  RUTH@Grace.Example ")
    assert (answer.status, answer.headers["Location"]) == (303, "/inbox")
    cookie = answer.cookies["inbox"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert not cookie["secure"] and not cookie["domain"]
    assert await opens(house, cookie.value)
    assert not await opens(house, cookie.value + "x")
    # Only the browser has the token.
    assert not await Session.exists(token_hash=cookie.value)


async def test_all_wrong_details_get_the_same_answer(house: House) -> None:
    await house.cast.daniel.leave(by=house.cast.ruth)
    for email, password in (
        (RUTH, PASSWORD + " "),
        (RUTH, ""),
        (RUTH, "x" * 5000),
        ("nobody@grace.example", PASSWORD),
        ("daniel@grace.example", PASSWORD),
        ("", ""),
        ("x" * 5000, "x"),
        ("ruth@grace.example' or 1=1 --", PASSWORD),
    ):
        answer = await sign_in(house, email, password)
        assert answer.status == 422 and "inbox" not in answer.cookies
        text = await answer.text()
        assert WRONG in text and PASSWORD not in text
    assert (await sign_in(house, "ruth\0@grace.example")).status == 400
    assert not await Session.exists()


async def test_guessing_is_slowed_down_per_account_and_per_network(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The cheapest hash: this tests the limit, not the hasher.
    monkeypatch.setattr(staff, "NOBODY", PASSWORD_HASH)
    answers = [await sign_in(house, password=f"guess {n}") for n in range(6)]
    assert [answer.status for answer in answers] == [422] * 5 + [429]
    assert TOO_MANY in await answers[-1].text()
    assert (await sign_in(house)).status == 429, "not even with the right one"
    assert (await sign_in(house, "mercy@grace.example")).status == 303

    found = [(await sign_in(house, f"{n}@grace.example")).status for n in range(30)]
    assert 429 in found and found[0] == 422
    assert (await sign_in(house, "sam@hope.example")).status == 429


@pytest.mark.parametrize(
    ("places", "counted_together"),
    [
        ("2001:db8:7:7::{:x}", True),
        ("2001:db8:7:7:{0:x}:{0:x}:{0:x}:{0:x}", True),
        ("::ffff:203.0.113.9", True),
        ("2001:db8:7:{:x}::1", False),
    ],
)
async def test_an_ipv6_network_counts_as_one(
    house: House, places: str, counted_together: bool
) -> None:
    answers = [
        await sign_in(house, password="a guess", **{"X-Forwarded-For": places.format(n)})
        for n in range(1, 9)
    ]
    statuses = [answer.status for answer in answers]
    assert statuses == [422] * 5 + [429 if counted_together else 422] * 3


def test_invented_addresses_do_not_fill_the_memory() -> None:
    counted = {attempts._account(f"{n}@nowhere.example") for n in range(100_000)}
    assert 30_000 < len(counted) <= 2**16
    assert attempts._account(RUTH) != attempts._account("mercy@grace.example")


async def known_browser(house: House) -> str:
    """The cookie of a browser in which Ruth has signed in and out again."""
    answer = await sign_in(house)
    assert answer.status == 303
    return f"inbox-known={answer.cookies['inbox-known'].value}"


async def test_distributed_guessing_is_limited_and_locks_nobody_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await known_browser(house)
    monkeypatch.setattr(
        rate_limits, "SIGN_INS_OF_STRANGERS", replace(rate_limits.SIGN_INS_OF_STRANGERS, most=8)
    )
    guesses = [
        await sign_in(house, password=f"guess {n}", **{"X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(1, 20)
    ]
    assert [answer.status for answer in guesses] == [422] * 8 + [429] * 11
    assert "Sign in on a device you have used before" in await guesses[-1].text()
    # Not even with the right one. But a browser she used before is let in at once.
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    assert (await sign_in(house, **elsewhere)).status == 429
    assert (await sign_in(house, Cookie=known, **elsewhere)).status == 303
    # That holds for her alone: her browser is unknown to every other account, and others may go on.
    mercy = [
        await sign_in(
            house, "mercy@grace.example", "x", Cookie=known, **{"X-Forwarded-For": f"203.0.113.{n}"}
        )
        for n in range(1, 10)
    ]
    assert mercy[-1].status == 429
    assert (await sign_in(house, "daniel@grace.example", **elsewhere)).status == 303


async def test_a_known_browser_may_not_guess_forever_either(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        rate_limits, "SIGN_INS_OF_DEVICE", replace(rate_limits.SIGN_INS_OF_DEVICE, most=3)
    )
    known = await known_browser(house)
    statuses = []
    for n in range(1, 6):
        there = {"X-Forwarded-For": f"203.0.113.{n}"}
        statuses.append((await sign_in(house, password="a guess", Cookie=known, **there)).status)
    assert statuses == [422] * 3 + [429] * 2


@pytest.mark.parametrize("forged", ["", "x", "gAAAAAB", '""', "{}", "x" * 4_000])
async def test_the_cookie_of_a_known_browser_cannot_be_forged(
    house: House, monkeypatch: pytest.MonkeyPatch, forged: str
) -> None:
    monkeypatch.setattr(
        rate_limits, "SIGN_INS_OF_STRANGERS", replace(rate_limits.SIGN_INS_OF_STRANGERS, most=0)
    )
    # Ours, but sealed for another purpose, or for another person.
    for cookie in (forged, house.app.context.seal.close("[]"), house.cast.grace.name):
        answer = await sign_in(house, Cookie=f"inbox-known={cookie}")
        assert answer.status == 429 and "inbox" not in answer.cookies


async def test_clients_behind_our_proxy_do_not_share_one_limit(house: House) -> None:
    one_place = {"X-Forwarded-For": "203.0.113.7"}
    answers = [await sign_in(house, password=f"guess {n}", **one_place) for n in range(6)]
    assert answers[-1].status == 429
    # The attacker's value comes before the one that our proxy adds.
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    assert (await sign_in(house, **forged)).status == 429
    assert (await sign_in(house, **{"X-Forwarded-For": "198.51.100.1"})).status == 303
    assert (await sign_in(house, **{"X-Forwarded-For": "nonsense, \"';"})).status == 303


async def test_over_https_the_cookie_is_bound_to_the_host(opening: Opening) -> None:
    async with opening(public_url="https://inbox.example") as app:
        cast = await assemble(app.context.seal)
        browser = app.quart.test_client(use_cookies=False)
        origin = {"Origin": "https://inbox.example"}
        form = {"email": RUTH, "password": PASSWORD}
        answer = await browser.post("/sign-in", form=form, headers=origin)
        assert answer.status_code == 303
        name, _, rest = answer.headers["Set-Cookie"].partition("=")
        assert name == "__Host-inbox"
        said = {word.strip() for word in rest.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= said
        assert "Domain" not in rest
        assert "max-age=" in answer.headers["Strict-Transport-Security"]
        assert "wss://inbox.example" in answer.headers["Content-Security-Policy"]

        for name, status in (("__Host-inbox", 200), ("inbox", 302)):
            headers = {"Cookie": f"{name}={await token_of(cast.ruth)}"}
            assert (await browser.get("/inbox", headers=headers)).status_code == status


async def test_an_ended_session_opens_nothing(house: House) -> None:
    session, token = await Session.begin(house.cast.ruth, "a lost telephone")
    assert await opens(house, token)
    ruth = await house.browser(house.cast.ruth)
    assert "a lost telephone" in await (await ruth.get(paths.session_settings())).text()
    answer = await ruth.post(paths.end_session(session.id), allow_redirects=False)
    assert answer.status == 303
    assert not await opens(house, token)
    assert (await ruth.get("/inbox", allow_redirects=False)).status == 200
    # No one else can end it, not even an owner of the same church.
    other, token = await Session.begin(house.cast.mercy, "her telephone")
    assert (await ruth.post(paths.end_session(other.id))).status == 404
    assert await opens(house, token)


async def test_signing_out_ends_only_this_session(house: House) -> None:
    _, telephone = await Session.begin(house.cast.ruth, "a telephone")
    ruth = await house.browser(house.cast.ruth)
    answer = await ruth.post("/sign-out", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert answer.cookies["inbox"].value == ""
    assert (await ruth.get("/inbox", allow_redirects=False)).status == 302
    assert (await ruth.post("/sign-out")).status == 401
    assert await opens(house, telephone)


async def test_former_staff_are_signed_out_at_once(house: House) -> None:
    _, token = await Session.begin(house.cast.daniel, "a telephone")
    assert await opens(house, token)
    ruth = await house.browser(house.cast.ruth)
    answer = await ruth.post(paths.staff_leave(house.cast.daniel.id), allow_redirects=False)
    assert answer.status == 303
    assert not await opens(house, token)
    assert (await sign_in(house, "daniel@grace.example")).status == 422


async def test_a_session_lasts_as_long_as_it_is_used(house: House) -> None:
    session, token = await Session.begin(house.cast.ruth, "a telephone")
    now = datetime.now(UTC)
    soon = {"expires_at": now + timedelta(minutes=1), "seen_at": now - timedelta(days=29)}
    await Session.filter(id=session.id).update(**soon)
    assert await opens(house, token)
    await session.refresh_from_db()
    assert session.expires_at > now + timedelta(days=29)

    await Session.filter(id=session.id).update(expires_at=now - timedelta(seconds=1))
    assert not await opens(house, token)


async def test_a_nonsense_cookie_signs_nobody_in(house: House) -> None:
    for cookie in ("inbox=", "inbox=%00", "inbox=" + "x" * 4000, 'inbox="\\000"', "=;;,", "inbox"):
        nobody = await house.browser()
        answer = await nobody.get("/inbox", headers={"Cookie": cookie}, allow_redirects=False)
        assert answer.status == 302, cookie
    _, token = await Session.begin(house.cast.ruth, "a telephone")
    beside = f'a[b]=1; c="; inbox={token}; =x'
    nobody = await house.browser()
    answer = await nobody.get("/inbox", headers={"Cookie": beside}, allow_redirects=False)
    assert answer.status == 200


async def test_only_the_first_visitor_creates_the_first_church(opening: Opening) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    async with opening() as app:
        nobody = app.quart.test_client()
        assert (await nobody.get("/")).headers["Location"] == "/welcome"
        assert (await nobody.get("/sign-in")).headers["Location"] == "/welcome"
        new = {"church_name": "Grace Chapel", "name": "Ruth Adeyemi", "email": RUTH}
        new |= {"password": PASSWORD}
        for wrong in ({"church_name": " "}, {"email": "x"}, {"password": "short"}):
            answer = await nobody.post("/welcome", form=new | wrong, headers=own)
            assert answer.status_code == 422
            assert PASSWORD not in await answer.get_data(as_text=True)
        assert not await Church.exists()
        answer = await nobody.post("/welcome", form=new, headers=own)
        assert (answer.status_code, answer.location) == (303, paths.twilio_settings())
        assert (await nobody.get("/inbox")).status_code == 200
        assert (await Staff.get()).role == "owner"

        other = app.quart.test_client()
        form = new | {"email": "sam@hope.example"}
        answer = await other.post("/welcome", form=form, headers=own)
        assert (answer.status_code, answer.location) == (302, "/sign-in")
        assert await Staff.all().count() == 1


async def test_only_one_of_several_simultaneous_first_visitors_is_the_first(
    opening: Opening,
) -> None:
    async with opening() as app:
        form = {"church_name": "Grace Chapel", "name": "Ruth Adeyemi", "password": PASSWORD}
        own = {"Sec-Fetch-Site": "same-origin"}
        answers = await asyncio.gather(
            *(
                app.quart.test_client().post(
                    "/welcome", form=form | {"email": f"{name}@grace.example"}, headers=own
                )
                for name in ("ruth", "daniel", "mercy")
            )
        )
        assert sorted(answer.location for answer in answers) == [
            paths.twilio_settings(),
            "/sign-in",
            "/sign-in",
        ]
        assert await Church.all().count() == await Staff.all().count() == 1


async def test_no_password_and_no_token_is_ever_logged(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="tortoise")
    caplog.set_level(logging.INFO, logger="aiosqlite")
    answer = await sign_in(house, password="a wrong password")
    answer = await sign_in(house)
    assert answer.status == 303
    for secret in ("a wrong password", PASSWORD, answer.cookies["inbox"].value):
        assert secret not in caplog.text


async def change_password(house: House, who: Staff, whose: Staff, password: str) -> int:
    browser = await house.browser(who)
    answer = await browser.post(
        paths.staff_password(whose.id),
        data={"current": PASSWORD, "password": password},
        allow_redirects=False,
    )
    return answer.status


async def test_a_new_password_signs_out_everyone_who_knew_the_old_one(house: House) -> None:
    cast = house.cast
    elsewhere = await token_of(cast.daniel)
    assert await opens(house, elsewhere)

    assert await change_password(house, cast.daniel, cast.daniel, "a longer new password") == 303
    assert not await opens(house, elsewhere)
    assert (await sign_in(house, cast.daniel.email)).status == 422
    assert (await sign_in(house, cast.daniel.email, "a longer new password")).status == 303


async def test_only_an_owner_resets_a_forgotten_password(house: House) -> None:
    cast = house.cast
    assert await change_password(house, cast.ruth, cast.mercy, "mercy's new password") == 303
    assert (await sign_in(house, cast.mercy.email, "mercy's new password")).status == 303

    assert await change_password(house, cast.ruth, cast.mercy, "short") == 422
    assert await change_password(house, cast.daniel, cast.ruth, "taken over by Daniel") == 403
    assert await change_password(house, cast.ruth, cast.sam, "another church's Sam") == 404
    assert (await sign_in(house)).status == 303
