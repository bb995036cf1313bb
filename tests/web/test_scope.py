"""When volunteers are limited to one number, they see no other: on every address, in every room,
and in every notification.
"""

import pytest

from inbox.keys import new_key
from inbox.models import Draft, Member, Message, PhoneNumber
from inbox.models.conversations.search_index import SearchIndex
from inbox.models.scope import Scope, Viewer
from inbox.models.texts.receive import receive
from inbox.models.texts.reply import reply
from inbox.work.push import notices_of
from tests.cast import NAOMI
from tests.house import House
from tests.live.browser import browsers
from tests.web.test_isolation import BODIES, SECRET, ask, furnish, requests_to

# SECRET as it appears on a screen: found words are marked.
WORDS = "The soup is for"
# What has its address below a conversation, or belongs to a number as conversations do.
OF_A_NUMBER = ("<int:conversation_id>", "<int:message_id>", "<int:media_id>", "<int:broadcast_id>")


@pytest.fixture
async def youth(house: House, monkeypatch: pytest.MonkeyPatch) -> PhoneNumber:
    """The number of Grace Chapel that volunteers see; the church's main number is another."""
    main = house.cast.grace_number
    number = await PhoneNumber.create(
        church=house.cast.grace,
        number="+12025550101",
        sid="PN" + "8" * 32,
        send_rate=0,
        connected_at=main.connected_at.replace(year=2020),
    )

    def of(viewer: Viewer) -> Scope:
        is_volunteer = getattr(viewer, "role", None) == "volunteer"
        return Scope(viewer.church_id, number.id if is_volunteer else None)

    monkeypatch.setattr(Scope, "of", of)
    return number


async def test_no_address_shows_them_anything_of_another_number(
    house: House, youth: PhoneNumber
) -> None:
    grace = await furnish(house.cast)
    mine = await Draft.get()
    await Draft.create(
        staff=house.cast.mercy, conversation_id=mine.conversation_id, kind="reply", body=SECRET
    )
    while await SearchIndex().catch_up():
        pass
    texts = Message.filter(kind__in=("out", "note"))
    before = await texts.count()
    mercy = await house.browser(house.cast.mercy)
    ruth = await house.browser(house.cast.ruth)
    shown = set()
    for rule in BODIES:
        if rule.startswith("/api/") or rule == "/sign-out":
            continue
        for address, body in requests_to(rule, grace):
            status, text = await ask(mercy, address, body, "")
            assert status < 500 and WORDS not in text, f"{address} answered {status}"
            if any(id in rule for id in OF_A_NUMBER):
                assert status in (403, 404), f"{address} answered {status}"
            if body is None and WORDS in (await ask(ruth, address, None, ""))[1]:
                shown.add(rule)
    assert shown >= {"/inbox", "/search", "/broadcasts"}, "the premise"
    assert await texts.count() == before


async def test_no_room_shows_them_anything_of_another_number(
    house: House, youth: PhoneNumber
) -> None:
    cast = house.cast
    other = await cast.conversation()
    async with browsers(house, cast.mercy, cast.daniel) as (mercy, daniel):
        for one in (mercy, daniel):
            for room in ("inbox", "counts", "broadcasts"):
                assert (await one.join(room, have={}))["ok"]
        assert (await daniel.join(f"conversation:{other.id}"))["ok"]
        for room in (f"conversation:{other.id}", f"church:{cast.grace.id}:inbox"):
            assert await mercy.join(room) == {"ok": False, "reason": "not_here"}

        await house.text(NAOMI, "A secret")
        await reply(await cast.conversation(), by=cast.daniel, body="A secret", key=new_key())
        house.app.context.wake_worker()
        await daniel.say(other.id, "viewing")
        await house.settled()
        for one in (mercy, daniel):
            await one.hear()
        assert "A secret" in daniel.html and daniel.presence
        assert "Naomi" not in mercy.html and not mercy.presence
        answer = await mercy.join("inbox", have={f"conversation_{other.id}": 0})
        assert "Naomi" not in answer["html"]

        # The premise: they do hear about their own number.
        told = await receive(youth, sid="SM" + "1" * 32, from_=NAOMI, body="For the youth")
        assert told
        house.screens.show_messages_soon(told.messages)
        await house.settled()
        for one in (mercy, daniel):
            await one.hear()
            assert "For the youth" in one.html
        assert ('id="counts"' in mercy.html) and ">1<" in mercy.html


async def test_no_notification_is_about_another_number(house: House, youth: PhoneNumber) -> None:
    cast = house.cast
    for n, number in enumerate((cast.grace_number, youth)):
        assert await receive(number, sid=f"SM{n:032d}", from_=NAOMI, body="Hello")
    await Member.filter(id=cast.naomi.id).update(name="Naomi Park")
    with_these = Message.all().select_related(
        "author", "conversation__member", "conversation__church"
    )
    news = await with_these.order_by("id")
    for person, count in ((cast.mercy, 1), (cast.daniel, 2)):
        await person.prefer(notify="all")
        assert len(await notices_of(person, news)) == count
