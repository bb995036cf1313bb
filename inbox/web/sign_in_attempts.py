"""How often a password may be tried."""

from hashlib import sha256

from quart import request

from inbox import rate_limits
from inbox.context import current_context
from inbox.i18n import N_
from inbox.rules.ip_networks import network_of

TOO_MANY = N_("Too many attempts. Please wait a minute, then try again.")
TOO_MANY_HERE = N_("Too many attempts. Please try again in an hour.")
ATTACKED = N_(
    "Too many attempts for this email address. Sign in on a device you have used before, or try "
    "again in an hour."
)


async def refused_attempt(email: str, device: str | None) -> str | None:
    """Why this attempt is refused before the password is checked. The address comes first, which
    bounds the other counts.

    `device`: a browser that has signed in to this account before; None for a stranger.
    """
    limiter, network = current_context().limiter, network_of(request.remote_addr or "")
    if not await limiter.allow(rate_limits.SIGN_INS_OF_NETWORK, network):
        return TOO_MANY
    if not await limiter.allow(rate_limits.SIGN_INS_OF_ACCOUNT, f"{network} {email}"):
        return TOO_MANY
    if device:
        fine = await limiter.allow(rate_limits.SIGN_INS_OF_DEVICE, f"{device} {email}")
        return None if fine else TOO_MANY_HERE
    fine = await limiter.allow(rate_limits.SIGN_INS_OF_STRANGERS, _account(email))
    return None if fine else ATTACKED


def _account(email: str) -> str:
    """One of 65,536 names, so that made-up email addresses cannot create more counters."""
    return sha256(email.encode()).hexdigest()[:4]
