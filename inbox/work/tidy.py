"""What has served its time is put away."""

from inbox.models import Session
from inbox.models.message import now


async def tidy_round() -> bool:
    await Session.filter(expires_at__lt=now()).delete()
    return False
