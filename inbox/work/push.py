"""Notifications: tell staff who want to know that a member has texted, or a note mentions them."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from inbox import paths
from inbox.clock import now
from inbox.context import Context
from inbox.i18n import N_, translate
from inbox.models import Conversation, Mention, Message, PushSubscription, ReadMark, Staff
from inbox.models.push import claim_news
from inbox.models.scope import Scope
from inbox.push_sender import Notice, wake
from inbox.rules.notification_choice import Hours, is_wanted, is_within

log = logging.getLogger(__name__)

# Staff who have the conversation open will have read it by then.
LOOK_FIRST = timedelta(seconds=3)
BATCH = 200
# With more conversations than this, a person gets one notification instead of one for each.
MAX_NOTICES = 3


class Push:
    def __init__(self, context: Context, look_first: timedelta = LOOK_FIRST) -> None:
        self._context = context
        self._look_first = look_first
        # By church, so that a browser that never responds delays only its own church.
        self._news: dict[int, list[Message]] = {}
        self._telling: dict[int, asyncio.Task[None]] = {}

    async def round(self) -> bool:
        """Start notifying for one batch. True if there may be more."""
        news = await claim_news(now() - self._look_first, BATCH)
        for message in news:
            waiting = self._news.setdefault(message.church_id, [])
            waiting.append(message)
            del waiting[:-BATCH]
        for church_id in self._news.keys() - self._telling.keys():
            self._telling[church_id] = asyncio.create_task(self._tell(church_id))
        return len(news) == BATCH

    async def finish(self) -> None:
        """Wait until every notification has been answered or given up."""
        await asyncio.gather(*self._telling.values())

    async def _tell(self, church_id: int) -> None:
        """Notify until nothing new is left. What arrives meanwhile goes together, newest only."""
        while news := self._news.pop(church_id, []):
            try:
                await self._notify(news)
            except Exception:
                # Each is sent at most once: the texts themselves are in the inbox.
                log.exception("The staff of church %s could not be notified", church_id)
        del self._telling[church_id]

    async def _notify(self, news: Sequence[Message]) -> None:
        """Notify about one church's news, oldest first."""
        church = news[0].conversation.church
        staff = Staff.filter(church_id=church.id, left_at=None).exclude(notify="none")
        zone = ZoneInfo(church.timezone)
        people = {one.id: one for one in await staff if is_within(_hours(one), now(), zone)}
        browsers = await PushSubscription.living(people)
        told = []
        for staff_id in {browser.staff_id for browser in browsers}:
            notices = _few(church.language, await notices_of(people[staff_id], news))
            here = [browser for browser in browsers if browser.staff_id == staff_id]
            told += [(browser, notice) for notice in notices for browser in here]
        outcomes = await wake(self._context, told)
        if failed := outcomes.count("failed"):
            log.warning("%s of %s notifications could not be sent", failed, len(outcomes))


def _hours(person: Staff) -> Hours:
    return Hours(person.notify_days, person.notify_from, person.notify_until)


async def notices_of(person: Staff, news: Sequence[Message]) -> list[Notice]:
    """What this person wants to know about and has not seen, the newest of each conversation."""
    ids = {message.conversation_id for message in news}
    mentions = Mention.filter(staff_id=person.id, conversation_id__in=ids, seen_at=None)
    naming = set(await mentions.values_list("message_id", flat=True))
    read = await ReadMark.of(person, list(ids))
    scope = Scope.of(person)
    wanted = {
        message.conversation_id: message
        for message in news
        if scope.includes(message.conversation)
        and _concerns(person, message, message.id in naming, read.get(message.conversation_id, 0))
    }
    return [_notice(message) for message in wanted.values()]


def _concerns(person: Staff, message: Message, names_them: bool, inbound_read: int) -> bool:
    conversation: Conversation = message.conversation
    if message.is_inbound:
        if inbound_read >= conversation.inbound_count:
            return False
        return is_wanted(
            person.notify, is_mine=conversation.assignee_id == person.id, names_me=False
        )
    return names_them and is_wanted(person.notify, is_mine=False, names_me=True)


def _notice(message: Message) -> Notice:
    conversation = message.conversation
    church = conversation.church
    language, name = church.language, conversation.member.shown_name(church.country)
    if message.is_inbound:
        title, text = translate(language, N_("%(name)s wrote"), name=name), church.name
    else:
        by = message.author.name if message.author else church.name
        title = translate(language, N_("%(name)s mentioned you"), name=by)
        text = translate(language, N_("In a private note about %(name)s"), name=name)
    return Notice(title, text, paths.conversation(conversation.id), f"c{conversation.id}")


def _few(language: str, notices: list[Notice]) -> list[Notice]:
    if len(notices) <= MAX_NOTICES:
        return notices
    title = translate(language, N_("%(count)s people wrote"), count=len(notices))
    return [Notice(title, notices[0].text, paths.inbox("needs-reply"), "several")]
