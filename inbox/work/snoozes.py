"""Wakes snoozed conversations whose time has come, in batches."""

import logging

from inbox.live.screens import Screens
from inbox.models.conversations import triage

log = logging.getLogger(__name__)

BATCH = 50


async def wake_round(screens: Screens) -> bool:
    """One batch. True if there may be more."""
    due = await triage.due_snoozes(BATCH)
    woken = 0
    for conversation in due:
        try:
            lines = await triage.wake(conversation, by=None)
            await screens.show_conversations([conversation.id], lines)
            woken += 1
        except Exception:
            # It is still due, and does not delay the others.
            log.exception("Conversation %s could not be woken", conversation.id)
    return len(due) == BATCH and woken > 0
