"""Every address, room, and event, checked against the table of permissions."""

import re
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from inbox import paths
from inbox.live import rooms
from inbox.models import ApiToken
from inbox.models.permissions import PERMISSIONS, Actor, may
from tests.house import House
from tests.live.browser import browsers
from tests.web.test_isolation import BODIES, OPEN, Grace, ask, furnish, requests_to

# A password: your own, or with permission that of others.
OWN_OR_OTHERS = "/settings/staff/<int:staff_id>/password"


def declared(house: House) -> dict[tuple[str, str], str]:
    """What each address needs, by rule and method."""
    quart = house.app.quart
    return {
        (rule.rule, method): quart.view_functions[rule.endpoint].__dict__.get("permission", "")
        for rule in quart.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def walk(house: House, grace: Grace) -> Iterator[tuple[str, str, str, dict[str, Any] | None]]:
    """What an address needs, its rule, and a request to it. None means GET."""
    needs = declared(house)
    for rule in BODIES:
        for address, body in requests_to(rule, grace):
            yield needs[rule, "GET" if body is None else "POST"], rule, address, body


async def test_every_address_names_what_it_needs(house: House) -> None:
    found = declared(house)
    known = {"public", "signed in", *PERMISSIONS}
    assert not {one for one, needed in found.items() if needed not in known}
    assert {rule for rule, _ in found} == BODIES.keys() | OPEN
    assert {found[rule, "GET"] for rule in OPEN} == {"public"}
    used = {*found.values(), *rooms.NEEDS.values()}
    assert used >= PERMISSIONS.keys(), "every entry in the table is used"
    walked = {(rule, "GET" if one is None else "POST") for rule in BODIES for one in BODIES[rule]}
    assert walked == {one for one in found if one[0] not in OPEN}


async def test_each_role_can_do_what_the_table_says(house: House) -> None:
    cast = house.cast
    grace = await furnish(cast)
    refused = 0
    # The owner goes last, because their requests change the others.
    for who in (cast.mercy, cast.daniel, cast.sam, cast.ruth):
        browser = await house.browser(who)
        for needed, rule, address, body in walk(house, grace):
            if rule.startswith("/api/") or rule == OWN_OR_OTHERS:
                continue
            status, _ = await ask(browser, address, body, "")
            allowed = needed in ("public", "signed in") or _may(who, needed)
            refused += not allowed
            told = f"{who.name} gets {status} from {address}, which needs {needed}"
            assert (status == 403) != allowed and status not in (401, 500), told
            if who is cast.sam and "<" in rule:
                assert status == 404, told
    assert refused > 20, "the premise: volunteers and editors were refused something"


async def test_visitors_and_programs_get_no_page(house: House) -> None:
    grace = await furnish(house.cast)
    stranger = await house.browser()
    _, token = await ApiToken.issue(house.cast.grace, "A program", by=None)
    program = aiohttp.ClientSession(house.url, headers={"Authorization": f"Bearer {token}"})
    async with program:
        for needed, rule, address, body in walk(house, grace):
            if needed == "public" or rule.startswith("/api/"):
                continue
            for browser in (stranger, program):
                status, text = await ask(browser, address, body, "")
                # A form without an origin is refused first.
                wanted = (302, 303) if body is None else (401, 403 if browser is program else 401)
                assert status in wanted, f"{address} answered {status}"
                assert body is not None or text.endswith(paths.sign_in()), address


async def test_programs_can_do_what_the_table_says(house: House) -> None:
    grace = await furnish(house.cast)
    ruth = await house.browser(house.cast.ruth)
    ours, token = await ApiToken.issue(house.cast.grace, "A program", by=None)
    _, theirs = await ApiToken.issue(house.cast.hope, "Another church's", by=None)
    for needed, rule, address, body in walk(house, grace):
        if not rule.startswith("/api/"):
            continue
        assert _may(ours, needed), address
        assert (await ask(ruth, address, body, ""))[0] == 401, "a session is not a token"
        assert (await ask(ruth, address, body, token))[0] not in (401, 403, 500), address
        if "<" in rule:
            assert (await ask(ruth, address, body, theirs))[0] == 404, address


async def test_staff_without_permissions_are_refused_everywhere(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the table grants access: without it, every address, room, and event is refused."""
    grace = await furnish(house.cast)
    ruth = await house.browser(house.cast.ruth)
    _, token = await ApiToken.issue(house.cast.grace, "A program", by=None)
    for action in PERMISSIONS:
        monkeypatch.setitem(PERMISSIONS, action, frozenset())  # type: ignore[arg-type]
    for needed, _, address, body in walk(house, grace):
        if needed in PERMISSIONS:
            status, _ = await ask(ruth, address, body, token)
            assert status == 403, f"{address} answered {status}"
    async with ruth.get(paths.preference_settings()) as answer:
        html = await answer.text()
    assert 'data-may=""' in html
    links = re.findall("<a [^>]*>", html)
    offered = [tag for tag in links if paths.new_broadcast() in tag and "data-needs" not in tag]
    assert not offered

    id = grace.ids["conversation_id"]
    async with browsers(house, house.cast.ruth) as [browser]:
        for noun in rooms.NEEDS:
            for room in (noun, f"{noun}:{grace.ids.get(f'{noun}_id', 1)}"):
                assert await browser.join(room) == {"ok": False, "reason": "not_here"}
        await browser.say(id, "viewing")
        assert not browser.presence


def _may(who: Actor, needed: str) -> bool:
    return any(may(who, action) for action in PERMISSIONS if action == needed)
