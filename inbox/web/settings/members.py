"""Members: looking them up, adding one, or importing a list."""

from asyncio import to_thread
from typing import Any

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import screens
from inbox.i18n import N_
from inbox.models import Group, Member
from inbox.models.finders import NotFound, find_member
from inbox.models.group import MAX_GROUPS, TOO_MANY, TooManyGroups
from inbox.models.group import MAX_NAME_LENGTH as MAX_GROUP_NAME_LENGTH
from inbox.models.members.adding import PhoneTaken, add_member
from inbox.models.members.importing import Plan, carry_out, plan
from inbox.models.members.search import by_name, find_members
from inbox.rules.ids import an_id
from inbox.rules.list_text import decode, is_text
from inbox.rules.member_list import MemberList, as_list, read_list
from inbox.rules.names import MAX_NAME_LENGTH
from inbox.rules.phone import parse_phone
from inbox.web.auth import church, me, needs
from inbox.web.bodies import LARGEST_BODY, takes_up_to
from inbox.web.pages import page, say

pages = Blueprint("people", __name__)

PAGE = 50
# Five thousand members in the largest kind of export.
MAX_LIST_BYTES = LARGEST_BODY
NOT_A_NUMBER = N_("That is not a phone number we can text. Please check it.")
HERE_ALREADY = N_("This number already belongs to %(name)s.")
NOTHING_IN_IT = N_("The list is empty. Paste a list, or choose a file.")
NOT_TEXT = N_(
    "This file cannot be read as a list. In Excel, Numbers, or Google Sheets, save the list as CSV "
    "(in Excel, “CSV UTF-8”), then choose that file."
)
TOO_LARGE = N_(
    "A list can have up to 8 MB. Leave out the columns that are not needed (a name and a mobile "
    "number are enough), or split the list into two files, then choose the file again."
)
NOTHING: dict[str, str] = {"name": "", "phone": ""}


@pages.get("/settings/people")
@needs("read_members")
async def index() -> ResponseReturnValue:
    return await _page(added=an_id(request.args.get("added")), new=an_id(request.args.get("new")))


@pages.post("/settings/people")
@needs("edit_members")
async def create() -> ResponseReturnValue:
    form = await request.form
    values = {name: " ".join(form.get(name, "").split()) for name in NOTHING}
    phone = parse_phone(values["phone"], church().country)
    if phone is None:
        return await _page(values, say(NOT_A_NUMBER), 422)
    try:
        added = await add_member(church().id, phone, values["name"][:MAX_NAME_LENGTH])
    except PhoneTaken as taken:
        name = taken.member.shown_name(church().country)
        return await _page(values, say(HERE_ALREADY, name=name), 422)
    await screens().show_conversations(added.conversation_ids)
    return redirect(paths.people_settings(new=added.member.id), 303)


@pages.get("/settings/people/import")
@needs("import_members")
async def new_import() -> ResponseReturnValue:
    """`group`: the name of the group to import into."""
    return await _import_page(None, "", request.args.get("group", ""))


@pages.post("/settings/people/import")
@takes_up_to(MAX_LIST_BYTES, otherwise=TOO_LARGE)
@needs("import_members")
async def import_() -> ResponseReturnValue:
    """`list` or a `file`, and optionally the name of a `group` for all of them. Without `sure`,
    only shows what would happen; with `again`, shows the list to be corrected."""
    form, file = await request.form, await _file()
    name = form.get("group", "").strip()
    if not is_text(file):
        return await _import_page(None, "", name, say(NOT_TEXT), 422)
    # A long list takes seconds, and other requests are waiting.
    text, found = await to_thread(_read, file, form.get("list", ""), church().country)
    if "again" in form or not found.lines:
        problem = None if found.lines else say(NOTHING_IN_IT)
        return await _import_page(None, text, name, problem, 422 if problem else 200)
    planned = await plan(church(), found.lines)
    if "sure" not in form:
        return await _import_page(planned, text, name, left=found.left)
    try:
        group = await Group.named(church().id, name) if name else None
    except TooManyGroups:
        return await _import_page(None, text, name, say(TOO_MANY, most=MAX_GROUPS), 422)
    changed = await carry_out(church(), planned, group)
    await screens().show_church(church().id)
    if group:
        return redirect(paths.group_settings(group.id, added=len(planned.people)), 303)
    return redirect(paths.people_settings(added=changed), 303)


async def _file() -> bytes:
    file = (await request.files).get("file")
    return file.read() if file else b""


def _read(file: bytes, pasted: str, country: str) -> tuple[str, MemberList]:
    """The list as shown for corrections (of a file, only what was read), and its members."""
    if not file:
        return pasted, read_list(pasted, country)
    found = read_list(decode(file).replace("\0", ""), country)
    return as_list(found.lines), found


async def _import_page(
    found: Plan | None,
    text: str,
    name: str,
    problem: str | None = None,
    status: int = 200,
    left: int = 0,
) -> ResponseReturnValue:
    group = await Group.called(church().id, name) if name else None
    return await page(
        "settings/members_import.html",
        status,
        plan=found,
        text=text,
        group=group,
        group_name=group.name if group else name[:MAX_GROUP_NAME_LENGTH],
        groups=await Group.all_of(church().id),
        problem=problem,
        left=left,
        view="settings",
    )


async def _page(
    values: dict[str, str] = NOTHING,
    problem: str | None = None,
    status: int = 200,
    added: int | None = None,
    new: int | None = None,
) -> ResponseReturnValue:
    """`added`: how many members a list has just added or named. `new`: one who was just added."""
    q = request.args.get("q", "").strip()[:100]
    everyone = Member.listed(church().id)
    return await page(
        "settings/members.html",
        status,
        total=await everyone.count(),
        q=q,
        values=values,
        problem=problem,
        added=added,
        new=await _just_added(new) if new else None,
        view="settings",
        **await _listed(q),
    )


async def _just_added(id: int) -> Member | None:
    try:
        return await find_member(me(), id)
    except NotFound:
        return None


async def _listed(q: str) -> dict[str, Any]:
    """One page of the members that match `q`, or of all members, by name."""
    after = an_id(request.args.get("after"))
    last = await find_member(me(), after) if after else None
    if q:
        found = await find_members(church(), q, PAGE + 1, last)
    else:
        found = await by_name(Member.listed(church().id), last).limit(PAGE + 1)
    more = paths.people_settings(q or None, found[PAGE - 1].id) if found[PAGE:] else None
    return {"people": found[:PAGE], "more": more}
