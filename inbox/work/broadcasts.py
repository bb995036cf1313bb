"""Broadcasts: members are enqueued when it is time, and stopped ones canceled, batch by batch."""

import logging

from inbox.live.screens import show_church, show_progress
from inbox.models.broadcasts.enqueueing import enlist, to_enlist
from inbox.models.broadcasts.stopping import cancel_more, to_cancel

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


async def cancel_round() -> bool:
    """One batch of each that was stopped. True if there is more to cancel."""
    more = False
    for broadcast in await to_cancel():
        try:
            await cancel_more(broadcast)
            more = broadcast.canceled_until is not None or more
            if broadcast.canceled_until is None:
                # Open conversations show copies among the last of them.
                await show_church(broadcast.church_id)
        except Exception:
            # Nothing of it is sent meanwhile; it holds up none of the others.
            log.exception("Broadcast %s could not be canceled", broadcast.id)
        show_progress(broadcast.id)
    return more
