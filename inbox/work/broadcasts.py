"""Broadcasts whose time has come: their members are enlisted, a batch at a time."""

import logging

from inbox.live.screens import show_church, show_progress
from inbox.models.broadcasts.enqueueing import enlist, to_enlist

log = logging.getLogger(__name__)


async def enlist_round() -> bool:
    """One batch of each. True if there is more to enlist."""
    more = False
    for broadcast in await to_enlist():
        try:
            unfinished = await enlist(broadcast)
            more = unfinished or more
            if not unfinished:
                await show_church(broadcast.church_id)
        except Exception:
            # Its cursor stands where it stood. It is tried again, and holds up none of the others.
            log.exception("Broadcast %s could not be enlisted", broadcast.id)
        show_progress(broadcast.id)
    return more
