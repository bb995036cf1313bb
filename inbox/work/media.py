"""Pictures that came with a text: fetched from the provider, kept in DATA_DIR, shown again."""

import asyncio
import logging
import uuid
from datetime import timedelta
from pathlib import Path

from inbox.clock import now
from inbox.context import Context, NotConnected
from inbox.live.screens import show_messages
from inbox.models import Media, Message
from inbox.models.change import change
from inbox.models.media import note_attachments
from inbox.providers import Refused, Unreachable
from inbox.rules.attachments import real_type
from inbox.seal import SealBroken

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8


class MediaFetch:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._folder = context.config.data_dir / "media"

    async def round(self) -> bool:
        due = (
            await Media.filter(status="pending", fetch_after__lte=now())
            .order_by("fetch_after")
            .limit(10)
            .select_related("church", "message")
        )
        for media in due:
            if await self._take(media):
                await self._fetch(media)
        return len(due) == 10

    async def _fetch(self, media: Media) -> None:
        try:
            claimed_type, content = await self._context.provider(media.church).media(
                media.provider_url
            )
        except (Refused, Unreachable, NotConnected, SealBroken) as problem:
            log.warning("Media %s could not be fetched: %r", media.id, problem)
            if media.attempts < MOST_ATTEMPTS:
                return
            media.status = "lost"
        else:
            media.content_type = real_type(content, claimed_type)
            media.size = len(content)
            media.file_name = await asyncio.to_thread(_keep, self._folder, content)
            media.status = "stored"
        await media.save()
        await self._show(media.message)

    async def _take(self, media: Media) -> bool:
        """Counted first, so that a file that kills the worker is not tried for ever.

        False: another worker was quicker.
        """
        as_known = Media.filter(id=media.id, status="pending", attempts=media.attempts)
        media.attempts += 1
        media.fetch_after = now() + timedelta(seconds=min(10 * 2**media.attempts, 3600))
        return bool(await as_known.update(attempts=media.attempts, fetch_after=media.fetch_after))

    async def _show(self, message: Message) -> None:
        async with change(message.conversation_id) as revision:
            await Message.filter(id=message.id).update(revision=revision)
            await note_attachments(message)
        await show_messages(message.conversation_id, [message])


def _keep(folder: Path, content: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    name = uuid.uuid4().hex
    partial = folder / f"{name}.part"
    partial.write_bytes(content)
    partial.rename(folder / name)
    return name
