"""The church's members: looked up, added, and imported from a list."""

import pytest
from aiohttp import FormData
from bs4 import BeautifulSoup

from inbox import db, paths
from inbox.models import Conversation, Member
from inbox.models.members.importing import carry_out, plan
from inbox.models.members.naming import name_member
from inbox.models.members.search import find_members
from tests.cast import NAOMI, STRANGER, Cast
from tests.house import House
from tests.member_lists import lines_of

LIST = """Name,Phone
Naomi Park,(202) 555-0142
George B. Bell,202-555-0143
Ada Stone,202-555-0151
Ada Again,202-555-0151
New Name,202-555-0199
Nobody,12
"""


async def names(church_id: int) -> dict[str, str]:
    found = await Member.filter(church_id=church_id).values("phone", "name")
    return {row["phone"]: row["name"] for row in found}


async def test_a_list_is_previewed_before_anything_changes(cast: Cast) -> None:
    await Member.with_phone(cast.grace.id, STRANGER)
    before = await names(cast.grace.id)
    found = await plan(cast.grace, lines_of(LIST))
    assert [line.number for line in found.here] == [2]
    assert [(line.number, name) for line, name in found.other_name] == [(3, "George Bell")]
    assert [line.number for line in found.new] == [4]
    assert [line.number for line in found.doubled] == [5]
    assert [line.number for line in found.named] == [6]
    assert [line.number for line in found.unreadable] == [7]
    assert await names(cast.grace.id) == before

    assert await carry_out(cast.grace, found) == 2
    changed = {"+12025550151": "Ada Stone", STRANGER: "New Name"}
    assert await names(cast.grace.id) == before | changed
    again = await plan(cast.grace, lines_of(LIST))
    assert again.changes == 0


async def test_imported_names_for_known_numbers_update_their_conversations(cast: Cast) -> None:
    stranger = await Member.with_phone(cast.grace.id, STRANGER)
    lydia = await Member.with_phone(cast.hope.id, STRANGER)
    known, named, elsewhere = [
        await cast.conversation(one) for one in (cast.naomi, stranger, lydia)
    ]
    found = await plan(cast.grace, lines_of(LIST))
    await carry_out(cast.grace, found)
    assert (await Conversation.get(id=named.id)).revision == named.revision + 1
    assert (await Conversation.get(id=known.id)).revision == known.revision
    assert (await Conversation.get(id=elsewhere.id)).revision == elsewhere.revision
    assert (await Member.get(id=lydia.id)).name == ""
    assert [one.id for one in await find_members(cast.grace, "New Name", 5)] == [stranger.id]


async def test_a_member_who_is_named_meanwhile_keeps_that_name(cast: Cast) -> None:
    stranger = await Member.with_phone(cast.grace.id, STRANGER)
    conversation = await cast.conversation(stranger)
    found = await plan(cast.grace, lines_of(LIST))
    await name_member(stranger, "Rosa Diaz")
    await carry_out(cast.grace, found)
    assert (await Member.get(id=stranger.id)).name == "Rosa Diaz"
    assert (await Conversation.get(id=conversation.id)).revision == conversation.revision + 1


async def test_a_thousand_names_are_stored_in_a_few_statements(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones = [f"+1303{n + 2_000_000:07d}" for n in range(1_000)]
    await Member.bulk_create([Member(church=cast.grace, phone=phone) for phone in phones])
    lines = "".join(f"Member {n} of a congregation,{phone}\n" for n, phone in enumerate(phones))
    found = await plan(cast.grace, lines_of(lines))
    assert len(found.named) == 1_000
    asked: list[str] = []
    ask = db.rows

    async def counted(sql: str, *values: object) -> list[dict[str, object]]:
        asked.append(sql)
        return await ask(sql, *values)

    monkeypatch.setattr(db, "rows", counted)
    assert await carry_out(cast.grace, found) == 1_000
    assert 0 < len(asked) < 20
    assert not await Member.filter(church=cast.grace, name="").exists()
    assert (await Member.get(phone=phones[700])).name == "Member 700 of a congregation"


async def test_a_list_is_pasted_previewed_and_imported(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    answer = await browser.post(paths.import_people(), data={"list": LIST})
    page = await answer.text()
    assert "2 new members" in page and "Line 7: Nobody, 12" in page
    assert await Member.filter(church=house.cast.grace).count() == 2

    answer = await browser.post(paths.import_people(), data={"list": LIST, "sure": "yes"})
    assert "2 members added or named." in await answer.text()
    assert await Member.exists(church=house.cast.grace, name="Ada Stone")
    assert not await Member.exists(church=house.cast.hope, name="Ada Stone")


async def test_five_thousand_members_are_imported_at_once(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    lines = [f"Member {n} of a congregation,+1303{n + 2_000_000:07d}\n" for n in range(5_001)]
    answer = await browser.post(paths.import_people(), data={"list": "".join(lines)})
    page = await answer.text()
    assert answer.status == 200 and "5,000 new members" in page and "1 more line" in page
    form = {"list": "".join(lines), "sure": "yes"}
    assert (await browser.post(paths.import_people(), data=form)).status == 200
    assert await Member.filter(church=house.cast.grace).count() == 5_002
    answer = await browser.post(paths.people_settings(), data={"name": "x" * 100_000})
    assert answer.status == 413, "nothing else may be this long"


async def test_an_empty_list_says_so_in_a_sentence(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    page = await (await browser.get(paths.people_settings())).text()
    assert "2 members. Find them" in page and "no members yet" not in page
    await Member.filter(church=house.cast.grace).delete()
    page = await (await browser.get(paths.people_settings())).text()
    assert "There are no members yet." in page and "0 people" not in page


async def test_a_member_is_added_once(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    ada = {"name": "Ada  Stone", "phone": "(202) 555-0199"}
    page = await (await browser.post(paths.people_settings(), data=ada)).text()
    assert "Ada Stone is a member now." in page
    assert await Member.exists(church=house.cast.grace, name="Ada Stone", phone=STRANGER)
    answer = await browser.post(paths.people_settings(), data=ada)
    assert answer.status == 422 and "This number already belongs to" in await answer.text()
    answer = await browser.post(paths.people_settings(), data=ada | {"phone": "12"})
    assert answer.status == 422
    answer = await browser.get(paths.people_settings() + "?q=ada")
    assert "Ada Stone" in await answer.text() and NAOMI[-4:] not in await answer.text()


async def test_an_opened_number_is_no_member_until_it_is_added(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    await browser.post(paths.inbox(), data={"phone": STRANGER})
    opened = await Conversation.get(member__phone=STRANGER)
    page = await (await browser.get(paths.people_settings())).text()
    assert "2 members. Find them" in page and STRANGER[-4:] not in page
    asked = STRANGER[-7:]
    for path in (paths.people_settings(asked), f"{paths.people_to_choose()}?q={asked}"):
        assert "555-0199" not in await (await browser.get(path)).text(), path
    assert "555-0199" in await (await browser.get(paths.search(asked))).text()

    watching = await house.browser(house.cast.daniel)
    ada = {"name": "Ada Stone", "phone": STRANGER}
    page = await (await browser.post(paths.people_settings(), data=ada)).text()
    assert "3 members. Find them" in page and "Ada Stone is a member now." in page
    page = await (await watching.get(paths.conversation(opened.id))).text()
    assert "Ada Stone" in page


async def test_all_members_are_listed_page_by_page(house: House) -> None:
    for number in range(60):
        await Member.with_phone(
            house.cast.grace.id, f"+120255502{number:02}", f"Member {number:02}"
        )
    browser = await house.browser(house.cast.ruth)
    first = await (await browser.get(paths.people_settings())).text()
    assert "Member 48" in first and "Member 59" not in first
    last = await Member.get(name="Member 48")
    assert paths.people_settings(after=last.id) in first
    second = await (await browser.get(paths.people_settings(after=last.id))).text()
    assert "Member 59" in second and "Naomi Park" in second and "Member 48" not in second

    found = await (await browser.get(paths.people_settings("member"))).text()
    assert "Member 49" in found and "Member 50" not in found
    last = await Member.get(name="Member 49")
    more = paths.people_settings("member", last.id)
    assert more.replace("&", "&amp;") in found
    rest = await (await browser.get(more)).text()
    assert "Member 50" in rest and "Member 59" in rest and "Member 49" not in rest
    assert "Naomi Park" not in rest and "More members" not in rest


async def test_every_name_can_be_seen_before_it_is_imported(house: House) -> None:
    lines = [f"Person {n:03d}, 312555{n:04d}" for n in range(100, 200)]
    pasted = "\n".join([*lines, f"Someone Else, {NAOMI}"])
    browser = await house.browser(house.cast.ruth)
    answer = await browser.post(paths.import_people(), data={"list": pasted})
    page = (await answer.text()).replace("</bdi>", "")
    shown = page.partition('<textarea dir="auto" name="list"')[0]
    assert [n for n in range(100, 200) if f"Person {n:03d}" not in shown] == []
    assert "(202) 555-0142" in shown, "which member keeps another name"


async def test_an_empty_form_offers_to_add_nobody(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    for added, offered in ((f"Naomi Park, {NAOMI}", False), ("Ada Stone, 312 555 0151", True)):
        answer = await browser.post(paths.import_people(), data={"list": added})
        page = await answer.text()
        assert ('name="sure"' in page) is offered
        assert ("This list adds no one." in page) is not offered


async def test_contact_cards_from_a_phone_are_imported(house: House) -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Diaz;Rosa;;;\r\nFN:Rosa Díaz\r\n"
        "TEL;type=HOME:(202) 555-0152\r\nTEL;type=CELL:(202) 555-0151\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nFN:Ada Stone\r\nTEL;type=FAX:(202) 555-0153\r\nEND:VCARD\r\n"
    )
    browser = await house.browser(house.cast.ruth)
    form = FormData()
    form.add_field("file", cards.encode(), filename="contacts.vcf", content_type="text/vcard")
    async with browser.post(paths.import_people(), data=form) as answer:
        page = BeautifulSoup(await answer.text(), "html.parser")
    assert "1 new member" in page.text and "(202) 555-0151 (mobile)" in page.text
    assert "Not used: (202) 555-0152 (home)" in page.text
    assert "Ada Stone" in page.text, "a member who has only a fax is not dropped silently"
    again = page.select_one("textarea[name=list]")
    assert again
    await browser.post(paths.import_people(), data={"list": again.text, "sure": "yes"})
    rosa = await Member.get(church=house.cast.grace, phone="+12025550151")
    assert rosa.name == "Rosa Díaz"


async def test_the_preview_names_members_who_want_no_texts_according_to_the_list(
    house: House,
) -> None:
    browser = await house.browser(house.cast.ruth)
    carried = "Name,Phone,Opted out\nNaomi Park,202-555-0142,yes\nAda Cole,202-555-0151,\n"
    # The second time from what the preview keeps.
    for _ in range(2):
        form = {"list": carried, "group": "Choir"}
        async with browser.post(paths.import_people(), data=form) as answer:
            page = BeautifulSoup(await answer.text(), "html.parser")
        [offered] = [one for one in page.select(".step") if "can still be texted" in one.text]
        [link] = offered.select("a")
        assert link["href"] == paths.new_conversation(NAOMI) and "Naomi Park" in link.text
        carried = page.select("textarea[name=list]")[0].text
    async with browser.post(paths.import_people(), data=form | {"sure": "yes"}) as answer:
        assert answer.status == 200
    choir = Member.filter(memberships__group__name="Choir")
    assert await choir.values_list("phone", flat=True) == ["+12025550151"]
