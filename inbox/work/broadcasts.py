"""Broadcasts whose time has come: their members are enlisted, a batch at a time."""

from inbox.live.screens import show_progress
from inbox.models import Broadcast


async def enlist_round() -> bool:
    """One batch of each. True if there is more to enlist."""
    more = False
    for broadcast in await Broadcast.to_enlist():
        more = await broadcast.enlist() or more
        show_progress(broadcast.id)
    return more
