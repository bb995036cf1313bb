"""Connects a church to Twilio: checks everything with Twilio before it stores anything."""

from tortoise.exceptions import IntegrityError

from inbox import paths
from inbox.context import Context
from inbox.i18n import N_
from inbox.models import ApiToken, Church, PhoneNumber, Staff
from inbox.models.acting import acting
from inbox.models.phone_number import NumberTaken
from inbox.providers import AccountProblem, Credentials, FoundNumber, Provider, provider_for
from inbox.providers.twilio_numbers import check_shape
from inbox.rules.phone import parse_phone


async def connect_twilio(
    context: Context,
    church: Church,
    account_sid: str,
    auth_token: str,
    phone_number: str,
    *,
    by: Staff | ApiToken | None,
) -> PhoneNumber:
    """Store these credentials and this number if Twilio accepts them.

    `phone_number` in any format. Raises AccountProblem or NotAllowed, and then nothing has changed.
    If Twilio refuses the webhook, the number's `points_here` says so.
    """
    # In the order of the form: whoever left it empty hears about its first field.
    credentials = Credentials(account_sid.strip(), auth_token.strip())
    check_shape(credentials)
    number = parse_phone(phone_number, church.country)
    if number is None:
        raise _bad_number()
    provider = provider_for(credentials, context.http)
    await provider.check_account()
    found = await provider.find_number(number)
    connected = await _keep(context, church, credentials, found, by)
    await _point_here(context, church, provider, connected)
    context.wake_worker()
    return connected


async def _keep(
    context: Context,
    church: Church,
    credentials: Credentials,
    found: FoundNumber,
    by: Staff | ApiToken | None,
) -> PhoneNumber:
    # Checked only after Twilio confirmed the number is theirs, so that no one learns by guessing
    # which numbers are in use.
    if await PhoneNumber.filter(number=found.number).exclude(church_id=church.id).exists():
        raise _number_taken()
    try:
        async with acting(by, "connect_twilio"):
            await church.connect(credentials.account_sid, credentials.auth_token, context.seal)
            return await PhoneNumber.connect(
                church, found.number, found.sid, context.config.send_rate
            )
    except (NumberTaken, IntegrityError):
        raise _number_taken() from None


async def _point_here(
    context: Context, church: Church, provider: Provider, number: PhoneNumber
) -> None:
    try:
        await provider.point_number(
            number.sid, paths.incoming_address(context.config.public_url, church)
        )
        number.points_here = True
    except AccountProblem:
        number.points_here = False
    await number.save(update_fields=["points_here"])


def _bad_number() -> AccountProblem:
    return AccountProblem(
        "bad_number", N_("This is not a complete phone number. Enter it with its area code.")
    )


def _number_taken() -> AccountProblem:
    return AccountProblem("number_taken", N_("This phone number is already in use here."))
