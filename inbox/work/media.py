"""Attachments: fetched from the provider, stored in DATA_DIR, and shown again."""

import asyncio
import logging
import uuid
from pathlib import Path

from inbox.context import Context, NotConnected
from inbox.models import Media
from inbox.providers import Refused, TooLarge, Unreachable
from inbox.rules.attachments import real_type
from inbox.seal import SealBroken

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
BATCH = 10


class MediaFetch:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._folder = context.config.data_dir / "media"

    async def round(self) -> bool:
        due = await Media.due(BATCH)
        for media in due:
            if media.attempts >= MAX_ATTEMPTS:
                # The worker ended in the middle of the last attempt.
                await self._settle(media, "lost")
            elif await media.take():
                await self._fetch(media)
        return len(due) == BATCH

    async def _fetch(self, media: Media) -> None:
        try:
            claimed_type, content = await self._context.provider(media.church).media(
                media.provider_url
            )
        except (Refused, Unreachable, NotConnected, SealBroken) as problem:
            log.warning("Media %s could not be fetched: %r", media.id, problem)
            if media.attempts < MAX_ATTEMPTS and not isinstance(problem, TooLarge):
                return
            await self._settle(media, "lost")
        else:
            media.content_type = real_type(content, claimed_type)
            media.size = len(content)
            media.file_name = await asyncio.to_thread(_keep, self._folder, content)
            await self._settle(media, "stored")

    async def _settle(self, media: Media, status: str) -> None:
        media.status = status
        await media.settle()
        message = media.message
        await self._context.screens.show_conversations([message.conversation_id], [message])


def _keep(folder: Path, content: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    name = uuid.uuid4().hex
    partial = folder / f"{name}.part"
    partial.write_bytes(content)
    partial.rename(folder / name)
    return name
