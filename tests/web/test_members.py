"""What staff know about a member: the details beside the thread, and changes to them."""

from datetime import timedelta

import aiohttp
import pytest

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.keys import new_key
from inbox.models import Conversation, Group, Member, Membership, Message, PhoneNumber
from inbox.models.broadcasts.composing import compose_broadcast
from inbox.models.broadcasts.enqueueing import enlist
from inbox.models.conversations.profile import Profile
from tests.cast import NAOMI, Cast
from tests.house import House
from tests.models.queueing import queue

STREAM = {"Accept": "text/vnd.turbo-stream.html"}


async def post(browser: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    async with browser.post(path, data=form, headers=STREAM) as answer:
        return answer.status, await answer.text()


async def get(browser: aiohttp.ClientSession, path: str) -> tuple[int, str]:
    async with browser.get(path) as answer:
        return answer.status, await answer.text()


async def groups_of(member: Member) -> set[str]:
    found = await Membership.filter(member_id=member.id).select_related("group")
    return {one.group.name for one in found}


async def test_the_details_show_who_it_is_and_what_was_sent(house: House) -> None:
    await house.text(NAOMI, "Hello")
    conversation, naomi = await house.cast.conversation(), house.cast.naomi
    await naomi.write_about("Her boys are six and nine.", over="")
    group = await Group.create(church=house.cast.grace, name="Choir")
    await group.add([naomi])
    await copy_of_a_broadcast(house, conversation)
    browser = await house.browser(house.cast.ruth)
    status, text = await get(browser, paths.details(conversation.id))
    assert status == 200 and text.startswith('<turbo-frame id="details"')
    for said in (
        "Naomi Park",
        "(202) 555-0142",
        "Can be texted",
        "Her boys are six and nine.",
        '<li class="group-name" dir="auto">Choir</li>',
        "Sunday closing",
        "Not delivered",
        "1 text<",
    ):
        assert said in text, said


async def copy_of_a_broadcast(house: House, conversation: Conversation) -> None:
    broadcast = await compose_broadcast(
        house.cast.grace,
        by=house.cast.ruth,
        body="Sunday closing",
        target_type="all",
        key=new_key(),
        send_after=now() + timedelta(days=1),
    )
    await Message.create(
        church=house.cast.grace,
        conversation=conversation,
        phone_number=house.cast.grace_number,
        broadcast=broadcast,
        kind="out",
        body="Sunday closing",
        status="undelivered",
        key=new_key(),
        revision=1,
        position=1,
    )


async def test_other_conversations_are_those_with_the_same_member_on_another_number(
    house: House,
) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    assert (await Profile.of(conversation, house.cast.ruth)).others == []
    second = await PhoneNumber.create(
        church=house.cast.grace,
        number="+12025550188",
        sid="PN" + "8" * 32,
        send_rate=0,
        connected_at=now(),
    )
    other = await Conversation.between(house.cast.naomi, second)
    assert (await Profile.of(conversation, house.cast.ruth)).others == [], (
        "nothing has been said there"
    )
    await Conversation.filter(id=other.id).update(last_at=now(), last_body="Hi", inbound_count=2)
    profile = await Profile.of(conversation, house.cast.ruth)
    assert [one.id for one in profile.others] == [other.id]
    assert (profile.received, profile.sent) == (3, 0)


async def test_canceled_texts_do_not_count_as_ours(cast: Cast) -> None:
    for status in ("queued", "delivered", "failed", "canceled"):
        text = await queue(cast)
        await Message.filter(id=text.id).update(status=status)
    profile = await Profile.of(await cast.conversation(), cast.ruth)
    assert profile.sent == 3


async def test_a_broadcast_shows_the_members_copy_and_its_list_shows_the_template(
    house: House,
) -> None:
    conversation = await house.cast.conversation()
    broadcast = await compose_broadcast(
        house.cast.grace,
        by=house.cast.ruth,
        body="Hi {first_name}, we sing on Sunday",
        target_type="all",
        key=new_key(),
    )
    while await enlist(broadcast):
        pass
    await house.text(NAOMI, "So do I")
    ruth = await house.browser(house.cast.ruth)
    for path, words in (
        (paths.details(conversation.id), "Hi Naomi, we sing on Sunday"),
        (paths.conversation(conversation.id), "“Hi Naomi, we sing on Sunday”"),
        (paths.broadcasts(), "Hi [First name], we sing on Sunday"),
        (paths.broadcast(broadcast.id), "Hi [First name], we sing on Sunday"),
    ):
        status, text = await get(ruth, path)
        assert status == 200 and words in text and "Hi {first_name}" not in text, path


async def test_an_opted_out_member_is_shown_as_such(house: House) -> None:
    await house.text(NAOMI, "Hello")
    await house.text(NAOMI, "STOP")
    browser = await house.browser(house.cast.ruth)
    _, text = await get(browser, paths.details((await house.cast.conversation()).id))
    assert "Opted out by text on" in text and "Can be texted" not in text


@pytest.mark.parametrize("who", ["ruth", "daniel", "mercy"])
async def test_anyone_who_may_reply_may_opt_out_a_member_and_undo_it(
    house: House, who: str
) -> None:
    await house.text(NAOMI, "Please stop sending texts")
    naomi, conversation = house.cast.naomi, await house.cast.conversation()
    staff = getattr(house.cast, who)
    browser = await house.browser(staff)
    _, page = await get(browser, paths.conversation(conversation.id))
    assert "They may be asking to stop getting texts." in page and "Opt Naomi out" in page

    status, html = await post(browser, paths.opt_out(naomi.id), opted_out="yes")
    assert status == 200 and f"{staff.name} opted Naomi Park out of texts" in html
    assert f"{staff.name} recorded it." in html, "it is above the composer, too"
    assert "They may be asking" not in html
    assert (await Member.get(id=naomi.id)).refusal == "opted_out"
    _, details = await get(browser, paths.details(conversation.id))
    assert f"Opted out by {staff.name} on" in details

    status, html = await post(browser, paths.opt_out(naomi.id), opted_out="no")
    assert status == 200 and "undid the opt-out: Naomi Park can be texted again" in html
    assert (await Member.get(id=naomi.id)).refusal is None


async def test_an_opt_out_works_without_scripts(house: House) -> None:
    await house.text(NAOMI, "Hello")
    home = paths.conversation((await house.cast.conversation()).id)
    browser = await house.browser(house.cast.ruth)
    for opted_out, refusal in (("yes", "opted_out"), ("no", None)):
        form = {"opted_out": opted_out}
        path = paths.opt_out(house.cast.naomi.id)
        async with browser.post(path, data=form, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, home)
        assert (await Member.get(id=house.cast.naomi.id)).refusal == refusal
    assert (await post(browser, path, opted_out="perhaps"))[0] == 400


async def test_undoing_a_stop_explains_that_only_the_member_can(house: House) -> None:
    await house.text(NAOMI, "STOP")
    browser = await house.browser(house.cast.ruth)
    status, html = await post(browser, paths.opt_out(house.cast.naomi.id), opted_out="no")
    assert status == 422 and "They asked for it by text, so staff cannot undo it." in html
    assert "by texting START" in html and 'value="no"' not in html
    assert (await Member.get(id=house.cast.naomi.id)).refusal == "opted_out"


async def test_the_suggestion_to_opt_out_is_dismissed_for_everyone(house: House) -> None:
    await house.text(NAOMI, "Take me off the list")
    conversation = await house.cast.conversation()
    ruth, daniel = [await house.browser(one) for one in (house.cast.ruth, house.cast.daniel)]
    address = paths.opt_out_hint(conversation.id)
    first = str(conversation.opt_out_hint_id)
    await house.text(NAOMI, "Remove me please")
    assert (await post(ruth, address, message=first))[0] == 200
    _, page = await get(daniel, paths.conversation(conversation.id))
    assert "They may be asking" in page, "the newer one is still unread"
    second = str((await house.cast.conversation()).opt_out_hint_id)
    assert (await post(ruth, address, message=second))[0] == 200
    _, page = await get(daniel, paths.conversation(conversation.id))
    assert "They may be asking" not in page
    assert (await Member.get(id=house.cast.naomi.id)).refusal is None


@pytest.mark.parametrize(
    ("phone", "unreachable", "said"),
    [
        ("SUPPORT", None, "This sender has a name instead of a phone number"),
        ("68849", None, "short code, which broadcasts leave out"),
        ("+12025550188", "21614", "It is probably a landline."),
    ],
)
async def test_screens_say_who_cannot_be_texted_and_why(
    house: House, phone: str, unreachable: str | None, said: str
) -> None:
    member = await Member.create(church=house.cast.grace, phone=phone, unreachable=unreachable)
    conversation = await house.cast.conversation(member)
    browser = await house.browser(house.cast.ruth)
    for path in (paths.details(conversation.id), paths.people_settings()):
        _, text = await get(browser, path)
        assert said in text, path
    assert "Can be texted" not in (await get(browser, paths.details(conversation.id)))[1]


async def test_notes_about_a_member_are_stored_and_confirmed(house: House) -> None:
    browser, naomi = await house.browser(house.cast.ruth), house.cast.naomi
    status, html = await post(browser, paths.about(naomi.id), about="  Likes <tea>\r\nand soup ")
    assert status == 200 and f'id="about_{naomi.id}"' in html and "&lt;tea&gt;" in html
    assert (await Member.get(id=naomi.id)).about == "Likes <tea>\nand soup"
    await post(browser, paths.about(naomi.id), about="")
    assert (await Member.get(id=naomi.id)).about == ""


async def test_details_that_are_too_long_are_refused_whole(house: House) -> None:
    browser, naomi = await house.browser(house.cast.ruth), house.cast.naomi
    await post(browser, paths.about(naomi.id), about="Likes tea")
    status, html = await post(browser, paths.about(naomi.id), about="x" * 2001)
    assert status == 422 and "This can have at most 2000 characters" in html
    assert (await Member.get(id=naomi.id)).about == "Likes tea"
    assert (await post(browser, paths.about(naomi.id), about="x" * 2000))[0] == 200


async def test_two_who_edit_a_member_do_not_overwrite_each_other_unasked(
    house: House,
) -> None:
    browser, naomi = await house.browser(house.cast.ruth), house.cast.naomi
    path = paths.about(naomi.id)
    await post(browser, path, about="Likes tea", was="")
    status, html = await post(browser, path, about="Her mother is ill", was="")
    assert status == 422 and "changed this in the meantime: “Likes tea”" in html
    assert 'name="was" value="Likes tea"' in html
    assert (await Member.get(id=naomi.id)).about == "Likes tea"
    # Sending the same again, such as after a lost response, is no conflict.
    assert (await post(browser, path, about="Likes tea", was=""))[0] == 200
    both = "Likes tea\r\nHer mother is ill"
    assert (await post(browser, path, about=both, was="Likes tea"))[0] == 200
    assert (await Member.get(id=naomi.id)).about == both.replace("\r\n", "\n")
    assert (await post(browser, path, about="", was=both))[0] == 200


async def test_a_member_joins_leaves_and_creates_groups(house: House) -> None:
    browser, naomi = await house.browser(house.cast.ruth), house.cast.naomi
    choir = await Group.create(church=house.cast.grace, name="Choir")
    path, id = paths.member_groups(naomi.id), str(choir.id)
    for _ in range(2):
        status, html = await post(browser, path, group_id=id, **{"in": "yes"})
        assert status == 200 and 'aria-pressed="true"' in html
        assert await groups_of(naomi) == {"Choir"}
    for _ in range(2):
        status, html = await post(browser, path, group_id=id, **{"in": "no"})
        assert status == 200 and 'aria-pressed="false"' in html
        assert await groups_of(naomi) == set()
    await post(browser, path, name="  Soup   kitchen ")
    await post(browser, path, name="soup kitchen")
    assert await groups_of(naomi) == {"Soup kitchen"}
    assert await Group.filter(church=house.cast.grace).count() == 2


@pytest.mark.parametrize("form", [{}, {"name": "  "}, {"group_id": "x"}, {"group_id": "999999"}])
async def test_nonsense_creates_no_group(house: House, form: dict[str, str]) -> None:
    browser = await house.browser(house.cast.ruth)
    status, _ = await post(browser, paths.member_groups(house.cast.naomi.id), **form)
    assert status in (400, 404)
    assert not await Membership.exists() and not await Group.exists()


async def test_the_forms_work_without_scripts(house: House) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    browser, id = await house.browser(house.cast.ruth), house.cast.naomi.id
    for path, form in (
        (paths.about(id), {"about": "Sings alto"}),
        (paths.member_groups(id), {"name": "Choir"}),
    ):
        async with browser.post(path, data=form, allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == paths.conversation(conversation.id)


async def test_a_bubble_has_an_address_and_the_thread_continues_from_there(house: House) -> None:
    conversation = await house.cast.conversation()
    await Message.bulk_create(
        [
            Message(
                church=house.cast.grace,
                conversation=conversation,
                phone_number=house.cast.grace_number,
                kind="in",
                body=f"Text {number}.",
                status="received",
                key=new_key(),
                revision=1,
                position=1,
            )
            for number in range(130)
        ]
    )
    browser = await house.browser(house.cast.ruth)
    texts = await Message.filter(conversation_id=conversation.id).order_by("id")
    path = paths.message(conversation.id, texts[40].id)
    async with browser.get(path, allow_redirects=False) as answer:
        assert answer.headers["Location"] == paths.said(conversation.id, texts[40].id)
    _, page = await get(browser, path)
    assert f'at="{dom_id(texts[40])}"' in page
    assert ">Text 16.<" in page and ">Text 15.<" not in page
    assert ">Text 65.<" in page and ">Text 66.<" not in page
    newer = paths.newer_messages(conversation.id, texts[65].place)
    assert newer in page and paths.older_messages(conversation.id, texts[16].place) in page
    _, more = await get(browser, newer)
    assert ">Text 66.<" in more and ">Text 115.<" in more and ">Text 116.<" not in more
    _, rest = await get(browser, paths.newer_messages(conversation.id, texts[115].place))
    assert ">Text 129.<" in rest and "data-gone" in rest

    _, whole = await get(browser, paths.said(conversation.id, 999_999))
    assert ">Text 129.<" in whole and " at=" not in whole
    status, _ = await get(browser, paths.message(conversation.id, 999_999))
    assert status == 404
