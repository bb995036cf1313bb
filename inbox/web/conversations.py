"""The inbox: the list of conversations, and the one that is open."""

from datetime import UTC, datetime
from typing import Any

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue
from tortoise.expressions import Q

from inbox import paths
from inbox.live import fragments
from inbox.live.screens import show_read
from inbox.models import Conversation, Member, Message, PhoneNumber, ReadMark, Staff
from inbox.models.views import VIEWS, container
from inbox.render import put, replace
from inbox.rules.phone import parse_phone, show_phone
from inbox.rules.reasons import reason_for
from inbox.web.auth import church, me, staff_only
from inbox.web.forms import an_id
from inbox.web.pages import answer, draw, in_frame, page, stream

pages = Blueprint("conversations", __name__)

ROWS = 50
MESSAGES = 50
MOST_FOUND = 20
MOST_MARKS = 200
MOST_PEOPLE = 200


@pages.get("/inbox")
@staff_only
async def index() -> ResponseReturnValue:
    if in_frame("thread"):
        return await answer(draw("conversations/_nothing_open.html", view=_view()))
    return await page("conversations/index.html", conversation=None, **await _list())


@pages.get("/inbox/rows")
@staff_only
async def rows() -> ResponseReturnValue:
    """The next rows of the list, put below those already there."""
    found = await _list(before=_cursor(request.args.get("before", "")))
    html = [fragments.row(church().language, row) for row in found["rows"]]
    more = draw("conversations/_more.html", more=found["more"])
    return await stream(put(*html) + replace("rows_more", more))


@pages.get("/inbox/marks")
@staff_only
async def marks() -> ResponseReturnValue:
    """How far this person has read the conversations asked for."""
    asked = map(an_id, request.args.get("ids", "").split(",")[:MOST_MARKS])
    ids = [id for id in asked if id is not None]
    found = await ReadMark.of(me(), ids)
    return {str(id): found.get(id, 0) for id in ids}


@pages.get("/inbox/new")
@staff_only
async def new() -> ResponseReturnValue:
    return await _new(None)


async def _new(problem: str | None, status: int = 200) -> ResponseReturnValue:
    q = request.args.get("q", "").strip()[:100]
    phone = parse_phone(q, church().country)
    members = await _found(q, phone)
    context = {
        "q": q,
        "members": members,
        "phone": phone if phone and all(one.phone != phone for one in members) else None,
        "shown_phone": show_phone(phone, church().country) if phone else None,
        "problem": problem,
    }
    if in_frame("thread") or in_frame("found"):
        return await answer(draw("conversations/new.html", **context), status)
    return await page(
        "conversations/index.html", status, conversation=None, **await _list(), **context
    )


async def _found(q: str, phone: str | None) -> list[Member]:
    members = Member.filter(church_id=church().id)
    if phone:
        members = members.filter(phone=phone)
    elif q:
        digits = "".join(c for c in q if c.isdigit())
        by_phone = Q(phone__contains=digits) if len(digits) >= 3 else Q(id=-1)
        members = members.filter(Q(name__icontains=q) | by_phone)
    else:
        # Nothing asked yet: the people with a name, not the numbers without one.
        members = members.exclude(name="")
    return await members.order_by("name", "id").limit(MOST_FOUND)


@pages.post("/inbox")
@staff_only
async def create() -> ResponseReturnValue:
    """Open the conversation with a member, or with a number that is nobody's yet."""
    form = await request.form
    number = await PhoneNumber.main(church().id)
    if number is None:
        return await _new(reason_for("no_number").text, 422)
    member = await _chosen_member(form.get("member_id", ""), form.get("phone", ""))
    if member is None:
        return await _new("That is not a phone number we can text. Please check it.", 422)
    conversation = await Conversation.between(member, number)
    return redirect(paths.conversation(conversation.id), 303)


async def _chosen_member(member_id: str, phone: str) -> Member | None:
    if member_id:
        member = await Member.get_or_none(id=an_id(member_id) or 0, church_id=church().id)
        return member or abort(404)
    number = parse_phone(phone, church().country)
    return await Member.with_phone(church().id, number) if number else None


@pages.get("/inbox/<int:conversation_id>")
@staff_only
async def show(conversation_id: int) -> ResponseReturnValue:
    conversation = await find(conversation_id)
    opened = await _opened(conversation)
    if in_frame("thread"):
        marks = await ReadMark.of(me(), [conversation.id])
        around = {"staff": me(), "church": church(), "view": _view(), "marks": marks}
        return await answer(draw("conversations/show.html", **around, **opened))
    return await page("conversations/index.html", **await _list(conversation), **opened)


@pages.post("/inbox/<int:conversation_id>/read")
@staff_only
async def read(conversation_id: int) -> ResponseReturnValue:
    conversation = await find(conversation_id)
    inbound_read = await ReadMark.set(me(), conversation)
    await show_read(me().id, conversation.id, inbound_read)
    return "", 204


async def find(conversation_id: int) -> Conversation:
    """This church's conversation, with its member, number and church; else 404."""
    found = await Conversation.of(church().id).get_or_none(id=conversation_id)
    return found or abort(404)


async def _opened(conversation: Conversation) -> dict[str, Any]:
    messages, older = await page_of_messages(conversation)
    refusal = conversation.refusal
    return {
        "conversation": conversation,
        "messages": messages,
        "older": older,
        "reason": reason_for(refusal) if refusal else None,
        "people": await Staff.filter(church_id=church().id, left_at=None)
        .order_by("name")
        .limit(MOST_PEOPLE),
    }


async def page_of_messages(
    conversation: Conversation, before: int | None = None
) -> tuple[list[Message], str | None]:
    """One page of bubbles, oldest first, and the address of the page before it."""
    found = Message.filter(conversation_id=conversation.id)
    if before is not None:
        found = found.filter(id__lt=before)
    newest_first = (
        await found.order_by("-id")
        .limit(MESSAGES + 1)
        .select_related("author")
        .prefetch_related("pictures")
    )
    messages = newest_first[:MESSAGES][::-1]
    has_older = len(newest_first) > MESSAGES
    older = paths.older_messages(conversation.id, messages[0].id) if has_older else None
    return messages, older


async def _list(
    opened: Conversation | None = None, before: tuple[datetime, int] | None = None
) -> dict[str, Any]:
    """One page of rows, this person's marks in them and in the one opened, and the next page."""
    view = _view()
    found = await Conversation.page(
        church().id, view, staff_id=me().id, before=before, limit=ROWS + 1
    )
    shown = found[:ROWS]
    more = paths.rows(view, _cursor_of(shown[-1])) if len(found) > ROWS else None
    marked = [row.id for row in shown] + ([opened.id] if opened else [])
    read = await ReadMark.of(me(), marked)
    return {
        "rows": shown,
        "rows_id": container(view, me().id),
        "marks": read,
        "more": more,
        "view": view,
    }


def _view() -> str:
    view = request.args.get("view", "all")
    return view if view in VIEWS else "all"


def _cursor_of(row: Conversation) -> str:
    assert row.last_at
    return f"{row.last_at.astimezone(UTC).isoformat()}_{row.id}"


def _cursor(text: str) -> tuple[datetime, int]:
    at, _, last = text.rpartition("_")
    id = an_id(last)
    try:
        moment = datetime.fromisoformat(at)
        if id is None or moment.tzinfo is None:
            abort(400)
        return moment.astimezone(UTC), id
    except (ValueError, OverflowError):
        abort(400)
