"""Every page runs a fixed number of queries, however much there is to show."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from inbox.app import App
from inbox.clock import now
from inbox.context import Context
from inbox.keys import new_key
from inbox.models import Draft, Group, Member, Mention, Message, SavedReply
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.texts.reply import reply
from tests.cast import GRACE_NUMBER, Cast, token_of
from tests.web.test_isolation import BODIES, QUERIES

# The session, the counts in the rail, and then the page's own content. A conversation beside its
# list needs the most. What its rows and bubbles share is fetched once instead of joined, which is
# one query more and half the work.
MAX_QUERIES = 18
# Pages that read files, or continue where another page ended.
NO_PAGES = ("/media/", "/inbox/rows")


class Questions(logging.Handler):
    """Counts the queries in the ORM's log."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.asked.append(record.getMessage())


@pytest.fixture
def questions() -> Iterator[Questions]:
    log, questions = logging.getLogger("tortoise.db_client"), Questions()
    level = log.level
    log.setLevel(logging.DEBUG)
    log.addHandler(questions)
    yield questions
    log.removeHandler(questions)
    log.setLevel(level)


async def furnish(cast: Cast, first: int, people: int) -> dict[str, int]:
    """Adds this many members with something of everything. Returns the first one's ids."""
    group = await Group.create(church=cast.grace, name=f"Group {first}")
    broadcast = await compose_broadcast(
        cast.grace, by=cast.ruth, body="Sunday closing", target_type="all", key=new_key()
    )
    ids = {"group_id": group.id, "broadcast_id": broadcast.id}
    for n in range(first, first + people):
        member = await Member.with_phone(cast.grace.id, f"+1303555{n:04d}", f"Person {n}")
        await group.add([member])
        conversation = await cast.conversation(member)
        for _ in range(3):
            message = await reply(conversation, by=cast.daniel, body="Bless you", key=new_key())
        await Message.create(
            church=cast.grace,
            conversation=conversation,
            phone_number=cast.grace_number,
            broadcast=broadcast,
            kind="out",
            body="Sunday closing",
            status="failed",
            key=new_key(),
            revision=1,
            position=1,
        )
        conversation.assignee, conversation.scheduled_for = cast.ruth, now() + timedelta(days=1)
        conversation.needs_reply_since = now()
        await conversation.save(update_fields=["assignee_id", "scheduled_for", "needs_reply_since"])
        await Mention.create(staff=cast.ruth, conversation=conversation, message=message)
        await Draft.create(staff=cast.ruth, conversation=conversation, kind="reply", body="Dear")
        await SavedReply.create(church=cast.grace, title=f"Reply {n}", body="Thank you")
        ids |= {"conversation_id": conversation.id, "message_id": message.id}
        ids |= {"member_id": member.id}
    return ids


def pages(ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Everything a browser can GET, and its address with these ids."""
    for rule, bodies in BODIES.items():
        if None not in bodies or rule.startswith(("/api/", *NO_PAGES)):
            continue
        address = rule + QUERIES.get(rule, "").format(**ids)
        for name, id in ids.items():
            address = address.replace(f"<int:{name}>", str(id))
        if "<" not in address:
            yield rule, address
    for view in ("needs-reply", "mine", "unassigned", "mentions", "new", "snoozed", "scheduled"):
        yield f"/inbox?view={view}", f"/inbox?view={view}"


async def test_every_page_runs_a_fixed_number_of_queries(
    context: Context, cast: Cast, questions: Questions
) -> None:
    assert cast.grace_number.number == GRACE_NUMBER
    app = App(context.config)
    client = app.quart.test_client()
    cookie = {"Cookie": f"inbox={await token_of(cast.ruth)}"}

    async def asked_by_each(ids: dict[str, int]) -> dict[str, int]:
        asked = {}
        for rule, address in pages(ids):
            for _ in range(2):  # the first request may look up more
                await (
                    app.context.screens.drain()
                )  # left over from what the previous page pushed to the screens
                questions.asked.clear()
                answer = await client.get(address, headers=cookie)
                assert answer.status_code < 400, f"{address} answered {answer.status_code}"
            asked[rule] = len(questions.asked)
        return asked

    few = await asked_by_each(await furnish(cast, 0, 2))
    many = await asked_by_each(await furnish(cast, 2, 30))

    assert len(few) > 20 and min(few.values()) > 0, (
        "the premise: first and further pages were requested"
    )
    assert {rule: (few[rule], many[rule]) for rule in few if many[rule] > few[rule]} == {}
    assert {rule: count for rule, count in many.items() if count > MAX_QUERIES} == {}
