"""Members as staff know them: their groups, their consent, and notes about them."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import fragments, screens
from inbox.i18n import N_
from inbox.models import Conversation, Group, Member
from inbox.models.conversations.profile import Profile
from inbox.models.finders import find_conversation, find_conversations, find_group, find_member
from inbox.models.group import MAX_GROUPS, TOO_MANY, TooManyGroups
from inbox.models.member import MAX_ABOUT_LENGTH, AboutTooLong, WrittenMeanwhile
from inbox.models.members.consent import (
    ConsentChange,
    OnlyTheyCanUndo,
    record_opt_out,
    undo_opt_out,
)
from inbox.render import put, replace
from inbox.rules.ids import an_id
from inbox.web.auth import church, me, needs
from inbox.web.pages import answer, draw, say, stream, wants_stream

pages = Blueprint("members", __name__)

TOO_LONG = N_(
    "This can have at most %(most)s characters. Nothing was saved. Shorten it and try again."
)
WRITTEN = N_(
    "A colleague changed this in the meantime: “%(about)s”. Your text is not lost. Save again to "
    "replace theirs."
)


@pages.get("/inbox/<int:conversation_id>/details")
@needs("read_conversations")
async def details(conversation_id: int) -> ResponseReturnValue:
    """The details pane beside the thread, or, to be put, the details that may have changed."""
    profile = await Profile.of(await find_conversation(me(), conversation_id), me())
    if wants_stream():
        return await stream(put(*fragments().details(church(), profile)))
    return await answer(draw("conversations/_details.html", profile=profile))


@pages.post("/members/<int:member_id>/about")
@needs("edit_members")
async def about(member_id: int) -> ResponseReturnValue:
    """`about`: the new notes, in place of `was`. If they are refused, the form keeps them."""
    member = await find_member(me(), member_id)
    form = await request.form
    text, was = form.get("about", ""), form.get("was", member.about)
    try:
        await member.write_about(text, over=was)
    except AboutTooLong:
        return await _not_written(member, was, say(TOO_LONG, most=MAX_ABOUT_LENGTH))
    except WrittenMeanwhile:
        return await _not_written(member, member.about, say(WRITTEN, about=member.about))
    return await _shown(member, await screens().show_about(church(), member))


async def _not_written(member: Member, was: str, problem: str) -> ResponseReturnValue:
    html = draw("members/_about_problem.html", member=member, was=was, problem=problem)
    return await stream(replace(f"about_problem_{member.id}", html), 422)


@pages.post("/members/<int:member_id>/opt-out")
@needs("record_opt_outs")
async def opt_out(member_id: int) -> ResponseReturnValue:
    """`opted_out`: "yes", or "no" to undo it; if that is impossible, the fragment says why."""
    member = await find_member(me(), member_id)
    opted_out = (await request.form).get("opted_out")
    if opted_out not in ("yes", "no"):
        abort(400)
    verb = record_opt_out if opted_out == "yes" else undo_opt_out
    try:
        return await _shown(member, await _show_consent(await verb(member, by=me())))
    except OnlyTheyCanUndo as refused:
        html = await _show_consent(ConsentChange(refused.conversation_ids))
        return await _shown(member, html, status=422)


async def _show_consent(changed: ConsentChange) -> list[str]:
    """Show it in all of the member's conversations; the HTML of those that this person may see."""
    visible = await find_conversations(me(), changed.conversation_ids)
    html: list[str] = []
    for id in changed.conversation_ids:
        lines = [line for line in changed.lines if line.conversation_id == id]
        shown = await screens().show_conversations([id], lines)
        html += shown if any(one.id == id for one in visible) else []
    return html


@pages.post("/members/<int:member_id>/groups")
@needs("change_groups")
async def groups(member_id: int) -> ResponseReturnValue:
    """`group_id` and `in` ("yes" or "no"), or the `name` of a group, created if missing."""
    member = await find_member(me(), member_id)
    form = await request.form
    try:
        group = await _group(form.get("group_id", ""), form.get("name", ""))
    except TooManyGroups:
        return await stream(_group_problem(member, say(TOO_MANY, most=MAX_GROUPS)), 422)
    if form.get("in", "yes") == "yes":
        await group.add([member])
    else:
        await group.remove(member)
    html = await screens().show_membership(church(), member, group)
    return await _shown(member, html, _group_problem(member, None))


def _group_problem(member: Member, problem: str | None) -> str:
    html = draw("members/_group_problem.html", member=member, problem=problem)
    return replace(f"group_problem_{member.id}", html)


async def _group(id: str, name: str) -> Group:
    if id:
        return await find_group(me(), an_id(id))
    try:
        return await Group.named(church().id, name)
    except ValueError:
        abort(400)


async def _shown(
    member: Member, html: list[str], more: str = "", status: int = 200
) -> ResponseReturnValue:
    if wants_stream():
        return await stream(put(*html) + more, status)
    seen = Conversation.visible_to(me()).filter(member_id=member.id)
    newest = await seen.order_by("-last_at").first()
    return redirect(paths.conversation(newest.id) if newest else paths.inbox(), 303)
