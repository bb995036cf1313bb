"""Broadcasts: composing, sending, and following one text to many members."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue
from tortoise.functions import Count

from inbox import paths
from inbox.clock import now
from inbox.context import current_context, screens
from inbox.keys import new_key
from inbox.live.fragments import broadcast_facts
from inbox.models import Broadcast, Group, Member
from inbox.models.broadcasts.composing import compose_broadcast, rewrite_broadcast
from inbox.models.broadcasts.progress import Progress, open_progress, progress_of
from inbox.models.broadcasts.retrying import retry_failed
from inbox.models.broadcasts.stopping import stop_broadcast
from inbox.models.finders import find_broadcast
from inbox.models.group import MAX_GROUPS
from inbox.render import put
from inbox.rules.ids import an_id
from inbox.rules.refusals import CannotSend
from inbox.rules.send_time import NoSuchTime
from inbox.web.auth import church, me, needs
from inbox.web.composing import Written, what_is_wrong
from inbox.web.pages import answer, draw, in_frame, page, stream, wants_stream
from inbox.web.recipients import listed

pages = Blueprint("broadcasts", __name__)

PAGE = 30


@pages.get("/broadcasts")
@needs("read_broadcasts")
async def index() -> ResponseReturnValue:
    if in_frame("thread"):
        return await answer(draw("conversations/_nothing_open.html", view="broadcasts"))
    return await page("broadcasts/index.html", **await _list())


@pages.get("/broadcasts/new")
@needs("send_broadcasts")
async def new() -> ResponseReturnValue:
    return await _form(Written(key=new_key()), None)


@pages.post("/broadcasts")
@needs("send_broadcasts")
async def create() -> ResponseReturnValue:
    written = Written.read(await request.form)
    try:
        broadcast = await compose_broadcast(
            church(),
            by=me(),
            body=written.body,
            target_type=written.target_type,
            target_ids=written.target_ids,
            key=written.key,
            send_after=written.send_after(church().timezone),
        )
    except (CannotSend, NoSuchTime) as refusal:
        if refusal.code == "key_taken":
            # The old key would find the text that it has already sent.
            written.key = new_key()
        return await _form(written, what_is_wrong(refusal), 422)
    current_context().wake_worker()
    await screens().show_broadcast(broadcast)
    return redirect(paths.broadcast(broadcast.id), 303)


@pages.get("/broadcasts/<int:broadcast_id>")
@needs("read_broadcasts")
async def show(broadcast_id: int) -> ResponseReturnValue:
    progress = await open_progress(await find_broadcast(me(), broadcast_id))
    context = broadcast_facts(progress)
    context |= await listed(progress, request.args.get("outcome"))
    context["group_names"] = await _group_names(progress.broadcast)
    if in_frame("thread"):
        return await answer(draw("broadcasts/show.html", **context))
    return await page("broadcasts/index.html", pane="show", **await _list(), **context)


async def _group_names(broadcast: Broadcast) -> list[str]:
    if broadcast.target_type != "groups":
        return []
    groups = Group.filter(church_id=church().id, id__in=broadcast.target_ids)
    return [group.name for group in await groups.order_by("name").limit(MAX_GROUPS)]


@pages.get("/broadcasts/<int:broadcast_id>/edit")
@needs("send_broadcasts")
async def edit(broadcast_id: int) -> ResponseReturnValue:
    broadcast = await find_broadcast(me(), broadcast_id)
    if not broadcast.may_be_edited:
        return redirect(paths.broadcast(broadcast.id), 303)
    return await _form(Written.of(broadcast, church().timezone), None, editing=broadcast)


@pages.post("/broadcasts/<int:broadcast_id>/edit")
@needs("send_broadcasts")
async def rewrite(broadcast_id: int) -> ResponseReturnValue:
    """Replace all of a broadcast that is waiting for its time; takes the same form as `create`."""
    broadcast, written = await find_broadcast(me(), broadcast_id), Written.read(await request.form)
    try:
        await rewrite_broadcast(
            broadcast,
            body=written.body,
            target_type=written.target_type,
            target_ids=written.target_ids,
            send_after=written.send_after(church().timezone) or now(),
        )
    except (CannotSend, NoSuchTime) as refusal:
        return await _form(written, what_is_wrong(refusal), 422, editing=broadcast)
    current_context().wake_worker()
    await screens().show_broadcast(broadcast)
    return redirect(paths.broadcast(broadcast.id), 303)


@pages.post("/broadcasts/<int:broadcast_id>/stop")
@needs("send_broadcasts")
async def stop(broadcast_id: int) -> ResponseReturnValue:
    broadcast = await find_broadcast(me(), broadcast_id)
    await stop_broadcast(broadcast)
    if broadcast.canceled_until is not None:
        current_context().wake_worker()
    return await _shown(broadcast)


@pages.post("/broadcasts/<int:broadcast_id>/send-now")
@needs("send_broadcasts")
async def send_now(broadcast_id: int) -> ResponseReturnValue:
    broadcast = await find_broadcast(me(), broadcast_id)
    if await broadcast.send_now():
        current_context().wake_worker()
    return await _shown(broadcast)


@pages.post("/broadcasts/<int:broadcast_id>/retry")
@needs("send_broadcasts")
async def retry(broadcast_id: int) -> ResponseReturnValue:
    """Send the failed copies again that may go now."""
    broadcast = await find_broadcast(me(), broadcast_id)
    if await retry_failed(broadcast):
        current_context().wake_worker()
    return await _shown(broadcast)


async def _shown(broadcast: Broadcast) -> ResponseReturnValue:
    html = await screens().show_broadcast(broadcast)
    await screens().show_church(broadcast.church_id)
    if wants_stream():
        return await stream(put(html))
    return redirect(paths.broadcast(broadcast.id), 303)


async def _list() -> dict[str, Any]:
    before = an_id(request.args.get("before"))
    found = Broadcast.visible_to(me())
    if before is not None:
        found = found.filter(id__lt=before)
    newest = await found.order_by("-id").limit(PAGE + 1)
    rows: list[Progress] = await progress_of(newest[:PAGE])
    more = paths.broadcasts(newest[PAGE - 1].id) if len(newest) > PAGE else None
    return {"broadcasts": rows, "more": more, "view": "broadcasts"}


async def _form(
    written: Written, problem: str | None, status: int = 200, editing: Broadcast | None = None
) -> ResponseReturnValue:
    here = now().astimezone(ZoneInfo(church().timezone))
    everyone = Member.listed(church().id)
    context = {
        "groups": await Group.filter(church_id=church().id)
        .annotate(count=Count("memberships"))
        .order_by("name")
        .limit(MAX_GROUPS),
        "chosen": await everyone.filter(id__in=written.member_ids).order_by("name", "id"),
        "unnamed_count": await everyone.filter(name="").count(),
        "written": written,
        "editing": editing,
        "problem": problem,
        "zone": church().timezone,
        "tomorrow": f"{here + timedelta(days=1):%Y-%m-%d}T09:00",
    }
    if in_frame("thread"):
        html = draw("broadcasts/new.html", church=church(), staff=me(), **context)
        return await answer(html, status)
    return await page("broadcasts/index.html", status, pane="new", **await _list(), **context)
