"""The order of an outbound text's statuses: a status only advances, in whatever order callbacks
arrive.
"""

RANK: dict[str, int] = {
    "queued": 0,
    "sending": 1,
    "unconfirmed": 2,
    "accepted": 3,
    "sent": 4,
    "delivered": 5,
    "undelivered": 5,
    "failed": 5,
    "canceled": 5,
    "read": 6,
}
"""The outbound statuses and their ranks. Of several with one rank, the first to arrive stays.

`queued` waits here, `sending` is being handed over, `unconfirmed` was handed over without an
answer, `accepted` is with Twilio, `sent` with the carrier.
"""

STATUSES: tuple[str, ...] = ("scheduled", *RANK, "received")
"""Every status a message can have. An inbound one is always `received`. A `scheduled` text has no
rank: it is not queued yet, so no report can be about it."""

FINAL: frozenset[str] = frozenset(
    {"delivered", "undelivered", "failed", "canceled", "read", "received"}
)
"""No further report is expected, although a delivered text may still become `read`."""

FAILED: frozenset[str] = frozenset({"undelivered", "failed"})
"""The text did not arrive, and staff should know."""

_FROM_TWILIO: dict[str, str] = {
    "scheduled": "accepted",
    "accepted": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "canceled",
    "read": "read",
    "receiving": "received",
    "received": "received",
}


def below(status: str) -> tuple[str, ...]:
    """The statuses that may advance to this one, lowest first; none for `received`."""
    own = RANK.get(status, 0)
    return tuple(lower for lower, rank in RANK.items() if rank < own)


def from_twilio(word: str) -> str | None:
    """Our status for Twilio's, or None for an unknown one (leave the message as it is)."""
    return _FROM_TWILIO.get(word.strip().lower())
