"""Broadcasts: enqueue members when it is time, and cancel stopped broadcasts, batch by batch."""

import logging

from inbox.live.screens import Screens
from inbox.models.broadcasts.enqueueing import enlist, to_enlist
from inbox.models.broadcasts.stopping import cancel_more, to_cancel

log = logging.getLogger(__name__)


async def enlist_round(screens: Screens) -> bool:
    """Enqueue one batch of each. True if there are more."""
    more = False
    for broadcast in await to_enlist():
        try:
            unfinished = await enlist(broadcast)
            more = unfinished or more
            if not unfinished:
                await screens.show_church(broadcast.church_id)
        except Exception:
            # Its cursor has not moved. It is tried again, and does not delay the others.
            log.exception("Broadcast %s could not be enlisted", broadcast.id)
        screens.show_broadcast_soon(broadcast.id)
    return more


async def cancel_round(screens: Screens) -> bool:
    """Cancel one batch of each stopped broadcast. True if there are more."""
    more = False
    for broadcast in await to_cancel():
        try:
            await cancel_more(broadcast)
            more = broadcast.canceled_until is not None or more
            if broadcast.canceled_until is None:
                # Open conversations may show some of its last copies.
                await screens.show_church(broadcast.church_id)
        except Exception:
            # None of it is sent meanwhile, and it does not delay the others.
            log.exception("Broadcast %s could not be canceled", broadcast.id)
        screens.show_broadcast_soon(broadcast.id)
    return more
