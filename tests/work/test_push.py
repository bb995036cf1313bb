"""Who is notified, by each person's preferences, and what the push service can see of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.context import Context
from inbox.keys import new_key
from inbox.models import Message, PushKey, PushSubscription, ReadMark, Session
from inbox.models.conversations.triage import assign
from inbox.models.push import MAX_BROWSERS, PushProblem
from inbox.models.texts.notes import add_note
from inbox.models.texts.receive import Received, receive
from inbox.providers.public_only import is_private
from inbox.providers.push import PushHttp
from inbox.seal import Seal
from inbox.work.push import MAX_NOTICES, Push
from tests.cast import GEORGE, LYDIA, NAOMI, Cast
from tests.house import until
from tests.models.queueing import sid
from tests.work.pushes import HOST, PushService, push_service

BODY = "My mother died this morning"


@pytest.fixture
async def service(context: Context) -> AsyncIterator[PushService]:
    context.push = PushHttp(allowed_host=HOST)
    async with push_service() as service:
        yield service


@pytest.fixture
def push(context: Context) -> Push:
    return Push(context, look_first=timedelta(0))


async def text(cast: Cast, number: int = 1, from_: str = NAOMI, body: str = BODY) -> Received:
    to = cast.hope_number if from_ == LYDIA else cast.grace_number
    received = await receive(to, sid=sid(number), from_=from_, body=body)
    assert received
    return received


async def round_of(push: Push) -> None:
    """All notifications due by now have been sent."""
    assert await push.round() is False
    await push.finish()


async def prefer(person: Any, **chosen: Any) -> None:
    await person.prefer(**chosen)


async def test_notifications_name_the_sender_and_never_the_text(
    cast: Cast, context: Context, service: PushService, push: Push
) -> None:
    await prefer(cast.ruth, notify="all")
    await service.browser(cast.ruth)
    await text(cast)
    await round_of(push)
    [pushed] = service.pushed["Ruth"]
    conversation = await cast.conversation()
    assert pushed.notice == {
        "title": "Naomi Park wrote",
        "text": "Grace Chapel",
        "url": f"/inbox/{conversation.id}",
        "topic": f"c{conversation.id}",
    }
    assert BODY not in str(pushed.notice) and BODY.encode() not in pushed.body
    assert b"Naomi" not in pushed.body and "Naomi" not in str(pushed.headers)
    # Signed by this installation, for this push service, with an expiry.
    key = await PushKey.get()
    claims = pushed.claims(key.public_key)
    assert claims["sub"] == "mailto:inbox@localhost"
    assert datetime.fromtimestamp(claims["exp"], UTC) < datetime.now(UTC) + timedelta(hours=25)
    assert (pushed.headers["TTL"], pushed.headers["Urgency"]) == ("14400", "high")
    # And once.
    await round_of(push)
    assert service.told("Ruth") == ["Naomi Park wrote"]


async def test_mine_is_what_is_assigned_to_me(cast: Cast, service: PushService, push: Push) -> None:
    for person in (cast.ruth, cast.daniel, cast.mercy):
        await service.browser(person)
    await prefer(cast.mercy, notify="none")
    await text(cast)
    await round_of(push)
    assert service.pushed == {}, "assigned to no one yet, and no one wants everything"
    await assign(await cast.conversation(), cast.daniel, by=cast.ruth)
    await text(cast, 2)
    await round_of(push)
    assert service.pushed.keys() == {"Daniel"}


async def test_mentioned_staff_are_notified_of_a_note(
    cast: Cast, service: PushService, push: Push
) -> None:
    for person in (cast.ruth, cast.daniel, cast.mercy):
        await service.browser(person)
    await prefer(cast.mercy, notify="none")
    conversation = await cast.conversation()
    body = "@Daniel Ortiz and @Mercy Lind, her mother died"
    note = await add_note(conversation, by=cast.ruth, body=body, key=new_key())
    assert note.notify, "the premise"
    await round_of(push)
    assert service.pushed.keys() == {"Daniel"}
    [pushed] = service.pushed["Daniel"]
    assert pushed.notice["title"] == "Ruth Adeyemi mentioned you"
    assert pushed.notice["text"] == "In a private note about Naomi Park"
    assert "died" not in str(pushed.notice)


async def test_texts_read_meanwhile_cause_no_notification(
    cast: Cast, context: Context, service: PushService, push: Push
) -> None:
    for person in (cast.ruth, cast.daniel):
        await prefer(person, notify="all")
        await service.browser(person)
    await text(cast)
    # Not at once: they may be looking at it.
    await round_of(Push(context))
    assert service.pushed == {}
    await ReadMark.set(cast.ruth, await cast.conversation())
    await round_of(push)
    assert service.pushed.keys() == {"Daniel"}


async def test_nobody_is_notified_on_their_free_days(
    cast: Cast, service: PushService, push: Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    weekday = str(datetime.now(UTC).weekday())
    await type(cast.grace).filter(id=cast.grace.id).update(timezone="UTC")
    for person in (cast.ruth, cast.daniel):
        await prefer(person, notify="all")
        await service.browser(person)
    others = "0123456".replace(weekday, "")
    await prefer(cast.ruth, notify_days=others)
    await text(cast)
    await round_of(push)
    assert service.pushed.keys() == {"Daniel"}


async def test_a_browser_that_never_answers_delays_nobody_else(
    cast: Cast, service: PushService, push: Push
) -> None:
    for person in (cast.ruth, cast.daniel, cast.sam):
        await prefer(person, notify="all")
        await service.browser(person)
    service.silent = {"Ruth"}

    async def knows(name: str) -> bool:
        return bool(service.held and service.told(name))

    await text(cast)
    assert await push.round() is False
    await until(lambda: knows("Daniel"))
    for number in range(2, 6):
        await text(cast, number)
        assert await push.round() is False
    await text(cast, 6, from_=LYDIA)
    assert await push.round() is False
    await until(lambda: knows("Sam"))
    service.speak()
    await push.finish()
    assert service.told("Ruth") == ["Naomi Park wrote"] * 2, "those that arrived meanwhile are one"


async def test_another_church_gets_no_notification(
    cast: Cast, service: PushService, push: Push
) -> None:
    for person in (cast.ruth, cast.sam):
        await prefer(person, notify="all")
        await service.browser(person)
    await text(cast)
    await round_of(push)
    assert service.pushed.keys() == {"Ruth"}
    await text(cast, 2, LYDIA)
    await round_of(push)
    assert service.told("Sam") == ["Lydia Cole wrote"] and len(service.told("Ruth")) == 1


async def test_several_texts_from_one_or_many_members_are_one_notification(
    cast: Cast, service: PushService, push: Push
) -> None:
    await prefer(cast.ruth, notify="all")
    await service.browser(cast.ruth)
    for number in range(3):
        await text(cast, number, NAOMI)
        await text(cast, 10 + number, GEORGE)
    await round_of(push)
    assert sorted(service.told("Ruth")) == ["George Bell wrote", "Naomi Park wrote"]
    service.pushed.clear()
    for number in range(MAX_NOTICES + 1):
        await text(cast, 20 + number, f"+1312555010{number}")
    await round_of(push)
    assert service.told("Ruth") == [f"{MAX_NOTICES + 1} people wrote"]


async def test_an_expired_subscription_is_deleted_and_the_others_are_notified(
    cast: Cast, service: PushService, push: Push
) -> None:
    await prefer(cast.ruth, notify="all")
    for name in ("laptop", "phone"):
        await service.browser(cast.ruth, name)
    service.statuses = [410]
    await text(cast)
    await round_of(push)
    assert await PushSubscription.all().count() == 1
    assert len(service.pushed) == 1 and service.asked == 2


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_failing_service_is_retried_twice_and_then_left_alone(
    cast: Cast, service: PushService, push: Push, status: int
) -> None:
    await prefer(cast.ruth, notify="all")
    await service.browser(cast.ruth)
    service.statuses = [status]
    await text(cast)
    await round_of(push)
    assert service.told("Ruth") == ["Naomi Park wrote"] and service.asked == 2
    service.statuses = [status] * 9
    await text(cast, 2)
    await round_of(push)
    await round_of(push)
    assert len(service.told("Ruth")) == 1 and service.asked == 4
    assert await PushSubscription.all().count() == 1


async def test_a_subscription_ends_with_its_session(
    cast: Cast, service: PushService, push: Push
) -> None:
    await prefer(cast.ruth, notify="all")
    session = await service.browser(cast.ruth, "laptop")
    other = await service.browser(cast.ruth, "phone")
    await session.delete()
    assert [one.endpoint for one in await PushSubscription.all()] == [service.endpoint("phone")]
    expired = datetime.now(UTC) - timedelta(seconds=1)
    await Session.filter(id=other.id).update(expires_at=expired)
    await text(cast)
    await round_of(push)
    assert service.asked == 0


async def test_former_staff_are_not_notified(cast: Cast, service: PushService, push: Push) -> None:
    await prefer(cast.daniel, notify="all")
    await service.browser(cast.daniel)
    await text(cast)
    await cast.daniel.leave(by=cast.ruth)
    await round_of(push)
    assert service.asked == 0


async def test_old_texts_cause_no_notification(
    cast: Cast, service: PushService, push: Push
) -> None:
    await prefer(cast.ruth, notify="all")
    await service.browser(cast.ruth)
    await text(cast)
    hours_ago = datetime.now(UTC) - timedelta(hours=2)
    await Message.all().update(created_at=hours_ago)
    await round_of(push)
    assert service.asked == 0 and not await Message.filter(notify=True).exists()


async def test_a_church_without_subscriptions_causes_no_queries(
    cast: Cast, service: PushService
) -> None:
    await text(cast)
    assert not await Message.filter(notify=True).exists()
    await service.browser(cast.ruth)
    await text(cast, 2, from_=LYDIA)
    assert not await Message.filter(notify=True).exists()
    await text(cast, 3)
    assert (await Message.get(notify=True)).church_id == cast.grace.id


async def test_a_browser_belongs_to_one_person_only(cast: Cast, service: PushService) -> None:
    ruths = await service.browser(cast.ruth, "laptop")
    sams, _ = await Session.begin(cast.sam, "elsewhere")
    stranger = PushService(url=service.url)
    with pytest.raises(PushProblem):
        await PushSubscription.begin(sams, **stranger.form("laptop"))
    assert (await PushSubscription.get()).session_id == ruths.id
    # The same browser with the same keys, after someone else signed in.
    daniels, _ = await Session.begin(cast.daniel, "the same laptop")
    await PushSubscription.begin(daniels, **service.form("laptop"))
    assert (await PushSubscription.get()).staff_id == cast.daniel.id
    # No one ends another person's subscription.
    await PushSubscription.end(cast.ruth, service.endpoint("laptop"))
    assert await PushSubscription.exists()
    await PushSubscription.end(cast.daniel, service.endpoint("laptop"))
    assert not await PushSubscription.exists()


async def test_only_the_newest_of_many_browsers_count(cast: Cast, service: PushService) -> None:
    for number in range(MAX_BROWSERS + 2):
        await service.browser(cast.ruth, f"browser{number}")
    kept = await PushSubscription.all().order_by("id").values_list("endpoint", flat=True)
    assert len(kept) == MAX_BROWSERS and kept[0] == service.endpoint("browser2")


@pytest.mark.parametrize("key", ["", "AAAA", "x" * 87, "é", "A" * 9_000, "%%%"])
async def test_an_invalid_key_is_not_stored(cast: Cast, service: PushService, key: str) -> None:
    session, _ = await Session.begin(cast.ruth, "a browser")
    good = service.form("x")
    for wrong in ({"p256dh": key}, {"auth": key}):
        with pytest.raises(PushProblem):
            await PushSubscription.begin(session, **good | wrong)
    await PushSubscription.begin(session, **good)


ELSEWHERE = [
    "http://push.example/1",
    "https://127.0.0.1/1",
    "https://[::1]/1",
    "https://[::ffff:10.0.0.1]/1",
    "https://[64:ff9b::10.0.0.1]/1",
    "https://10.0.0.7/1",
    "https://169.254.169.254/latest",
    "https://\uff11\uff12\uff17.0.0.1/1",
    "https://127\u30020.0.1/1",
    "https://localhost/1",
    "https://push.example:8443/1",
    "https://user@push.example/1",
    "ftp://push.example/1",
    "https://[",
    "push.example",
    "https://push.example/" + "x" * 600,
    "",
]


@pytest.mark.parametrize("endpoint", ELSEWHERE)
def test_no_push_goes_to_our_own_network(endpoint: str) -> None:
    assert not PushHttp().may_send_to(endpoint)
    assert PushHttp().may_send_to("https://fcm.googleapis.com/fcm/send/abc:123"), "the premise"
    assert not is_private("64:ff9b::8.8.8.8") and not is_private("2001:4860:4860::8888")


async def test_no_push_goes_to_a_name_that_points_to_our_network(
    cast: Cast, context: Context, service: PushService, push: Push
) -> None:
    await prefer(cast.ruth, notify="all")
    await service.browser(cast.ruth)
    port = service.url.rpartition(":")[2]
    there = f"http://localhost:{port}/push/Ruth"
    await PushSubscription.all().update(endpoint=there)
    wire = PushHttp()
    wire.may_send_to = lambda endpoint: True  # type: ignore[method-assign]
    context.push = wire
    await text(cast)
    await round_of(push)
    assert service.asked == 0
    # The premise: without that check the request would have reached it.
    context.push = PushHttp(allowed_host="localhost")
    await text(cast, 2)
    await round_of(push)
    assert service.asked == 1
    await wire.close()


async def test_the_key_is_sealed_and_created_once(cast: Cast, context: Context) -> None:
    key = await PushKey.ours(context.seal)
    again = await PushKey.ours(context.seal)
    assert again.public_key == key.public_key and await PushKey.all().count() == 1
    assert key.private_key_sealed.startswith("gAAAA")
    assert len(key.private_key(context.seal)) == 43


async def test_an_unreadable_key_is_replaced(
    cast: Cast, context: Context, service: PushService
) -> None:
    from cryptography.fernet import Fernet

    await service.browser(cast.ruth)
    key = await PushKey.ours(context.seal)
    await PushKey.renew_seal(context.seal)
    assert await PushSubscription.exists() and await PushKey.exists(), "the premise"
    lost = Seal((Fernet.generate_key().decode(),))
    await PushKey.renew_seal(lost)
    assert not await PushSubscription.exists()
    assert (await PushKey.ours(lost)).public_key != key.public_key
