"""Saved replies: edited in Settings, inserted in the composer."""

from typing import Any

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.models import SavedReply
from inbox.models.finders import find_conversation, find_saved_reply
from inbox.models.saved_reply import SavedReplyProblem
from inbox.rules.merge import STAND_IN, merge
from inbox.web.auth import church, me, needs
from inbox.web.pages import answer, draw, page, say

pages = Blueprint("saved_replies", __name__)

MAX_SEARCH_LENGTH = 100


@pages.get("/inbox/<int:conversation_id>/saved-replies")
@needs("answer")
async def found(conversation_id: int) -> ResponseReturnValue:
    """Saved replies that match `q`, each as it would be sent to this member."""
    conversation = await find_conversation(me(), conversation_id)
    q = request.args.get("q", "").strip()[:MAX_SEARCH_LENGTH]
    name, stand_in = conversation.member.first_name, say(STAND_IN)
    items = [
        (one, merge(one.body, first_name=name, stand_in=stand_in))
        for one in await SavedReply.matching(church(), q)
    ]
    return await answer(draw("saved_replies/_found.html", items=items, q=q))


@pages.get("/settings/saved-replies")
@needs("read_settings")
async def index() -> ResponseReturnValue:
    return await _page()


@pages.post("/settings/saved-replies")
@needs("edit_saved_replies")
async def create() -> ResponseReturnValue:
    form = await request.form
    title, body = form.get("title", ""), form.get("body", "")
    try:
        await SavedReply.add(church(), title, body)
    except SavedReplyProblem as problem:
        return await _page(422, problem=_said(problem), values={"title": title, "body": body})
    return redirect(f"{paths.saved_reply_settings()}?saved", 303)


@pages.post("/settings/saved-replies/<int:saved_reply_id>")
@needs("edit_saved_replies")
async def update(saved_reply_id: int) -> ResponseReturnValue:
    saved = await find_saved_reply(me(), saved_reply_id)
    form = await request.form
    saved.title, saved.body = form.get("title", ""), form.get("body", "")
    try:
        await saved.change(saved.title, saved.body)
    except SavedReplyProblem as problem:
        return await _page(422, edited=saved, edited_problem=_said(problem))
    return redirect(f"{paths.saved_reply_settings()}?saved", 303)


@pages.post("/settings/saved-replies/<int:saved_reply_id>/delete")
@needs("edit_saved_replies")
async def delete(saved_reply_id: int) -> ResponseReturnValue:
    await (await find_saved_reply(me(), saved_reply_id)).delete()
    return redirect(paths.saved_reply_settings(), 303)


def _said(problem: SavedReplyProblem) -> str:
    return problem.said(church().language)


async def _page(
    status: int = 200, edited: SavedReply | None = None, **context: Any
) -> ResponseReturnValue:
    """`edited`: a reply that was refused, with the text that was entered."""
    known = await SavedReply.all_of(church())
    shown = [edited if edited and one.id == edited.id else one for one in known]
    given = {"problem": None, "edited_problem": None, "values": {"title": "", "body": ""}}
    return await page(
        "settings/saved_replies.html",
        status,
        saved_replies=shown,
        edited_id=edited.id if edited else None,
        saved="saved" in request.args,
        view="settings",
        **given | context,
    )
