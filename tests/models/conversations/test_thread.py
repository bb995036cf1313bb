"""A bubble shows what was sent, whatever has changed since."""

from inbox.keys import new_key
from inbox.live.fragments import Fragments
from inbox.models import Church, Member, Message
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.conversations import thread
from inbox.models.texts.receive import receive
from tests.cast import NAOMI, STRANGER, Cast
from tests.models.queueing import sid


async def answered(cast: Cast, phone: str, words: str) -> Message:
    """A member's text after a broadcast to everyone."""
    broadcast = await compose_broadcast(
        cast.grace, by=cast.ruth, body="Hi {first_name}, soup?", target_type="all", key=new_key()
    )
    while await enlist(broadcast):
        pass
    received = await receive(cast.grace_number, sid=sid(1), from_=phone, body=words)
    assert received
    answer = await Message.get(id=received.messages[0].id)
    assert answer.answers_id == broadcast.id, "the premise"
    return answer


async def drawn(cast: Cast, answer: Message) -> list[str]:
    """The bubble on a page, and as it is pushed."""
    church = await Church.get(id=cast.grace.id)
    conversation = await cast.conversation(
        await Member.get(conversations__id=answer.conversation_id)
    )
    [on_page] = [one for one in (await thread.newest(conversation)).messages if one.id == answer.id]
    pushed = await thread.bubbles().get(id=answer.id)
    caught_up = await thread.changed_since(conversation, answer.revision - 1, 10)
    [missed] = [one for one in caught_up if one.id == answer.id]
    fragments = Fragments()
    return [fragments.message(church, one) for one in (on_page, pushed, missed)]


async def test_an_answer_quotes_what_that_member_got(cast: Cast) -> None:
    answer = await answered(cast, NAOMI, "Yes please")
    await Member.filter(id=cast.naomi.id).update(name="Noemí Parque")
    await Church.filter(id=cast.grace.id).update(language="es")
    for bubble in await drawn(cast, answer):
        assert "«\u2068Hi Naomi, soup?\u2069»" in bubble or "«Hi Naomi, soup?»" in bubble


async def test_a_substitute_is_quoted_in_the_language_it_was_sent_in(cast: Cast) -> None:
    await Member.create(church=cast.grace, phone=STRANGER)
    answer = await answered(cast, STRANGER, "Who is this?")
    await Church.filter(id=cast.grace.id).update(language="es")
    for bubble in await drawn(cast, answer):
        assert "Hi friend, soup?" in bubble and "amigo" not in bubble
