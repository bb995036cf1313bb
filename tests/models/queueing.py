"""Texts on their way into the outbox."""

from typing import Any

from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Member, Message, PhoneNumber
from inbox.models.outbox import dispatch
from inbox.models.outbox.claimed import Claimed
from inbox.models.outbox.moves import Settled
from inbox.models.texts.reply import reply
from tests.cast import Cast

NO_LIMIT = 10**9


async def queue(cast: Cast, member: Member | None = None, body: str = "Hi", **has: Any) -> Message:
    """A reply from Pastor Ruth that waits in the outbox, with these columns."""
    conversation = await cast.conversation(member)
    message = await reply(conversation, by=cast.ruth, body=body, key=new_key())
    if has:
        await Message.filter(id=message.id).update(**has)
    return message


async def claim(number: PhoneNumber, most: int = 25, segments: int = NO_LIMIT) -> list[Claimed]:
    """As a worker does, with the number's current row."""
    fresh = await PhoneNumber.get(id=number.id)
    return await dispatch.claim(fresh, now(), most, segments)


async def handed_over(cast: Cast, member: Member | None = None, body: str = "Hi") -> Claimed:
    """A text handed to the provider, whose answer is pending."""
    await queue(cast, member, body)
    [text] = await claim(cast.grace_number if member != cast.lydia else cast.hope_number)
    return await marked(text)


async def marked(text: Claimed) -> Claimed:
    """As a worker does just before it sends the text."""
    attempt = await dispatch.mark_attempt(text)
    assert attempt
    return attempt


async def kept(settled: Settled) -> list[Message]:
    """The rows of the bubbles that changed."""
    return [await Message.get(id=one.id) for one in settled.messages]


def sid(number: int) -> str:
    return f"SM{number:032x}"
