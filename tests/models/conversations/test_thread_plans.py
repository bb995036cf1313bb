"""A page of a thread is read from its index, in order, however long the thread is."""

import json
import re
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from inbox import db
from inbox.models import Conversation, Message
from inbox.models.change import change
from inbox.models.conversations import thread
from inbox.models.conversations.thread import Stretch
from tests.cast import Cast
from tests.costs import asked, cost_of
from tests.large import fill

INDEX = "conversation_id, position, id"
LONG = 3_000

pytestmark = pytest.mark.parametrize("analyzed", [False, True])


async def a_long_thread(cast: Cast, analyzed: bool) -> Conversation:
    """Among others, and with two bubbles for each change."""
    conversation = await fill(cast, members=40, texts=LONG // 30)
    await db.rows(
        "insert into message (church_id, conversation_id, phone_number_id, kind, body, status, "
        "key, segments, revision, position, retried, priority, attempts, resent, created_at) "
        "select church_id, ?, phone_number_id, kind, body, status, 'x' || id, segments, revision, "
        "id / 2, retried, priority, attempts, resent, created_at from message "
        f"where conversation_id <> ? order by id limit {LONG}",
        conversation.id,
        conversation.id,
    )
    if analyzed:
        await db.rows("analyze")
    return await Conversation.whole().get(id=conversation.id)


async def steps_of(sql: str, values: list[object]) -> list[str]:
    """The database's plan, as text."""
    if not db.speaks_postgres():
        return [one["detail"] for one in await db.rows(f"explain query plan {sql}", *values)]
    marked = re.sub(r"\$\d+", "?", sql)
    [found] = await db.rows(f"explain (format json) {marked}", *values)
    plan = found["QUERY PLAN"]
    [whole] = json.loads(plan) if isinstance(plan, str) else plan
    return _nodes(whole["Plan"])


def _nodes(plan: dict[str, object]) -> list[str]:
    below = plan.get("Plans", [])
    assert isinstance(below, list)
    here = f"{plan['Node Type']} {plan.get('Index Name', '')} {plan.get('Index Cond', '')}"
    return [here, *(one for each in below for one in _nodes(each))]


async def pages_read(conversation: Conversation) -> list[list[str]]:
    """For the pages above, below, and around a bubble in the middle, and for the last page."""
    texts = Message.filter(conversation_id=conversation.id)
    middle = await texts.order_by("position", "id").offset(LONG // 2).limit(1)
    found = []
    readings: list[Callable[[], Awaitable[Stretch]]] = [
        lambda: thread.before(conversation, middle[0].place),
        lambda: thread.after(conversation, middle[0].place),
        lambda: thread.around(conversation, middle[0]),
        lambda: thread.newest(conversation),
    ]
    for reading in readings:
        with asked() as statements:
            stretch = await reading()
        assert len(stretch.messages) == thread.PAGE
        pages = [one for one in statements if " ORDER BY " in one[0] and "position" in one[0]]
        assert pages, statements
        found += [await steps_of(*one) for one in pages]
    return found


async def test_each_page_comes_from_the_index_without_a_sort(cast: Cast, analyzed: bool) -> None:
    conversation = await a_long_thread(cast, analyzed)
    [index] = await _index_names()
    plans = await pages_read(conversation)
    assert len(plans) == 5
    for steps in plans[:4]:
        assert any(index in one and re.search("position.*[<>]", one) for one in steps), steps
    if db.speaks_postgres() and not analyzed:
        # The newest page has no range to begin at. Without statistics, PostgreSQL believes that
        # every thread is short, and sorts it.
        plans = plans[:4]
    for steps in plans:
        assert any(index in one for one in steps), steps
        assert not any("TEMP B-TREE" in one or one.startswith("Sort") for one in steps), steps


async def test_a_page_of_a_long_thread_costs_as_much_as_one_of_a_short_thread(
    cast: Cast, analyzed: bool
) -> None:
    # PostgreSQL collects them by itself, within a minute of so many new texts.
    long = await a_long_thread(cast, analyzed or db.speaks_postgres())
    short = await Conversation.whole().exclude(id=long.id).filter(last_at__isnull=False).first()
    assert short
    costs = []
    for here, above in ((short, 60), (long, LONG // 2)):
        texts = Message.filter(conversation_id=here.id).order_by("position", "id")
        [middle] = await texts.offset(above).limit(1)
        costs.append(await cost_of(partial(thread.before, here, middle.place)))
    assert 0 < costs[1] <= 1.2 * costs[0], costs


async def test_catching_up_reads_the_changes_and_not_the_thread(cast: Cast, analyzed: bool) -> None:
    long = await a_long_thread(cast, analyzed)
    short = await Conversation.whole().exclude(id=long.id).filter(last_at__isnull=False).first()
    assert short
    costs = []
    for here in (short, long):
        texts = Message.filter(conversation_id=here.id).order_by("-position", "-id")
        for message in (await texts.first(), await Message.filter(conversation_id=here.id).first()):
            assert message
            async with change(here.id) as revision:
                await Message.filter(id=message.id).update(revision=revision)
        with asked() as statements:
            found = await thread.changed_since(here, revision - 2, 201)
        assert len(found) == 2 and found == sorted(found, key=lambda one: one.place)
        steps = await steps_of(*statements[0])
        assert any(re.search("revision.*>", one) for one in steps), steps
        costs.append(await cost_of(partial(thread.changed_since, here, revision - 2, 201)))
    assert 0 < costs[1] <= 1.2 * costs[0], costs


async def _index_names() -> list[str]:
    if db.speaks_postgres():
        rows = await db.rows("select indexname as name, indexdef as sql from pg_indexes")
    else:
        rows = await db.rows("select name, sql from sqlite_master where type = 'index'")
    defined = [(one["name"], (one["sql"] or "").replace('"', "")) for one in rows]
    return [name for name, sql in defined if f"({INDEX})" in sql]
