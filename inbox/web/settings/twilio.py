"""Settings: the church's Twilio account and number."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context, screens
from inbox.models import PhoneNumber
from inbox.models.permissions import may
from inbox.providers import AccountProblem
from inbox.seal import SealBroken
from inbox.twilio_setup import connect_twilio
from inbox.web.auth import church, me, needs, signed_in
from inbox.web.pages import page

pages = Blueprint("twilio", __name__)


@pages.get("/settings")
@signed_in
async def settings() -> ResponseReturnValue:
    """Redirect to the first page of the settings; to Twilio as long as that is not connected; or to
    the person's own settings if the church's are not theirs to change."""
    if not may(me(), "connect_twilio"):
        return redirect(paths.preference_settings())
    return redirect(paths.church_settings() if church().connected else paths.twilio_settings())


@pages.get("/settings/twilio")
@needs("read_settings")
async def show() -> ResponseReturnValue:
    number = await PhoneNumber.main(church().id)
    return await _page(
        church().twilio_account_sid or "",
        number.number if number else "",
        saved="saved" in request.args,
    )


@pages.post("/settings/twilio")
@needs("connect_twilio")
async def update() -> ResponseReturnValue:
    context = current_context()
    form = await request.form
    account_sid, phone_number = form.get("account_sid", ""), form.get("phone_number", "")
    try:
        # If left empty, the saved token stays; it is never shown.
        token = form.get("auth_token", "").strip() or church().auth_token(context.seal) or ""
        await connect_twilio(context, church(), account_sid, token, phone_number, by=me())
    except (AccountProblem, SealBroken) as problem:
        return await _page(
            account_sid, phone_number, problem=problem.said(church().language), status=422
        )
    await screens().show_church(church().id)
    return redirect(f"{paths.twilio_settings()}?saved", 303)


async def _page(
    account_sid: str,
    phone_number: str,
    *,
    saved: bool = False,
    problem: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return await page(
        "settings/twilio.html",
        status,
        account_sid=account_sid,
        phone_number=phone_number,
        saved=saved,
        problem=problem,
        number=await PhoneNumber.main(church().id),
        has_token=church().connected,
        hook_url=paths.incoming_address(current_context().config.public_url, church()),
        refused_webhooks=church().refused_webhooks,
        view="settings",
    )
