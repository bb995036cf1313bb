"""Staff: adding and removing them, and changing roles and passwords."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context, screens
from inbox.i18n import N_
from inbox.models import ReadMark, Staff
from inbox.models.conversations.triage import release
from inbox.models.finders import NotFound, find_colleague, find_staff
from inbox.models.permissions import ROLES, Role, check
from inbox.models.staff import StaffProblem
from inbox.rules.ids import an_id
from inbox.web.auth import church, me, needs, session, signed_in
from inbox.web.pages import page, say
from inbox.web.sign_in_attempts import refused_attempt

pages = Blueprint("staff", __name__)

NOTHING = {"name": "", "email": "", "role": "volunteer"}
SAVED = {
    "joined": N_("%(name)s can sign in now."),
    "role": N_("The role of %(name)s has changed."),
    "left": N_("%(name)s can no longer sign in."),
    "own_password": N_("Your new password is set. Your other devices have been signed out."),
    "password": N_("The new password of %(name)s is set. They are signed out everywhere."),
}


@pages.get("/settings/staff")
@needs("read_settings")
async def index() -> ResponseReturnValue:
    return await _page(NOTHING, None, saved=await _what_was_saved())


async def _what_was_saved() -> str | None:
    words = SAVED.get(request.args.get("saved", ""))
    if words is None:
        return None
    try:
        person = await find_staff(me(), an_id(request.args.get("whose")))
    except NotFound:
        return None
    return say(words, name=person.name)


@pages.post("/settings/staff")
@needs("manage_staff")
async def create() -> ResponseReturnValue:
    form = await request.form
    values = {name: form.get(name, "").strip() for name in NOTHING}
    role = _role(values["role"])
    try:
        person = await Staff.join(
            church(), values["email"], values["name"], form.get("password", ""), role, by=me()
        )
    except StaffProblem as problem:
        return await _page(values, problem.said(church().language), 422, adding=True)
    await ReadMark.begin(person)
    return _saved("joined", person)


@pages.post("/settings/staff/<int:staff_id>/password")
@signed_in
async def password(staff_id: int) -> ResponseReturnValue:
    """Set a new password: your own, or, as an owner, anyone's in the church."""
    person = await find_colleague(me(), staff_id)
    is_own = person.id == me().id
    if not is_own:
        check(me(), "manage_staff")
    elif problem := await refused_attempt(me().email, f"session {session().id}"):
        return await _page(NOTHING, say(problem), 429, changing=staff_id)
    form = await request.form
    new = form.get("password", "")
    try:
        if is_own:
            await me().change_own_password(form.get("current", ""), new, session().id)
        else:
            await person.reset_password(new, by=me())
    except StaffProblem as wrong:
        return await _page(NOTHING, wrong.said(church().language), 422, changing=staff_id)
    await current_context().disconnect_ended()
    return _saved("own_password" if is_own else "password", person)


@pages.post("/settings/staff/<int:staff_id>/role")
@needs("manage_staff")
async def role(staff_id: int) -> ResponseReturnValue:
    person = await find_colleague(me(), staff_id)
    asked = _role((await request.form).get("role", ""))
    try:
        await person.take_role(asked, by=me())
    except StaffProblem as problem:
        return await _page(NOTHING, problem.said(church().language), 422)
    return _saved("role", person)


@pages.post("/settings/staff/<int:staff_id>/leave")
@needs("manage_staff")
async def leave(staff_id: int) -> ResponseReturnValue:
    person = await find_colleague(me(), staff_id)
    try:
        await person.leave(by=me())
    except StaffProblem as problem:
        return await _page(NOTHING, problem.said(church().language), 422)
    await release(person)
    await current_context().disconnect_ended()
    await screens().show_church(person.church_id)
    return _saved("left", person)


def _role(name: str) -> Role:
    return next((role for role in ROLES if role == name), None) or abort(400)


def _saved(what: str, person: Staff) -> ResponseReturnValue:
    return redirect(paths.staff_settings(saved=what, whose=person.id), 303)


async def _page(
    values: dict[str, str],
    problem: str | None,
    status: int = 200,
    saved: str | None = None,
    changing: int | None = None,
    adding: bool = False,
) -> ResponseReturnValue:
    """`problem` is shown at one form: the new password of staff `changing`, or Add staff if
    `adding`."""
    people = await Staff.filter(church_id=church().id, left_at=None).order_by("name").limit(500)
    return await page(
        "settings/staff.html",
        status,
        people=people,
        values=values,
        problem=problem,
        saved=saved,
        changing=changing,
        adding=adding,
        roles=ROLES,
        view="settings",
    )
