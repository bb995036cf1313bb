"""The inbox: the list of conversations, and the open one."""

import asyncio
from typing import Any

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import fragments, screens
from inbox.i18n import N_
from inbox.models import Conversation, Draft, Member, Mention, Message, ReadMark, Staff
from inbox.models.conversations import thread
from inbox.models.finders import (
    NotFound,
    find_bubble,
    find_conversation,
    find_main_number,
    find_member,
)
from inbox.models.members.search import by_name, find_members
from inbox.render import put, replace
from inbox.rules.ids import an_id
from inbox.rules.phone import parse_phone, show_phone
from inbox.rules.reasons import reason_for
from inbox.web.auth import church, me, needs
from inbox.web.listing import asked_for, cursor, list_page, rows_of
from inbox.web.pages import answer, draw, in_frame, is_prefetch, page, stream

pages = Blueprint("conversations", __name__)

MAX_FOUND = 20
MAX_MARKS = 200
MAX_PEOPLE = 200


@pages.get("/inbox")
@needs("read_conversations")
async def index() -> ResponseReturnValue:
    if in_frame("thread"):
        return await answer(draw("conversations/_nothing_open.html", view=asked_for().view))
    return await page("conversations/index.html", conversation=None, **await list_page())


@pages.get("/inbox/rows")
@needs("read_conversations")
async def rows() -> ResponseReturnValue:
    """The next rows of the list, put below the existing ones."""
    listing = asked_for()
    found, more_of_them = await rows_of(listing, cursor(listing))
    html = [fragments().row(church(), row, listed=True) for row in found]
    more = draw("conversations/_more.html", more=more_of_them)
    return await stream(put(*html) + replace("rows_more", more))


@pages.get("/inbox/marks")
@needs("read_conversations")
async def marks() -> ResponseReturnValue:
    """How far this person has read each of the given conversations."""
    asked = map(an_id, request.args.get("ids", "").split(",")[:MAX_MARKS])
    ids = [id for id in asked if id is not None]
    found = await ReadMark.of(me(), ids)
    return {str(id): found.get(id, 0) for id in ids}


@pages.get("/inbox/new")
@needs("answer")
async def new() -> ResponseReturnValue:
    return await _new(None)


async def _new(problem: str | None, status: int = 200) -> ResponseReturnValue:
    q, after = request.args.get("q", "").strip()[:100], an_id(request.args.get("after"))
    if after is not None and in_frame(f"members_after_{after}"):
        return await answer(draw("conversations/_found_members.html", **await _found(q, after)))
    phone = parse_phone(q, church().country)
    found = await _found(q)
    members: list[Member] = found["members"]
    context = {
        "q": q,
        **found,
        "phone": phone if phone and all(one.phone != phone for one in members) else None,
        "shown_phone": show_phone(phone, church().country) if phone else None,
        "problem": problem,
    }
    if in_frame("thread") or in_frame("found"):
        return await answer(draw("conversations/new.html", **context), status)
    return await page(
        "conversations/index.html", status, conversation=None, **await list_page(), **context
    )


async def _found(q: str, after: int | None = None) -> dict[str, Any]:
    """One page of members, and the URL of the next page."""
    last = await find_member(me(), after) if after else None
    if q:
        found = await find_members(church(), q, MAX_FOUND + 1, last, provisional=True)
    else:
        # Without a query, show members who have a name.
        named = Member.filter(church_id=church().id).exclude(name="")
        found = await by_name(named, last).limit(MAX_FOUND + 1)
    next_after = found[MAX_FOUND - 1].id if found[MAX_FOUND:] else None
    return {
        "members": found[:MAX_FOUND],
        "after": after,
        "next_after": next_after,
        "next_members": paths.new_conversation(q, next_after) if next_after else None,
    }


@pages.post("/inbox")
@needs("answer")
async def create() -> ResponseReturnValue:
    """Open the conversation with a member, or with a number that belongs to no member yet."""
    form = await request.form
    try:
        number = await find_main_number(me())
    except NotFound:
        return await _new(reason_for("no_number").text, 422)
    member = await _chosen_member(form.get("member_id", ""), form.get("phone", ""))
    if member is None:
        return await _new(N_("That is not a phone number we can text. Please check it."), 422)
    conversation = await Conversation.between(member, number)
    return redirect(paths.conversation(conversation.id), 303)


async def _chosen_member(member_id: str, phone: str) -> Member | None:
    if member_id:
        return await find_member(me(), an_id(member_id))
    number = parse_phone(phone, church().country)
    return await Member.with_phone(church().id, number, provisional=True) if number else None


@pages.get("/inbox/<int:conversation_id>")
@needs("read_conversations")
async def show(conversation_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    if not is_prefetch():
        await _see_mention(conversation)
    if in_frame("thread"):
        opened = await _opened(conversation)
        marks = await ReadMark.of(me(), [conversation.id])
        listing = asked_for()
        around = {"staff": me(), "church": church(), "listing": listing, "marks": marks}
        around["view"] = listing.view
        return await answer(draw("conversations/show.html", **around, **opened))
    listed, opened = await asyncio.gather(list_page(conversation), _opened(conversation))
    return await page("conversations/index.html", **listed, **opened)


@pages.post("/inbox/<int:conversation_id>/read")
@needs("read_conversations")
async def read(conversation_id: int) -> ResponseReturnValue:
    conversation = await find_conversation(me(), conversation_id)
    inbound_read = await ReadMark.set(me(), conversation)
    await screens().show_own(me().id, "read", conversation.id, inbound_read=inbound_read)
    await _see_mention(conversation)
    return "", 204


async def _see_mention(conversation: Conversation) -> None:
    if me().id in conversation.unseen_by:
        await Mention.see(me(), conversation.id)
        # Even if another tab was faster: every revision taken is shown.
        await screens().show_conversations([conversation.id])


@pages.get("/inbox/<int:conversation_id>/message/<int:message_id>")
@needs("read_conversations")
async def one(conversation_id: int, message_id: int) -> ResponseReturnValue:
    """A bubble's own URL: the thread, scrolled to it."""
    conversation = await find_conversation(me(), conversation_id)
    message = await find_bubble(conversation, message_id)
    return redirect(paths.said(conversation.id, message.id))


async def _opened(conversation: Conversation) -> dict[str, Any]:
    (stretch, found), drafts, people = await asyncio.gather(
        _asked_for(conversation),
        Draft.texts(me(), conversation),
        Staff.filter(church_id=church().id, left_at=None).order_by("name").limit(MAX_PEOPLE),
    )
    refusal = conversation.refusal
    return {
        "conversation": conversation,
        "messages": [fragments().message(church(), one) for one in stretch.messages],
        "older": stretch.older,
        "newer": stretch.newer,
        "found": found,
        "reason": reason_for(refusal) if refusal else None,
        "drafts_here": drafts,
        "people": people,
    }


async def _asked_for(conversation: Conversation) -> tuple[thread.Stretch, Message | None]:
    """The end of the thread, or the page around the bubble in the URL."""
    found = await _bubble_at(conversation, an_id(request.args.get("at")))
    if found is None or found.is_undone:
        return await thread.newest(conversation), None
    return await thread.around(conversation, found), found


async def _bubble_at(conversation: Conversation, id: int | None) -> Message | None:
    if id is None:
        return None
    try:
        return await find_bubble(conversation, id)
    except NotFound:
        return None
