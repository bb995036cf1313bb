"""The people who sign in."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context
from inbox.models import Staff
from inbox.models.staff import ROLES, StaffProblem
from inbox.web.auth import church, me, owner_only, staff_only
from inbox.web.pages import page

pages = Blueprint("staff", __name__)

NOTHING = {"name": "", "email": "", "role": "staff"}


@pages.get("/settings/staff")
@staff_only
async def index() -> ResponseReturnValue:
    return await _page(NOTHING, None)


@pages.post("/settings/staff")
@owner_only
async def create() -> ResponseReturnValue:
    form = await request.form
    values = {name: form.get(name, "").strip() for name in NOTHING}
    role = next((role for role in ROLES if role == values["role"]), None)
    if role is None:
        abort(400)
    try:
        await Staff.join(church(), values["email"], values["name"], form.get("password", ""), role)
    except StaffProblem as problem:
        return await _page(values, str(problem), 422)
    return redirect(paths.staff_settings(), 303)


@pages.post("/settings/staff/<int:staff_id>/leave")
@owner_only
async def leave(staff_id: int) -> ResponseReturnValue:
    person = await Staff.get_or_none(id=staff_id, church_id=church().id, left_at=None)
    if person is None:
        abort(404)
    if person.id == me().id:
        return await _page(NOTHING, "You cannot remove yourself; another owner can.", 422)
    await person.leave()
    await current_context().show_out_ended()
    return redirect(paths.staff_settings(), 303)


async def _page(
    values: dict[str, str], problem: str | None, status: int = 200
) -> ResponseReturnValue:
    people = await Staff.filter(church_id=church().id, left_at=None).order_by("name").limit(500)
    return await page(
        "settings/staff.html", status, people=people, values=values, problem=problem, roles=ROLES
    )
