"""No church ever reads, hears, or changes anything of another, on any route."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from tortoise import Tortoise
from yarl import URL

from inbox.keys import new_key
from inbox.models import (
    ApiToken,
    Church,
    Draft,
    Group,
    LeftOut,
    Media,
    Membership,
    Mention,
    Message,
    PushKey,
    PushSubscription,
    ReadMark,
    SavedReply,
    Session,
    Staff,
)
from inbox.models.broadcasts.composing import compose_broadcast
from tests.cast import GRACE_NUMBER, GRACE_SID, NAOMI, Cast
from tests.house import House

# Strings that would reveal Grace Chapel on a page of Hope Fellowship.
SECRET = "The soup is for Naomi alone"
MARKERS = (
    SECRET,
    "Naomi",
    "Grace Chapel",
    "Ruth",
    "(202) 555-0142",
    NAOMI,
    GRACE_NUMBER,
    GRACE_SID,
)
IMPOSSIBLE = ("0", "-1", str(2**63 - 1), str(2**63), str(10**30), "9" * 5000, "%00", "7%2f7", "٣")


# A public key as browsers create it.
BROWSER_KEY = (
    "BEgfQxD_WER6O3sCn9pseXq7qjDqXsOBk3jQizGlo-2xN5S6ZVsyXmZiW5qCqRV0hcn2tavkhYXIuo3n0e4EY2U"
)


@dataclass
class Grace:
    """One of each of Grace Chapel's things, by the name that routes use for it."""

    ids: dict[str, int]
    group: Group

    def fill(self, rule: str) -> str:
        return re.sub(r"<(?:.*?:)?(\w+)>", lambda found: str(self.ids[found[1]]), rule)


# Every route that staff or a program of a church can reach, with what they might send there: forms
# for the screens, JSON for the API. The test fails if a route is missing here.
BODIES: dict[str, list[dict[str, Any] | None]] = {
    "/": [None],
    "/welcome": [None, {"church_name": "Grace Chapel", "email": "x@hope.example"}],
    "/sign-in": [None, {"email": "ruth@grace.example", "password": "not her password"}],
    "/inbox": [None, {"member_id": "{member_id}"}],
    "/inbox/rows": [None],
    "/inbox/marks": [None],
    "/inbox/bulk": [
        {"ids": "{conversation_id}", "action": "done"},
        {"ids": "{conversation_id}", "action": "unread"},
        {"ids": "{conversation_id}", "action": "assign:"},
    ],
    "/inbox/new": [None],
    "/inbox/next": [None],
    "/search": [None],
    "/search/people": [None],
    "/inbox/<int:conversation_id>": [None],
    "/inbox/<int:conversation_id>/read": [{}],
    "/inbox/<int:conversation_id>/unread": [{}],
    "/inbox/<int:conversation_id>/assignment": [{"staff_id": "{staff_id}"}, {}],
    "/inbox/<int:conversation_id>/snooze": [{"until": "tomorrow"}, {"until": "now"}],
    "/inbox/<int:conversation_id>/done": [{"done": "yes"}, {"done": "no"}],
    "/inbox/<int:conversation_id>/needs-reply": [{"needed": "yes"}, {"needed": "no"}],
    "/inbox/<int:conversation_id>/name": [{"name": "Somebody Else"}],
    "/inbox/<int:conversation_id>/message/<int:message_id>": [None],
    "/inbox/<int:conversation_id>/details": [None],
    "/members/<int:member_id>/about": [{"about": "Somebody else"}],
    "/members/<int:member_id>/opt-out": [{"opted_out": "yes"}, {"opted_out": "no"}],
    "/inbox/<int:conversation_id>/opt-out-hint": [{}],
    "/members/<int:member_id>/groups": [
        {"group_id": "{group_id}", "in": "yes"},
        {"group_id": "{group_id}", "in": "no"},
        {"name": "Choir"},
    ],
    "/inbox/<int:conversation_id>/messages": [None, {"body": "Hello", "key": "{key}"}],
    "/inbox/<int:conversation_id>/messages/<int:message_id>/retry": [{}],
    "/inbox/<int:conversation_id>/messages/<int:message_id>/cancel": [{}],
    "/inbox/<int:conversation_id>/messages/<int:message_id>/schedule": [
        {"body": "Hello", "at": "2030-05-01T18:30"}
    ],
    "/inbox/<int:conversation_id>/messages/<int:message_id>/send-now": [{}],
    "/inbox/<int:conversation_id>/notes": [{"body": "Hello @Daniel", "key": "{key}"}],
    "/inbox/<int:conversation_id>/draft": [{"kind": "reply", "body": "Hello"}, {"kind": "note"}],
    "/inbox/<int:conversation_id>/saved-replies": [None],
    "/broadcasts": [
        None,
        {"target_type": "groups", "group_ids": "{group_id}", "body": "Hello"},
        {"target_type": "individual", "member_ids": "{member_id}", "body": "Hello"},
        {"target_type": "all", "body": "Hello", "key": "{key}"},
    ],
    "/broadcasts/new": [None],
    "/broadcasts/audience": [
        {"target_type": "groups", "group_ids": "{group_id}", "body": "Hello {first_name}"},
        {"target_type": "individual", "member_ids": "{member_id}", "body": "Hello {first_name}"},
    ],
    "/broadcasts/people": [None],
    "/broadcasts/<int:broadcast_id>": [None],
    "/broadcasts/<int:broadcast_id>/people": [None],
    "/broadcasts/<int:broadcast_id>/edit": [
        None,
        {"target_type": "all", "body": "Hello", "when": "later", "at": "2030-01-01T09:00"},
    ],
    "/broadcasts/<int:broadcast_id>/stop": [{}],
    "/broadcasts/<int:broadcast_id>/send-now": [{}],
    "/broadcasts/<int:broadcast_id>/retry": [{}],
    "/media/<int:media_id>": [None],
    "/settings": [None],
    "/settings/church": [
        None,
        {"name": "H", "country": "US", "timezone": "America/Denver", "language": "en"},
    ],
    "/settings/twilio": [
        None,
        {"account_sid": GRACE_SID, "auth_token": "0" * 32, "phone_number": GRACE_NUMBER},
    ],
    "/settings/people": [None, {"name": "Someone", "phone": "+12025550188"}],
    "/settings/people/import": [
        None,
        {"list": "Somebody,+12025550188"},
        {"list": "Somebody,+12025550188", "sure": "yes"},
    ],
    "/settings/staff": [
        None,
        {"name": "R", "email": "ruth@grace.example", "password": "0" * 12, "role": "owner"},
    ],
    "/settings/staff/<int:staff_id>/leave": [{}],
    "/settings/staff/<int:staff_id>/role": [{"role": "owner"}],
    "/settings/staff/<int:staff_id>/password": [{"password": "another long password"}],
    "/settings/saved-replies": [None, {"title": "Hello", "body": "Hello"}],
    "/settings/saved-replies/<int:saved_reply_id>": [{"title": "Hello", "body": "Hello"}],
    "/settings/saved-replies/<int:saved_reply_id>/delete": [{}],
    "/settings/groups": [None, {"name": "Choir"}],
    "/settings/groups/<int:group_id>": [None, {"name": "Somebody else's"}],
    "/settings/groups/<int:group_id>/people": [None, {"member_ids": "{member_id}"}],
    "/settings/groups/<int:group_id>/members/<int:member_id>/remove": [{}],
    "/settings/groups/<int:group_id>/delete": [{}],
    "/settings/sessions": [None],
    "/settings/sessions/<int:session_id>/end": [{}],
    "/settings/preferences": [
        None,
        {"notify": "all", "day": "0", "from": "09:00", "until": "17:00", "undo_seconds": "0"},
    ],
    "/settings/notifications": [None, {}],
    "/push/state": [None],
    "/push/subscribe": [
        {"endpoint": "https://push.example/1", "p256dh": "p", "auth": "a"},
        {"endpoint": "https://push.example/1", "p256dh": BROWSER_KEY, "auth": "A" * 22},
    ],
    "/push/unsubscribe": [{"endpoint": "https://push.example/1"}],
    "/push/test": [{}],
    "/settings/api-tokens": [None, {"name": "Website"}],
    "/settings/api-tokens/<int:token_id>/revoke": [{}],
    "/api/churches/<church_id>/twilio/connect": [
        {"accountSid": GRACE_SID, "authToken": "0" * 32, "phoneNumber": GRACE_NUMBER}
    ],
    "/api/messages/send": [
        {"content": "Hello", "targetType": "groups", "targetIds": ["{group_id}"]},
        {"content": "Hello", "targetType": "individual", "targetIds": ["{member_id}"]},
    ],
    "/api/messages/<message_id>": [None],
    "/api/members": [None, {"name": "Naomi Park", "phone": "+12025550142"}],
    "/api/members/<int(max=9223372036854775807):member_id>/opt-out": [
        {"optedOut": True},
        {"optedOut": False},
    ],
    "/api/groups": [None, {"name": "Choir"}],
    "/api/groups/<int(max=9223372036854775807):group_id>/members": [{"memberIds": ["{member_id}"]}],
    # Last, because it ends the session.
    "/sign-out": [{}],
}
# These routes identify no one, so they contain nothing of a church.
OPEN = {
    "/healthz",
    "/static/bundles/<file>",
    "/static/<version>/<path:name>",
    "/favicon.ico",
    "/api/openapi.json",
    "/manifest.webmanifest",
    "/service-worker.js",
    "/offline",
}
QUERIES = {
    "/inbox/marks": "?ids={conversation_id}",
    "/inbox/new": "?q=Park",
    "/broadcasts/people": "?q=Park",
    "/settings/groups/<int:group_id>/people": "?q=Park",
    "/broadcasts/<int:broadcast_id>/people": "?outcome=left_out",
    "/inbox/next": "?but={conversation_id}",
    "/search": "?q=naomi",
    "/search/people": "?q=naomi",
    "/inbox/<int:conversation_id>/messages": f"?before={2**62}",
}


async def furnish(cast: Cast) -> Grace:
    """One of each thing that Grace Chapel can have, with nothing in progress."""
    conversation = await cast.conversation()
    broadcast = await compose_broadcast(
        cast.grace,
        by=cast.ruth,
        body=SECRET,
        target_type="all",
        target_ids=[],
        key=new_key(),
        send_after=datetime.now(UTC) + timedelta(days=1),
    )
    message = await Message.create(
        church=cast.grace,
        conversation=conversation,
        phone_number=cast.grace_number,
        author=cast.ruth,
        kind="out",
        body=SECRET,
        status="failed",
        key=new_key(),
        revision=1,
        position=1,
    )
    await conversation.filter(id=conversation.id).update(
        last_at=datetime.now(UTC), last_body=SECRET
    )
    media = await Media.create(
        church=cast.grace,
        message=message,
        provider_url="https://api.twilio.com/x",
        content_type="image/png",
        status="stored",
        file_name="naomi.png",
    )
    group = await Group.create(church=cast.grace, name="Friends of Naomi")
    await group.add([cast.naomi])
    await ReadMark.set(cast.ruth, conversation)
    session, _ = await Session.begin(cast.ruth, "Ruth's telephone")
    token, _ = await ApiToken.issue(cast.grace, "Ruth's program", by=None)
    mention = await Mention.create(staff=cast.ruth, conversation=conversation, message=message)
    draft = await Draft.create(
        staff=cast.ruth, conversation=conversation, kind="reply", body="Dear Naomi"
    )
    saved_reply = await SavedReply.create(church=cast.grace, title="Thanks Naomi", body="Thanks")
    await LeftOut.create(broadcast=broadcast, member=cast.naomi, reason="opted_out")
    push = await PushSubscription.create(
        staff=cast.ruth, session=session, endpoint="https://push.example/1", p256dh="p", auth="a"
    )
    await PushKey.create(public_key="public", private_key_sealed="sealed")
    ids = {
        "church_id": cast.grace.id,
        "conversation_id": conversation.id,
        "message_id": message.id,
        "broadcast_id": broadcast.id,
        "media_id": media.id,
        "session_id": session.id,
        "staff_id": cast.daniel.id,
        "token_id": token.id,
        "group_id": group.id,
        "member_id": cast.naomi.id,
        "mention_id": mention.id,
        "draft_id": draft.id,
        "saved_reply_id": saved_reply.id,
        "push_id": push.id,
    }
    return Grace(ids, group)


async def everything_of(church: Church) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that belongs to this church."""
    ways = {Church: {"id": church.id}, Membership: {"group__church_id": church.id}}
    ways |= {LeftOut: {"broadcast__church_id": church.id}}
    of_staff = (Session, ReadMark, Draft, Mention, PushSubscription)
    ways |= {model: {"staff__church_id": church.id} for model in of_staff}
    # The installation's own: no church may change these.
    ways |= {PushKey: {}}
    found = {}
    for model in Tortoise.apps["inbox"].values():
        way = ways.get(model, {"church_id": church.id})
        found[model.__name__] = await model.filter(**way).order_by("id").values()
    return found


def requests_to(rule: str, grace: Grace) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Addresses with Grace Chapel's ids, and what is sent there. None means GET."""
    address = grace.fill(rule) + QUERIES.get(rule, "").format(**grace.ids)
    for body in BODIES[rule]:
        yield address, body and _filled(body, grace)


def _filled(value: Any, grace: Grace) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, grace) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, grace) for one in value]
    if value == "{key}":
        return new_key()
    if isinstance(value, str) and value.startswith("{"):
        id = grace.ids[value.strip("{}")]
        return id
    return value


async def ask(
    browser: aiohttp.ClientSession, address: str, body: dict[str, Any] | None, token: str
) -> tuple[int, str]:
    url = URL(f"{browser._base_url}".rstrip("/") + address, encoded=True)
    program = address.startswith("/api/")
    headers = {"Authorization": f"Bearer {token}"} if program else {}
    given: dict[str, Any] = {} if body is None else {"json": body} if program else {"data": body}
    method = "GET" if body is None else "POST"
    async with browser.request(method, url, headers=headers, allow_redirects=False, **given) as it:
        return it.status, await it.text(errors="replace") + it.headers.get("Location", "")


async def test_every_route_is_covered(house: House) -> None:
    rules = {rule.rule for rule in house.app.quart.url_map.iter_rules()}
    assert rules == BODIES.keys() | OPEN


async def test_no_route_reads_or_changes_anything_of_another_church(house: House) -> None:
    grace = await furnish(house.cast)
    before = await everything_of(house.cast.grace)
    assert all(before[name] for name in before), "the premise: there is one of everything"
    browser = await house.browser(house.cast.sam)
    _, token = await ApiToken.issue(house.cast.hope, "Sam's program", by=None)

    for rule in BODIES:
        for address, body in requests_to(rule, grace):
            status, text = await ask(browser, address, body, token)
            told = _told(text, body)
            assert status < 500, f"{address} answered {status}"
            assert not told, f"{address} told {told}"
            if "<" in rule:
                assert status == 404, f"{address} answered {status}"

    await house.settled()
    assert await everything_of(house.cast.grace) == before


def _told(text: str, body: dict[str, Any] | None) -> list[str]:
    """What appears in the response but was not in the request."""
    asked = str(body)
    return [marker for marker in MARKERS if marker in text and marker not in asked]


async def test_the_same_routes_do_show_them_to_their_own_church(house: House) -> None:
    grace = await furnish(house.cast)
    media = house.app.config.data_dir / "media"
    (media / "naomi.png").write_bytes(b"Naomi")
    browser = await house.browser(house.cast.ruth)
    _, token = await ApiToken.issue(house.cast.grace, "Ruth's program", by=None)

    showing = set()
    for rule, bodies in BODIES.items():
        if None in bodies:
            address, body = next(requests_to(rule, grace))
            status, text = await ask(browser, address, body, token)
            if status == 200 and _told(text, None):
                showing.add(rule)
    by_id = {rule for rule, bodies in BODIES.items() if "<" in rule and None in bodies}
    assert by_id - showing == {
        "/api/messages/<message_id>",  # its id is a broadcast's
        "/inbox/<int:conversation_id>/message/<int:message_id>",  # leads to the conversation
    }
    assert {"/inbox", "/inbox/new", "/broadcasts", "/settings/staff", "/api/members"} <= showing


async def test_visitors_who_are_not_signed_in_see_and_change_nothing(house: House) -> None:
    grace = await furnish(house.cast)
    before = await everything_of(house.cast.grace)
    nobody = await house.browser()

    for rule in BODIES:
        for address, body in requests_to(rule, grace):
            status, text = await ask(nobody, address, body, "inbox_nothing")
            assert status < 500 and not _told(text, body), address
            assert status != 200 or rule in ("/sign-in",), address

    assert await everything_of(house.cast.grace) == before


async def test_an_impossible_id_is_not_found(house: House) -> None:
    browser = await house.browser(house.cast.sam)
    _, token = await ApiToken.issue(house.cast.hope, "Sam's program", by=None)
    for id in IMPOSSIBLE:
        await _ask_everywhere(browser, token, id)


async def _ask_everywhere(browser: aiohttp.ClientSession, token: str, id: str) -> None:
    for rule, bodies in BODIES.items():
        if "<" not in rule:
            continue
        address = re.sub(r"<.*?>", id, rule)
        for body in bodies:
            status, _ = await ask(browser, address, body, token)
            assert status in (400, 404, 405), f"{address[:80]} answered {status}"
    for address in (
        f"/inbox/marks?ids={id},{id}",
        f"/broadcasts?before={id}",
        f"/inbox/rows?before=2026-01-01T00:00:00Z_{id}",
        f"/inbox/rows?before=0001-01-01T00:00:00%2B14:00_{id}",
        f"/inbox/rows?before={id}_7",
        f"/inbox/new?q={id}",
        f"/search?q={id}&before={id}",
        f"/search/people?q={id}",
        f"/inbox?view={id}",
        f"/inbox?view=needs-reply&filter={id}&sort={id}",
        f"/inbox?filter=group-{id}",
        f"/inbox/rows?sort=name&before={id}",
    ):
        status, _ = await ask(browser, address, None, token)
        assert status in (200, 400), f"{address[:80]} answered {status}"
    for address, body in (
        ("/inbox", {"member_id": id}),
        ("/inbox", {"phone": id}),
        ("/broadcasts", {"target_type": "groups", "group_ids": id, "body": "Hello"}),
        ("/broadcasts", {"target_type": "individual", "member_ids": id, "body": "Hello"}),
        ("/broadcasts", {"target_type": id, "body": "Hello"}),
        ("/broadcasts", {"target_type": "all", "body": "Hello", "key": id}),
    ):
        status, _ = await ask(browser, address, body, token)
        assert 400 <= status < 500, f"{address} {body} answered {status}"


async def test_volunteers_and_editors_may_not_do_what_owners_do(house: House) -> None:
    grace = await furnish(house.cast)
    before = await everything_of(house.cast.grace)
    for person in (house.cast.daniel, house.cast.mercy):
        browser = await house.browser(person)
        for rule in (
            "/settings/church",
            "/settings/twilio",
            "/settings/staff",
            "/settings/staff/<int:staff_id>/leave",
            "/settings/staff/<int:staff_id>/role",
            "/settings/api-tokens",
            "/settings/api-tokens/<int:token_id>/revoke",
        ):
            for address, body in requests_to(rule, grace):
                status, _ = await ask(browser, address, body, "")
                if body is not None:
                    assert status == 403, f"{address} answered {status}"
    after = await everything_of(house.cast.grace)
    assert {k: v for k, v in after.items() if k != "Session"} == {
        k: v for k, v in before.items() if k != "Session"
    }
    assert await Staff.filter(church=house.cast.grace, left_at=None).count() == 3
