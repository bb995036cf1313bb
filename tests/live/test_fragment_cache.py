"""A rendered fragment serves everyone, and no one sees an outdated one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from tortoise.models import Model

from inbox.clock import now
from inbox.keys import new_key
from inbox.live.fragment_cache import FragmentCache
from inbox.live.fragments import Fragments
from inbox.models import Broadcast, Church, Conversation, Media, Mention, Message
from inbox.models.conversations import thread
from inbox.render import render
from tests.cast import Cast

ENGLISH, SPANISH = Church(language="en", country="US"), Church(language="es", country="US")

fragments = Fragments()

# Values for columns that do not accept just any value of their type.
OTHERS = {
    "state": "snoozed",
    "status": "failed",
    "kind": "note",
    "last_kind": "out",
    "last_status": "failed",
    "error_code": "30003",
    "event": "done",
    "notify_days": "012",
}


@pytest.fixture
async def conversation(cast: Cast) -> Conversation:
    """Naomi waits, her conversation is assigned to Daniel, and Mercy is mentioned."""
    shown = await cast.conversation()
    note = await _said(cast, shown, kind="note", author=cast.ruth, body="@Mercy Lind?")
    await Mention.create(staff=cast.mercy, conversation=shown, message=note)
    await Conversation.filter(id=shown.id).update(
        assignee_id=cast.daniel.id,
        last_at=now(),
        last_body="Could somebody drive me?",
        last_kind="in",
        last_status="received",
        needs_reply_since=now(),
        scheduled_for=now() + timedelta(hours=1),
    )
    return await cast.conversation()


async def _said(cast: Cast, conversation: Conversation, **values: Any) -> Message:
    usual: dict[str, Any] = {"status": "received", "revision": 1, "position": 1, "key": new_key()}
    return await Message.create(
        church=cast.grace,
        conversation=conversation,
        phone_number=cast.grace_number,
        **usual | values,
    )


async def test_a_row_is_rendered_once_for_all_viewers(conversation: Conversation) -> None:
    again = await Conversation.whole().get(id=conversation.id)
    first, second = fragments.row(ENGLISH, conversation), fragments.row(ENGLISH, again)
    assert first is second
    assert "Naomi Park" in first
    assert fragments.row(SPANISH, again) != first
    assert "data-listed" in fragments.row(ENGLISH, again, listed=True)


async def test_any_change_to_a_row_renders_it_again(conversation: Conversation) -> None:
    assert conversation.assignee
    shown = (conversation, conversation.member, conversation.phone_number, conversation.assignee)
    before, seen = fragments.row(ENGLISH, conversation), 0
    for model in (*shown, *conversation.mentions):
        for _ in _changed(model):
            row = fragments.row(ENGLISH, conversation)
            facts = {"country": "US", "conversation": conversation, "listed": False}
            assert row == render("en", "conversations/_row.html", **facts)
            seen += row != before
    assert seen > 15


async def test_any_change_to_a_bubble_renders_it_again(
    cast: Cast, conversation: Conversation
) -> None:
    broadcast = await Broadcast.create(
        church=cast.grace,
        phone_number=cast.grace_number,
        author=cast.ruth,
        body="{first_name}, the picnic is off",
        target_type="everyone",
        send_after=now(),
        key=new_key(),
    )
    copy = await _said(cast, conversation, kind="out", body="Naomi, it is off", broadcast=broadcast)
    answer = await _said(cast, conversation, kind="in", body="Good", answers=broadcast)
    address = "https://example.com/picture"
    await Media.create(
        church=cast.grace, message=answer, provider_url=address, content_type="image/png"
    )
    reply = await _said(
        cast,
        conversation,
        kind="out",
        author=cast.ruth,
        body="Yes",
        status="queued",
        send_after=now() + timedelta(seconds=5),
    )
    seen = 0
    await _quotes_anew(answer, copy)
    for message in await thread.bubbles().filter(id__in=[answer.id, reply.id]):
        member = message.conversation.member
        models = [message, member, message.author, *message.pictures]
        before = fragments.message(ENGLISH, message)
        for model in filter(None, models):
            for _ in _changed(model):
                bubble = fragments.message(ENGLISH, message)
                if not message.is_undone:
                    assert bubble == render(
                        "en", "messages/_message.html", country="US", message=message
                    )
                seen += bubble != before
        assert fragments.message(ENGLISH, message) is before
    assert seen > 15


async def _quotes_anew(answer: Message, copy: Message) -> None:
    before = fragments.message(ENGLISH, await thread.bubbles().get(id=answer.id))
    assert "it is off" in before
    await Message.filter(id=copy.id).update(body="It is on")
    again = fragments.message(ENGLISH, await thread.bubbles().get(id=answer.id))
    assert "It is on" in again


def test_the_cache_is_bounded_and_drops_the_least_recently_used() -> None:
    drawings, made = FragmentCache(most=2), []

    def drawn(name: str) -> None:
        drawings.drawn((name,), lambda: made.append(name) or name)  # type: ignore[func-returns-value]

    for name in ("Ruth", "Daniel", "Ruth", "Mercy", "Ruth", "Daniel"):
        drawn(name)
    assert made == ["Ruth", "Daniel", "Mercy", "Daniel"]


def _changed(model: Model) -> Iterator[None]:
    """Each column in turn gets another value."""
    for column, field in model._meta.fields_map.items():
        if column in model._meta.fields_db_projection:
            value = getattr(model, column)
            if (other := OTHERS.get(column) or _other(value, field.field_type)) is not None:
                with _set(model, column, other):
                    yield


def _other(value: Any, kind: Any) -> Any:
    if isinstance(value, bool) or kind is bool:
        return not value
    if isinstance(value, datetime) or kind is datetime:
        return (value or now()) + timedelta(minutes=1)
    if isinstance(value, int) or kind is int:
        return (value or 0) + 1
    if isinstance(value, str) or kind is str:
        return f"{value or ''}1"
    return None


@contextmanager
def _set(model: Model, column: str, other: Any) -> Iterator[None]:
    value = getattr(model, column)
    setattr(model, column, other)
    try:
        yield
    finally:
        setattr(model, column, value)
