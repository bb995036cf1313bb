"""Who is assigned to a conversation, and whether it is open, snoozed, or done."""

from datetime import UTC, datetime, timedelta
from itertools import product

from inbox.clock import now
from inbox.dom_ids import container, containers
from inbox.models import Broadcast, Conversation, Member, Mention, Message, ReadMark
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.conversations import triage
from inbox.models.conversations.counts import count_views
from inbox.models.conversations.listing import page as page_of
from inbox.models.conversations.views import VIEWS
from inbox.models.message import add_event
from inbox.models.scope import Scope
from tests.cast import GEORGE, Cast
from tests.models.queueing import queue
from tests.models.texts.test_receive import text

NEXT_WEEK = timedelta(days=7)


def lines(messages: list[Message]) -> list[tuple[str | None, int | None, str]]:
    return [(one.event, one.author_id, one.body) for one in messages]


async def a_question(cast: Cast) -> Conversation:
    await text(cast, "Could somebody drive me?", 1)
    conversation = await cast.conversation()
    assert conversation.needs_reply
    return conversation


async def test_each_assignment_is_one_event_even_if_two_press_at_once(cast: Cast) -> None:
    conversation = await a_question(cast)
    given = await triage.assign(conversation, cast.daniel, by=cast.ruth)
    assert lines(given) == [("assigned", cast.ruth.id, "Daniel Ortiz")]
    assert await triage.assign(conversation, cast.daniel, by=cast.mercy) == []
    assert (await cast.conversation()).assignee_id == cast.daniel.id

    taken = await triage.assign(conversation, cast.ruth, by=cast.ruth)
    assert lines(taken) == [("taken", cast.ruth.id, "Ruth Adeyemi")]
    left = await triage.assign(conversation, None, by=cast.mercy)
    assert lines(left) == [("unassigned", cast.mercy.id, "Ruth Adeyemi")]
    assert await triage.assign(conversation, None, by=cast.mercy) == []
    assert await Message.filter(kind="event").count() == 3


async def test_triage_neither_lifts_a_conversation_nor_makes_it_unread(cast: Cast) -> None:
    conversation = await a_question(cast)
    before = await cast.conversation()
    await triage.assign(conversation, cast.daniel, by=cast.ruth)
    await triage.snooze(conversation, now() + NEXT_WEEK, by=cast.ruth)
    await triage.finish(conversation, by=cast.ruth)
    await triage.reopen(conversation, by=cast.ruth)

    after = await cast.conversation()
    assert after.last_at == before.last_at and after.inbound_count == before.inbound_count
    assert (after.last_message_id, after.last_body) == (before.last_message_id, before.last_body)
    assert after.revision == before.revision + 4
    assert after.needs_reply_since == before.needs_reply_since


async def test_a_snooze_hides_needs_reply_and_restores_it_when_it_ends(
    cast: Cast,
) -> None:
    since = (await a_question(cast)).needs_reply_since
    conversation = await cast.conversation()
    until = now() + timedelta(hours=3)
    snoozed = await triage.snooze(conversation, until, by=cast.ruth)
    assert lines(snoozed) == [("snoozed", cast.ruth.id, until.isoformat())]
    assert await triage.snooze(conversation, until, by=cast.ruth) == []
    conversation = await cast.conversation()
    assert (conversation.state, conversation.needs_reply) == ("snoozed", False)

    assert await triage.due_snoozes(10) == []
    assert await triage.wake(conversation, by=None) == [], "it is not due yet"
    await Conversation.filter(id=conversation.id).update(snoozed_until=now())
    [due] = await triage.due_snoozes(10)
    assert lines(await triage.wake(due, by=None)) == [("woke", None, "")]
    assert await triage.wake(due, by=None) == []
    conversation = await cast.conversation()
    assert (conversation.state, conversation.snoozed_until) == ("open", None)
    assert conversation.needs_reply_since == since


async def test_a_conversation_that_needed_no_reply_needs_none_when_it_wakes(cast: Cast) -> None:
    conversation = await a_question(cast)
    await queue(cast)
    await triage.snooze(conversation, now() + NEXT_WEEK, by=cast.ruth)
    await triage.wake(conversation, by=cast.daniel)
    assert not (await cast.conversation()).needs_reply


async def test_a_reply_to_a_snoozed_conversation_settles_it(cast: Cast) -> None:
    conversation = await a_question(cast)
    await triage.snooze(conversation, now() + NEXT_WEEK, by=cast.ruth)
    await queue(cast)
    await triage.wake(conversation, by=cast.ruth)
    assert not (await cast.conversation()).needs_reply


async def test_a_text_wakes_a_snoozed_conversation_at_once(cast: Cast) -> None:
    since = (await a_question(cast)).needs_reply_since
    conversation = await cast.conversation()
    await triage.snooze(conversation, now() + NEXT_WEEK, by=cast.ruth)
    await text(cast, "Never mind the rain, I mean", 2)
    conversation = await cast.conversation()
    assert (conversation.state, conversation.snoozed_until) == ("open", None)
    assert conversation.needs_reply_since == since, "they have waited since the first text"


async def test_done_can_be_undone_and_a_new_text_starts_a_new_wait(
    cast: Cast,
) -> None:
    since = (await a_question(cast)).needs_reply_since
    conversation = await cast.conversation()
    assert lines(await triage.finish(conversation, by=cast.ruth)) == [("done", cast.ruth.id, "")]
    assert await triage.finish(conversation, by=cast.daniel) == []
    assert not (await cast.conversation()).needs_reply
    assert lines(await triage.reopen(conversation, by=cast.daniel)) == [
        ("reopened", cast.daniel.id, "")
    ]
    assert await triage.reopen(conversation, by=cast.daniel) == []
    assert (await cast.conversation()).needs_reply_since == since

    await triage.finish(conversation, by=cast.ruth)
    await text(cast, "One more thing", 2)
    conversation = await cast.conversation()
    assert conversation.state == "open" and since and conversation.needs_reply_since
    assert conversation.needs_reply_since > since


async def test_no_reply_needed_can_be_undone_but_not_by_undoing_done(cast: Cast) -> None:
    since = (await a_question(cast)).needs_reply_since
    conversation = await cast.conversation()
    await triage.need_no_reply(conversation)
    assert not (await cast.conversation()).needs_reply
    await triage.need_reply(conversation)
    assert (await cast.conversation()).needs_reply_since == since
    await triage.need_no_reply(conversation)
    await triage.finish(conversation, by=cast.ruth)
    await triage.need_reply(conversation)
    assert not (await cast.conversation()).needs_reply, "it is set aside"
    await triage.reopen(conversation, by=cast.ruth)
    assert not (await cast.conversation()).needs_reply
    assert await Message.filter(event__in=["done", "reopened"]).count() == 2


async def test_unread_is_personal_and_opening_marks_it_read(cast: Cast) -> None:
    await a_question(cast)
    await text(cast, "On Sunday", 2)
    conversation = await cast.conversation()
    for person in (cast.ruth, cast.daniel):
        await ReadMark.set(person, conversation)
    assert await ReadMark.set_unread(cast.ruth, conversation) == 1
    assert await ReadMark.set_unread(cast.mercy, conversation) == 1, "who never opened it"
    assert (await ReadMark.of(cast.daniel, [conversation.id]))[conversation.id] == 2
    assert await ReadMark.set(cast.ruth, conversation) == 2


async def test_former_staff_keep_no_assignments(cast: Cast) -> None:
    conversation = await a_question(cast)
    await triage.assign(conversation, cast.daniel, by=cast.ruth)
    await triage.release(cast.daniel)
    assert (await cast.conversation()).assignee_id is None


async def test_rows_and_views_agree_about_a_conversation(cast: Cast) -> None:
    """Every combination of state, wait, person, name, and mention: the filter and the fragment
    agree.
    """
    states, people = ("open", "snoozed", "done"), (None, cast.ruth.id, cast.daniel.id)
    for n, (state, waits, person, name) in enumerate(
        product(states, (True, False), people, ("", "Someone"))
    ):
        member = await Member.with_phone(cast.grace.id, f"+1312555{n:04d}", name)
        conversation = await cast.conversation(member)
        await Conversation.filter(id=conversation.id).update(
            state=state,
            needs_reply_since=now() if waits and state == "open" else None,
            assignee_id=person,
            last_at=datetime.now(UTC) if n % 5 else None,
            scheduled_for=now() if n % 3 == 0 else None,
        )
        if n % 4 == 0:
            await _mention(cast, conversation)
    assert len(await page_of(cast.ruth, limit=100)) == 28
    rows = await Conversation.whole(Conversation.visible_to(cast.ruth))
    for staff, view in product((cast.ruth, cast.daniel, cast.mercy), VIEWS):
        listed = await page_of(staff, view, limit=100)
        here = container(view, staff.id)
        assert {row.id for row in listed} == {row.id for row in rows if here in containers(row)}, (
            view
        )
        nobodys = (cast.mercy, "mine"), (cast.daniel, "mentions"), (cast.mercy, "mentions")
        assert bool(listed) == ((staff, view) not in nobodys)

        counts = await count_views(Scope(cast.grace.id))
        assert counts.of(view, staff.id) == len(listed), view


async def _mention(cast: Cast, conversation: Conversation) -> None:
    """A colleague has mentioned Ruth in a note."""
    note = await add_event(conversation, "done", 1, by=cast.daniel)
    await Mention.create(staff=cast.ruth, conversation=conversation, message=note)


async def test_seen_mentions_are_listed_but_not_counted(cast: Cast) -> None:
    conversation = await a_question(cast)
    await _mention(cast, conversation)
    assert (await count_views(Scope(cast.grace.id))).of("mentions", cast.ruth.id) == 1
    assert (await cast.conversation()).unseen_by == [cast.ruth.id]
    await Mention.filter(staff=cast.ruth).update(seen_at=now())
    assert (await count_views(Scope(cast.grace.id))).of("mentions", cast.ruth.id) == 0
    [listed] = await page_of(cast.ruth, "mentions")
    assert listed.unseen_by == [] and any("mentions" in one for one in containers(listed))


async def test_the_rail_shows_the_longest_wait_and_counts_broadcasts(
    cast: Cast,
) -> None:
    counts = await count_views(Scope(cast.grace.id))
    assert (counts.longest_wait, counts.broadcasts) == (None, 0)
    since = (await a_question(cast)).needs_reply_since
    await text(cast, "Hello", from_=GEORGE)
    soon = now() + timedelta(days=1)
    for key, when in (("1", soon), ("2", now())):
        await compose_broadcast(
            cast.grace, by=cast.ruth, body="Soup", target_type="all", key=key, send_after=when
        )
    counts = await count_views(Scope(cast.grace.id))
    assert (counts.longest_wait, counts.broadcasts) == (since, 2)
    broadcast = await Broadcast.get(key="2")
    while await enlist(broadcast):
        pass
    assert (await count_views(Scope(cast.grace.id))).broadcasts == 2, "its copies are queued"
    await Message.filter(broadcast_id=broadcast.id).update(status="sent")
    assert (await count_views(Scope(cast.grace.id))).broadcasts == 1
    await Broadcast.filter(key="1").update(stopped_at=now())
    assert (await count_views(Scope(cast.grace.id))).broadcasts == 0
    assert (await count_views(Scope(cast.hope.id))).longest_wait is None


async def test_another_churchs_conversations_are_not_counted(cast: Cast) -> None:
    await text(cast, "Hello", from_=GEORGE)
    assert (await count_views(Scope(cast.grace.id))).views["all"] == 1
    assert set((await count_views(Scope(cast.hope.id))).views.values()) == {0}
