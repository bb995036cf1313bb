"""The first run: whoever opens a new installation creates its church and becomes its owner."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.models import Session, Staff
from inbox.models.session import PasswordChanged
from inbox.models.staff import NotTheFirst, StaffProblem
from inbox.render import render
from inbox.web.auth import current_session, public, remember
from inbox.web.devices import remember_device
from inbox.web.pages import answer, spoken
from inbox.web.settings.zones import known_zones

pages = Blueprint("first_run", __name__)


@pages.get("/")
@public
async def home() -> ResponseReturnValue:
    if not await Staff.exists():
        return redirect(paths.welcome())
    return redirect(paths.inbox() if await current_session() else paths.sign_in())


@pages.get("/welcome")
@public
async def welcome() -> ResponseReturnValue:
    if await Staff.exists():
        return redirect(paths.sign_in())
    return await _form({"church_name": "", "name": "", "email": ""}, None)


@pages.post("/welcome")
@public
async def begin() -> ResponseReturnValue:
    if await Staff.exists():
        return redirect(paths.sign_in())
    form = await request.form
    values = {name: form.get(name, "").strip() for name in ("church_name", "name", "email")}
    try:
        owner = await Staff.found_church(
            values["church_name"],
            values["email"],
            values["name"],
            form.get("password", ""),
            first=True,
            language=spoken(),
            **_zone(form.get("timezone", "")),
        )
    except NotTheFirst:
        return redirect(paths.sign_in())
    except StaffProblem as problem:
        return await _form(values, problem.said(spoken()), 422)
    try:
        _, token = await Session.begin(owner, request.headers.get("User-Agent", ""))
    except PasswordChanged:
        return redirect(paths.sign_in())
    response = redirect(paths.twilio_settings(), 303)
    remember(response, token)
    remember_device(response, owner.email)
    return response


def _zone(name: str) -> dict[str, str]:
    """The time zone of the owner's browser, if it sends one. It can be changed in Settings."""
    return {"timezone": name} if name in known_zones() else {}


async def _form(
    values: dict[str, str], problem: str | None, status: int = 200
) -> ResponseReturnValue:
    html = render(spoken(), "welcome.html", values=values, problem=problem)
    return await answer(html, status)
