"""Signing in and out, and the list of browsers where one is signed in."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context
from inbox.i18n import N_
from inbox.models import Session, Staff
from inbox.models.session import PasswordChanged
from inbox.render import render
from inbox.web.auth import current_session, forget, me, public, remember, session, signed_in
from inbox.web.devices import device_for, remember_device
from inbox.web.pages import answer, page, say, spoken
from inbox.web.sign_in_attempts import refused_attempt

pages = Blueprint("sessions", __name__)

WRONG = N_("That email address and password do not match. Please check both.")


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
    if problem := await refused_attempt(email, device_for(email)):
        return await _form(email, say(problem), 429)
    staff = await Staff.sign_in(email, form.get("password", ""))
    if staff is None:
        return await _form(email, say(WRONG), 422)
    try:
        _, token = await Session.begin(staff, request.headers.get("User-Agent", ""))
    except PasswordChanged:
        return await _form(email, say(WRONG), 422)
    response = redirect(paths.inbox(), 303)
    remember(response, token)
    remember_device(response, staff.email)
    return response


async def _form(email: str, problem: str | None, status: int = 200) -> ResponseReturnValue:
    html = render(spoken(), "sessions/new.html", values={"email": email}, problem=problem)
    return await answer(html, status)


@pages.post("/sign-out")
@signed_in
async def destroy() -> ResponseReturnValue:
    await session().delete()
    await current_context().disconnect_ended()
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
    await current_context().disconnect_ended()
    return redirect(paths.session_settings(), 303)
