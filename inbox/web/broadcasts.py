"""Broadcasts: one text to many, and how far it has come."""

from typing import Any

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue
from tortoise.functions import Count

from inbox import paths
from inbox.context import current_context
from inbox.live import fragments
from inbox.live.screens import show_broadcast, show_church
from inbox.models import Broadcast, Group, Member
from inbox.models.broadcast import TARGET_TYPES
from inbox.models.message import checked_key, new_key
from inbox.models.outbound import CannotSend
from inbox.render import put
from inbox.rules.reasons import reason_for
from inbox.web.auth import church, me, staff_only
from inbox.web.forms import an_id
from inbox.web.pages import answer, draw, in_frame, page, stream, wants_stream

pages = Blueprint("broadcasts", __name__)

PAGE = 30
MOST_GROUPS = 200
NOTHING: dict[str, Any] = {"body": "", "target_type": "all", "target_ids": [], "key": ""}


@pages.get("/broadcasts")
@staff_only
async def index() -> ResponseReturnValue:
    if in_frame("thread"):
        return await answer(draw("conversations/_nothing_open.html", view="broadcasts"))
    return await page("broadcasts/index.html", **await _list())


@pages.get("/broadcasts/new")
@staff_only
async def new() -> ResponseReturnValue:
    return await _form({**NOTHING, "key": new_key()}, None)


@pages.post("/broadcasts")
@staff_only
async def create() -> ResponseReturnValue:
    form = await request.form
    target_type = next((t for t in TARGET_TYPES if t == form.get("target_type")), None)
    ids = [id for id in map(an_id, form.getlist("target_ids")) if id is not None]
    if target_type is None:
        abort(400)
    try:
        key = checked_key(form.get("key") or new_key())
    except ValueError:
        abort(400)
    try:
        broadcast = await Broadcast.compose(
            church(),
            by=me(),
            body=form.get("body", ""),
            target_type=target_type,
            target_ids=[] if target_type == "all" else ids,
            key=key,
        )
    except CannotSend as refusal:
        reason = reason_for(refusal.code)
        values = {
            "body": form.get("body", ""),
            "target_type": target_type,
            "target_ids": ids,
            # The old key would find the text that it has sent already.
            "key": new_key() if refusal.code == "key_taken" else key,
        }
        return await _form(values, f"{reason.text} {reason.remedy}", 422)
    current_context().wake_worker()
    await show_broadcast(broadcast)
    return redirect(paths.broadcast(broadcast.id), 303)


@pages.get("/broadcasts/<int:broadcast_id>")
@staff_only
async def show(broadcast_id: int) -> ResponseReturnValue:
    broadcast = await _find(broadcast_id)
    context = fragments.broadcast_facts(broadcast, await broadcast.progress())
    if in_frame("thread"):
        return await answer(draw("broadcasts/show.html", **context))
    return await page("broadcasts/index.html", pane="show", **await _list(), **context)


@pages.post("/broadcasts/<int:broadcast_id>/stop")
@staff_only
async def stop(broadcast_id: int) -> ResponseReturnValue:
    broadcast = await _find(broadcast_id)
    await broadcast.stop()
    html = await show_broadcast(broadcast)
    await show_church(broadcast.church_id)
    if wants_stream():
        return await stream(put(html))
    return redirect(paths.broadcast(broadcast.id), 303)


async def _find(broadcast_id: int) -> Broadcast:
    found = Broadcast.filter(church_id=church().id).select_related("author")
    return await found.get_or_none(id=broadcast_id) or abort(404)


async def _list() -> dict[str, Any]:
    before = an_id(request.args.get("before"))
    found = Broadcast.filter(church_id=church().id)
    if before is not None:
        found = found.filter(id__lt=before)
    newest = await found.order_by("-id").limit(PAGE + 1)
    rows = [fragments.broadcast_facts(one, await one.progress()) for one in newest[:PAGE]]
    more = paths.broadcasts(newest[PAGE - 1].id) if len(newest) > PAGE else None
    return {"broadcasts": rows, "more": more, "view": "broadcasts"}


async def _form(
    values: dict[str, Any], problem: str | None, status: int = 200
) -> ResponseReturnValue:
    everyone = Member.filter(church_id=church().id)
    left_out = await everyone.filter(Member.not_textable()).count()
    context = {
        "groups": await Group.filter(church_id=church().id)
        .annotate(count=Count("memberships"))
        .order_by("name")
        .limit(MOST_GROUPS),
        "values": values,
        "problem": problem,
        "everyone_count": await everyone.count() - left_out,
        "left_out_count": left_out,
    }
    if in_frame("thread"):
        html = draw("broadcasts/new.html", church=church(), staff=me(), **context)
        return await answer(html, status)
    return await page("broadcasts/index.html", status, pane="new", **await _list(), **context)
