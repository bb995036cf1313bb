"""Queues scheduled texts whose time has come, in batches."""

import logging

from inbox.live.screens import Screens
from inbox.models.texts import scheduled

log = logging.getLogger(__name__)

BATCH = 50


async def release_round(screens: Screens) -> bool:
    """One batch. True if there may be more."""
    due = await scheduled.due(BATCH)
    released = 0
    for waiting in due:
        try:
            message = await scheduled.release(waiting)
            released += 1
            if message:
                await screens.show_conversations([message.conversation_id], [message])
        except Exception:
            # It is still due, and does not delay the others.
            log.exception("Message %s could not be released", waiting.id)
    return len(due) == BATCH and released > 0
