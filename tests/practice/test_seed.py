"""The practice church looks as if everything had really happened, with nothing left to send."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from inbox.config import Config
from inbox.context import Context
from inbox.models import (
    Broadcast,
    Church,
    Conversation,
    Group,
    Member,
    Membership,
    Message,
    ReadMark,
    Staff,
)
from inbox.models.broadcasts.audience import Audience
from inbox.models.broadcasts.enqueueing import to_enlist
from inbox.models.broadcasts.progress import counts_of
from inbox.models.conversation import PREVIEW_LENGTH
from inbox.models.conversations.counts import count_views
from inbox.models.scope import Scope
from inbox.practice.seed import PRACTICE_PASSWORD, Practice, seed
from inbox.rules import status_order
from inbox.rules.phone import parse_phone
from inbox.rules.segments import measure
from tests.cast import GRACE_NUMBER, GRACE_SID, GRACE_TOKEN
from tests.conftest import opened
from tests.databases import Databases
from tests.house import Screens

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONSENT = ("opted_out", "opted_in")
MONDAY_MORNING = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("practice")
    with databases.sqlite(folder, with_cast=False):
        yield folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def context(folder: Path) -> AsyncIterator[Context]:
    async with opened(Config.from_environ({"DATA_DIR": str(folder)}), Screens()) as context:
        yield context


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(context: Context) -> Practice:
    """One for all tests, because they only look at it."""
    return await plant(context, MONDAY_MORNING)


async def plant(context: Context, today: datetime) -> Practice:
    return await seed(
        context, today=today, account_sid=GRACE_SID, auth_token=GRACE_TOKEN, number=GRACE_NUMBER
    )


async def talks() -> list[tuple[Conversation, list[Message]]]:
    """Every conversation with its messages, oldest first."""
    said: dict[int, list[Message]] = {}
    for message in await Message.all().order_by("id"):
        said.setdefault(message.conversation_id, []).append(message)
    return [
        (one, said.get(one.id, [])) for one in await Conversation.all().select_related("member")
    ]


async def test_a_practice_church_is_a_believable_size(practice: Practice) -> None:
    members = await Member.all()
    assert 180 <= len(members) <= 220
    assert len({member.name for member in members if member.name}) == len(members) - 3
    assert sum(member.opted_out_at is not None for member in members) == 3
    assert sum(member.unreachable is not None for member in members) == 2
    assert 6 <= await Group.all().count() <= 8
    sizes = Counter(await Membership.all().values_list("group_id", flat=True))
    assert all(8 <= size <= 45 for size in sizes.values())
    shown = [messages for conversation, messages in await talks() if conversation.last_at]
    assert 60 <= len(shown) <= 90
    assert max(map(len, shown)) <= 40
    assert sum(len(messages) >= 4 for messages in shown) >= 60


async def test_no_number_in_a_practice_church_could_be_real(
    practice: Practice,
) -> None:
    phones = [str(one) for one in await Member.all().values_list("phone", flat=True)]
    assert all(phone[5:].startswith("55501") and parse_phone(phone) == phone for phone in phones)
    assert GRACE_NUMBER not in phones


async def test_the_state_of_a_conversation_matches_its_messages(
    practice: Practice,
) -> None:
    for conversation, messages in await talks():
        lifting = [one for one in messages if one.broadcast_id is None and not one.is_event]
        last = lifting[-1] if lifting else None
        assert conversation.last_message_id == (last and last.id)
        assert conversation.last_at == (last and last.created_at)
        assert conversation.last_body == (last.body[:PREVIEW_LENGTH] if last else "")
        assert conversation.last_kind == (last.kind if last else "")
        assert conversation.last_status == (last.status if last else "")
        assert conversation.inbound_count == sum(one.is_inbound for one in messages)
        assert conversation.needs_reply_since == owed_since(messages)
        assert [one.revision for one in messages] == list(range(1, len(messages) + 1))
        assert conversation.revision == len(messages)


def owed_since(messages: list[Message]) -> datetime | None:
    """Dismissed conversations need no reply either; a later text would have opened them again."""
    if any(message.event in ("snoozed", "done") for message in messages):
        return None
    since = None
    for message, after in zip(messages, [*messages[1:], None], strict=True):
        if message.is_outbound and message.broadcast_id is None:
            since = None
        elif message.is_inbound and not (after and after.event in CONSENT):
            since = since or message.created_at
    return since


async def test_nothing_is_left_to_send_when_a_practice_church_opens(practice: Practice) -> None:
    messages = await Message.all()
    assert {message.status for message in messages} <= status_order.FINAL
    assert all(message.settled_at for message in messages if message.is_outbound)
    assert all(message.error_code for message in messages if message.has_failed)
    assert all(message.segments == measure(message.body).count for message in messages)
    assert await to_enlist() == []


async def test_nobody_was_texted_after_they_said_stop(practice: Practice) -> None:
    events = 0
    for conversation, messages in await talks():
        stopped = False
        for message in messages:
            events += message.event in CONSENT
            stopped = {"opted_out": True, "opted_in": False}.get(message.event or "", stopped)
            assert not (stopped and message.is_outbound)
        assert stopped == (conversation.member.opted_out_at is not None)
    assert events == 5


async def test_broadcasts_count_the_outcomes_of_their_copies(practice: Practice) -> None:
    broadcasts = await Broadcast.all().order_by("id")
    counts = [await counts_of(broadcast) for broadcast in broadcasts]
    assert [one.status(count) for one, count in zip(broadcasts, counts, strict=True)] == (
        ["done"] * len(broadcasts)
    )
    assert counts[-1]["opted_out"] == 2 and counts[-1]["unreachable"] == 2
    assert all(count["delivered"] and count["undelivered"] for count in counts)
    for broadcast, count in zip(broadcasts, counts, strict=True):
        asked = Audience.of(broadcast).members().filter(created_at__lt=broadcast.created_at)
        assert sum(count.values()) == await asked.count()
    codes = await Message.filter(broadcast_id__isnull=False).values_list("error_code", flat=True)
    assert {"30003", "30005", "30006"} < set(codes)


async def test_a_few_conversations_need_a_reply_and_pastor_ruth_has_six_to_read(
    practice: Practice,
) -> None:
    waiting = await Conversation.filter(needs_reply_since__isnull=False).order_by("-last_at")
    assert waiting[0].last_at == MONDAY_MORNING - timedelta(minutes=2)
    assert all(
        one.needs_reply_since and MONDAY_MORNING - one.needs_reply_since < timedelta(days=3)
        for one in waiting
    )
    conversations = await Conversation.all()
    marks = await ReadMark.of(practice.owner, [one.id for one in conversations])
    unread = [one.id for one in conversations if marks.get(one.id, 0) < one.inbound_count]
    assert sorted(unread) == sorted(one.id for one in waiting[:6])


async def test_everyone_on_the_staff_has_some_work_and_most_of_it_is_done(
    practice: Practice,
) -> None:
    counts = await count_views(Scope(practice.church.id))
    assert all(counts.of("mine", person.id) for person in practice.people)
    assert counts.views["snoozed"] == 2 and counts.views["new"] and counts.views["unassigned"]
    assert counts.views["done"] > counts.views["all"] / 2
    for conversation, messages in await talks():
        snoozed = [one.body for one in messages if one.event == "snoozed"]
        until = conversation.snoozed_until
        assert snoozed == ([until.isoformat()] if until else [])
        assert until is None or until > MONDAY_MORNING + timedelta(days=1)
        if conversation.state == "open":
            assert not any(one.event == "done" for one in messages)
        names = [one.body for one in messages if one.event in ("taken", "assigned")]
        assert bool(names) == bool(conversation.assignee_id)


async def test_the_most_recent_phones_come_first(practice: Practice) -> None:
    assert [name for _, name in practice.handsets[:3]] == ["Naomi Park", "Dolores Whitfield", ""]
    assert len(practice.handsets) == await Member.all().count()


async def test_the_staff_of_the_practice_church_can_sign_in(
    practice: Practice, context: Context
) -> None:
    assert [person.role for person in practice.people] == ["owner", "editor", "volunteer"]
    assert await Staff.sign_in(practice.owner.email, PRACTICE_PASSWORD) == practice.owner
    assert practice.church.auth_token(context.seal) == GRACE_TOKEN
    authors = set(await Message.filter(kind="out").values_list("author_id", flat=True))
    assert authors == {person.id for person in practice.people}


async def test_seeding_twice_adds_nothing(practice: Practice, context: Context) -> None:
    before = await Message.all().count()
    again = await plant(context, MONDAY_MORNING + timedelta(days=3))
    assert again == practice
    assert await Message.all().count() == before > 500
    assert await Church.all().count() == 1
