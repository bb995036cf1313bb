"""Tell the screens about a member: all that have one of their conversations open."""

from inbox.live import fragments, rooms
from inbox.live.wire import wire
from inbox.models import Church, Group, Member
from inbox.models.conversations.drawing import conversation_ids_with


async def show_about(church: Church, member: Member) -> list[str]:
    """Show the notes about a member; their HTML."""
    html = fragments.about(church, member)
    await _put(member, {f"about_{member.id}": html})
    return [html]


async def show_membership(church: Church, member: Member, group: Group) -> list[str]:
    """Show the member's groups, and this group's control; their HTML."""
    groups, member_of = await Group.all_of(member.church_id), await Group.ids_with(member)
    chips = fragments.groups(church, member, groups, member_of)
    choice = fragments.membership(church, member, group, member_of)
    await _put(member, {f"groups_{member.id}": chips, f"group_{member.id}_{group.id}": choice})
    return [chips, choice]


async def _put(member: Member, html: dict[str, str]) -> None:
    for id in await conversation_ids_with(member):
        for element, fragment in html.items():
            wire().put(rooms.conversation(id), element, fragment)
