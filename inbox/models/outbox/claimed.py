"""What is read of a text on its way. Whole models would take as long as all the other work."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text as the worker that claimed it knows it, with the phone number it goes to."""

    id: int
    key: str
    body: str
    segments: int
    church_id: int
    conversation_id: int
    phone_number_id: int
    broadcast_id: int | None
    to_phone: str
    priority: int
    attempts: int
    resent: int
    error_code: str | None
    claim: str
    claimed_at: datetime
    send_before: datetime | None
    # When it was marked as about to be handed over; see `dispatch.mark_attempt`.
    attempted_at: datetime | None = None
    status: str = "sending"
    provider_sid: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A text that a receipt is about."""

    id: int
    key: str
    church_id: int
    conversation_id: int
    phone_number_id: int
    status: str
    provider_sid: str | None
