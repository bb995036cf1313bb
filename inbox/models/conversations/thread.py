"""A thread: the bubbles of one conversation, one page at a time."""

from dataclasses import dataclass

from tortoise.queryset import QuerySet

from inbox.models.conversation import Conversation
from inbox.models.message import Message, above, below
from inbox.rules.thread_place import Place

PAGE = 50
# See `Place`.
ORDER = ("position", "id")


@dataclass(frozen=True)
class Stretch:
    """Bubbles, oldest first, and the places from which older and newer ones continue, if there are
    any."""

    messages: list[Message]
    older: Place | None = None
    newer: Place | None = None


# What a bubble shows besides its own row. Fetched separately instead of joined: a page has few
# authors.
SHOWN = ("author", "pictures")


def bubbles() -> QuerySet[Message]:
    """Messages with everything that their bubbles show, and their member."""
    return Message.with_context().select_related("conversation__member").prefetch_related(*SHOWN)


async def changed_since(conversation: Conversation, revision: int, limit: int) -> list[Message]:
    """The bubbles that have changed since this revision, in the order of the thread."""
    changed = bubbles().filter(conversation_id=conversation.id, revision__gt=revision)
    # Read in the order of their index: in the thread's order, it would read all of the thread.
    return sorted(await changed.order_by("revision").limit(limit), key=lambda one: one.place)


async def changed_in(conversation: Conversation, revision: int) -> list[Message]:
    """The bubbles that changed last in this revision."""
    here = Message.filter(conversation_id=conversation.id, revision=revision)
    return await here.order_by(*ORDER)


async def newest(conversation: Conversation) -> Stretch:
    """The end of the thread, with scheduled texts below it."""
    stretch = await _older_than(conversation, None, PAGE)
    messages = [*stretch.messages, *await _scheduled(conversation)]
    return await _whole(conversation, Stretch(messages, older=stretch.older))


async def before(conversation: Conversation, place: Place) -> Stretch:
    return await _whole(conversation, await _older_than(conversation, place, PAGE))


async def after(conversation: Conversation, place: Place) -> Stretch:
    return await _whole(conversation, await _newer_than(conversation, place, PAGE))


async def around(conversation: Conversation, message: Message) -> Stretch:
    """The page with this message in the middle."""
    just_below = Place(message.position, message.id + 1)
    older = await _older_than(conversation, just_below, PAGE // 2)
    newer = await _newer_than(conversation, message.place, PAGE // 2)
    messages = [*older.messages, *newer.messages, *await _scheduled(conversation)]
    return await _whole(conversation, Stretch(messages, older.older, newer.newer))


async def _older_than(conversation: Conversation, place: Place | None, most: int) -> Stretch:
    older = above(_said(conversation), place) if place else _said(conversation)
    newest_first = await older.order_by("-position", "-id").limit(most + 1)
    messages = newest_first[:most][::-1]
    return Stretch(messages, older=messages[0].place if len(newest_first) > most else None)


async def _newer_than(conversation: Conversation, place: Place, most: int) -> Stretch:
    newer = below(_said(conversation), place)
    found = await newer.order_by(*ORDER).limit(most + 1)
    return Stretch(found[:most], newer=found[most - 1].place if len(found) > most else None)


def _said(conversation: Conversation) -> QuerySet[Message]:
    here = Message.with_context().filter(conversation_id=conversation.id)
    return here.exclude(status="scheduled").exclude(kind="undone")


async def _scheduled(conversation: Conversation) -> list[Message]:
    """Scheduled texts, shown at the end whenever they were written. There are few of them."""
    if conversation.scheduled_for is None:
        return []
    here = Message.filter(conversation_id=conversation.id, status="scheduled")
    return await here.order_by("scheduled_for", "id")


async def _whole(conversation: Conversation, stretch: Stretch) -> Stretch:
    for message in stretch.messages:
        message.conversation = conversation
    await Message.fetch_for_list(stretch.messages, *SHOWN)
    return stretch
