"""The worker's search index: every text is found, in whatever order texts arrive."""

from typing import Any

import pytest

from inbox import db
from inbox.config import Config
from inbox.keys import new_key
from inbox.models import Conversation, Message
from inbox.models.conversations.search import find_texts
from inbox.models.conversations.search_index import SearchIndex
from tests.cast import Cast
from tests.models.conversations.test_search import a_text

INSERT = (
    "insert into message (church_id, conversation_id, phone_number_id, kind, body, status, "
    "key, segments, revision, position, retried, priority, attempts, resent, created_at) "
    "values ($1, $2, $3, 'in', $4, 'received', $5, 1, 1, 1, false, 0, 0, 0, now()) returning id"
)


async def found(cast: Cast) -> list[str]:
    return [one.body for one in await find_texts(cast.ruth, "soup")]


async def insert(connection: Any, conversation: Conversation, body: str) -> int:
    place = (conversation.church_id, conversation.id, conversation.phone_number_id)
    return int(await connection.fetchval(INSERT, *place, body, new_key()))


# On SQLite, writers take turns.
@pytest.mark.only_on("postgres")
async def test_a_text_that_is_committed_after_later_ones_is_not_forgotten(
    config: Config, cast: Cast
) -> None:
    conversation = await cast.conversation()
    index = SearchIndex()
    slow = await db.connect_apart(config)
    try:
        begun = slow.transaction()
        await begun.start()
        earlier = await insert(slow, conversation, "Slow soup")
        quick = a_text(conversation, "Quick soup")
        await quick.save()
        assert earlier < quick.id
        for _ in range(5):
            await index.catch_up()
        assert await found(cast) == ["Quick soup"]
        await begun.commit()
    finally:
        await slow.close()
    await index.catch_up()
    assert await found(cast) == ["Quick soup", "Slow soup"]


async def test_two_workers_do_the_work_of_one(cast: Cast) -> None:
    conversation = await cast.conversation()
    await Message.bulk_create([a_text(conversation, f"Soup {n}") for n in range(30)])
    one, other = SearchIndex(), SearchIndex()
    for _ in range(3):
        await one.catch_up()
        await other.catch_up()
    assert len(await find_texts(cast.ruth, "soup", limit=100)) == 30
