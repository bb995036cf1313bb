"""Signing in and out, and the list of browsers where one is signed in."""

from hashlib import sha256

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context
from inbox.models import Session, Staff
from inbox.render import render
from inbox.rules.places import place_of
from inbox.web.auth import current_session, forget, me, public, remember, session, signed_in
from inbox.web.devices import device_for, remember_device
from inbox.web.pages import answer, page, say, spoken
from inbox.words import N_

pages = Blueprint("sessions", __name__)

WRONG = N_("That email address and password do not match. Please check both.")
TOO_MANY = N_("Too many attempts. Please wait a minute, then try again.")
ATTACKED = N_(
    "Too many attempts for this email address. Sign in on a device you have used before, or try "
    "again in an hour."
)
# Attempts per minute: for one account from one address, and from an address in all.
AT_PLACE, OF_PLACE = 5, 30
# Attempts per hour for one account: from each browser that has signed in to it before, and from all
# others together. So few guesses cannot find a password that we accept.
OF_DEVICE, OF_STRANGERS = 60, 60


@pages.get("/sign-in")
@public
async def new() -> ResponseReturnValue:
    if await current_session():
        return redirect(paths.inbox())
    if not await Staff.exists():
        return redirect(paths.welcome())
    return await _form("", None)


@pages.post("/sign-in")
@public
async def create() -> ResponseReturnValue:
    form = await request.form
    email = form.get("email", "").strip().lower()[:254]
    if problem := await _refusal(email):
        return await _form(email, say(problem), 429)
    staff = await Staff.sign_in(email, form.get("password", ""))
    if staff is None:
        return await _form(email, say(WRONG), 422)
    _, token = await Session.begin(staff, request.headers.get("User-Agent", ""))
    response = redirect(paths.inbox(), 303)
    remember(response, token)
    remember_device(response, staff.email)
    return response


async def _refusal(email: str) -> str | None:
    """Why this attempt is refused before the password is checked. The address comes first, which
    bounds the other counts."""
    limiter, place = current_context().limiter, place_of(request.remote_addr or "")
    if not await limiter.allow("sign-in-place", OF_PLACE, place):
        return TOO_MANY
    if not await limiter.allow("sign-in", AT_PLACE, f"{place} {email}"):
        return TOO_MANY
    if device := device_for(email):
        fine = await limiter.allow("sign-in-device", OF_DEVICE, f"{device} {email}", minutes=60)
        return None if fine else TOO_MANY
    fine = await limiter.allow("sign-in-account", OF_STRANGERS, _account(email), minutes=60)
    return None if fine else ATTACKED


def _account(email: str) -> str:
    """One of 65,536 names, so that made-up email addresses cannot create more counters."""
    return sha256(email.encode()).hexdigest()[:4]


async def _form(email: str, problem: str | None, status: int = 200) -> ResponseReturnValue:
    html = render(spoken(), "sessions/new.html", values={"email": email}, problem=problem)
    return await answer(html, status)


@pages.post("/sign-out")
@signed_in
async def destroy() -> ResponseReturnValue:
    await session().delete()
    await current_context().show_out_ended()
    response = redirect(paths.sign_in(), 303)
    forget(response)
    return response


@pages.get("/settings/sessions")
@signed_in
async def index() -> ResponseReturnValue:
    sessions = await Session.filter(staff_id=me().id).order_by("-seen_at").limit(100)
    return await page(
        "settings/sessions.html", view="settings", sessions=sessions, current_id=session().id
    )


@pages.post("/settings/sessions/<int:session_id>/end")
@signed_in
async def end(session_id: int) -> ResponseReturnValue:
    if not await Session.filter(id=session_id, staff_id=me().id).delete():
        abort(404)
    await current_context().show_out_ended()
    return redirect(paths.session_settings(), 303)
