"""A volunteer's requests to every address change nothing that is reserved for other roles."""

import re
from datetime import timedelta
from typing import Any

import aiohttp
from tortoise.models import Model

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import ApiToken, Broadcast, Church, Group, Member, Membership, PhoneNumber, Staff
from inbox.models.broadcasts.composing import compose_broadcast
from tests.cast import PASSWORD
from tests.house import House

# For owners and editors only: group membership, broadcasts, and settings.
GUARDED: tuple[type[Model], ...] = (
    ApiToken,
    Broadcast,
    Church,
    Group,
    Membership,
    PhoneNumber,
    Staff,
)
# Everyone's own: notification and writing preferences, and the password.
OWN = {"password_hash", "notify", "notify_days", "notify_from", "notify_until"}
OWN |= {"sound", "enter_sends", "undo_seconds"}
# What the outbox records while it sends.
PACE = {"busy_until", "heard_until"}


async def test_no_address_lets_a_volunteer_change_what_is_reserved(house: House) -> None:
    form, ids = await a_form_that_fits_everywhere(house)
    routes = posted_routes(house, ids)
    assert paths.member_groups(house.cast.naomi.id) in routes
    before = await guarded()
    answers = await post_to_all(house, house.cast.mercy, routes, form)
    assert await guarded() == before
    assert all(status < 500 for status in answers.values()), answers
    assert answers[paths.member_groups(house.cast.naomi.id)] == 403

    # The same requests from an editor change a lot, so the forms are valid.
    await post_to_all(house, house.cast.daniel, routes, form)
    after = await guarded()
    assert {one for one in before if before[one] != after[one]} >= {"Group", "Membership"}


async def test_a_members_details_offer_volunteers_only_what_they_may_do(
    house: House,
) -> None:
    await Group.create(church=house.cast.grace, name="Choir")
    conversation = await house.cast.conversation()
    mercy = await house.browser(house.cast.mercy)
    async with mercy.get(paths.details(conversation.id)) as answer:
        html = await answer.text()
    action = f'action="{paths.member_groups(house.cast.naomi.id)}"'
    hidden = re.search(r'<details data-needs="change_groups".*?</details>', html, re.S)
    assert hidden and action in hidden[0] and action not in html.replace(hidden[0], "")
    assert "Choir" in html


async def a_form_that_fits_everywhere(house: House) -> tuple[dict[str, str], dict[str, int]]:
    """Fields that every handler accepts, and the id of a row for each kind of address."""
    cast = house.cast
    choir = await Group.create(church=cast.grace, name="Choir")
    soup = await Group.create(church=cast.grace, name="Soup kitchen")
    await choir.add([cast.naomi])
    conversation = await cast.conversation()
    broadcast = await compose_broadcast(
        cast.grace,
        by=cast.ruth,
        body="See you on Sunday",
        target_type="all",
        key=new_key(),
        send_after=now() + timedelta(days=1),
    )
    token, _ = await ApiToken.issue(cast.grace, "A program", by=None)
    form = {
        "group_id": str(soup.id),
        "in": "yes",
        "name": "Youth",
        "member_ids": str(cast.george.id),
        "action": f"group:{soup.id}",
        "ids": str(conversation.id),
        "body": "Hello",
        "target_type": "all",
        "key": new_key(),
        "list": "Martha, 202 555 0188",
        "sure": "yes",
        "email": "new@grace.example",
        "password": PASSWORD,
        "role": "owner",
        "timezone": "Europe/Paris",
        "language": "es",
    }
    ids = {
        "conversation_id": conversation.id,
        "member_id": cast.naomi.id,
        "group_id": choir.id,
        "broadcast_id": broadcast.id,
        "staff_id": cast.daniel.id,
        "token_id": token.id,
    }
    return form, ids


def posted_routes(house: House, ids: dict[str, int]) -> list[str]:
    """Every address of a page that takes a POST. Ids that refer to nothing are 1."""
    routes = []
    for rule in house.app.quart.url_map.iter_rules():
        if rule.methods and "POST" in rule.methods and not rule.rule.startswith("/api/"):
            routes.append(re.sub(r"<[^>]*?(\w+)>", lambda m: str(ids.get(m[1], 1)), rule.rule))
    return routes


async def post_to_all(
    house: House, who: Staff, routes: list[str], form: dict[str, str]
) -> dict[str, int]:
    """Signed in again for each, because some of them sign out."""
    answers = {}
    for route in routes:
        browser: aiohttp.ClientSession = await house.browser(who)
        async with browser.post(route, data=form, allow_redirects=False) as answer:
            answers[route] = answer.status
    return answers


async def guarded() -> dict[str, Any]:
    """All rows of the guarded tables, by table, and the number of members."""
    kept: dict[str, Any] = {"members": await Member.all().count()}
    for model in GUARDED:
        rows = await model.all().order_by("id").values()
        free = {Staff: OWN, PhoneNumber: PACE}.get(model, set())
        kept[model.__name__] = [{k: v for k, v in row.items() if k not in free} for row in rows]
    return kept


async def test_a_page_that_is_not_for_volunteers_says_that_it_is_their_role(house: House) -> None:
    mercy = await house.browser(house.cast.mercy)
    async with mercy.get(paths.new_broadcast()) as answer:
        html = await answer.text()
        assert answer.status == 403
    assert "Your role does not include this." in html and "another site" not in html
