"""Upkeep: deletes expired sessions, and refreshes the database's statistics."""

from inbox import db
from inbox.clock import now
from inbox.models import Session


async def tidy_round() -> bool:
    await Session.filter(expires_at__lt=now()).delete()
    return False


async def statistics_round() -> bool:
    await db.refresh_statistics()
    return False
