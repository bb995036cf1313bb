"""Members are found by name, in every spelling, and by phone number, on either database."""

from typing import Literal
from unicodedata import normalize

import pytest

from inbox import db
from inbox.models import Church, Member, PhoneNumber
from inbox.models.members import name_index, search
from inbox.models.members.name_index import index_names
from inbox.models.members.naming import name_member
from inbox.models.members.search import find_members
from tests.cast import NAOMI, Cast


async def names(cast: Cast, q: str) -> list[str]:
    return [one.name for one in await find_members(cast.grace, q)]


async def indexed() -> None:
    while await index_names():
        pass
    assert await db.rows("select name from member_unindexed") == []


# In all of these, either spelling finds both.
ALIKE = [
    ("obrien", ("Pat O'Brien", "Pat O’Brien", "Pat OBrien")),
    ("o'brien", ("Pat O'Brien", "Pat O’Brien", "Pat OBrien")),
    ("maryann", ("Mary Ann Lee", "Maryann Lee", "Mary-Ann Lee")),
    ("mary ann", ("Mary Ann Lee", "Maryann Lee", "Mary–Ann Lee")),
    ("mcdonald", ("Jo Mc Donald", "Jo McDonald")),
    ("lee mary-ann", ("Mary Ann Lee", "Maryann Lee")),
    ("dang", ("Dang Hoa", "Đặng Hoa")),
    ("ĐẶNG", ("Dang Hoa", "Đặng Hoa")),
    ("weiss", ("Karl Weiss", "Karl Weiß")),
    ("김철수", ("김 철수", "김철수")),
    ("김 철수", ("김 철수", "김철수")),
    ("عبد الله", ("عبد الله", "عبدالله")),
    ("عبدالله", ("عبد الله", "عبدالله")),
    ("علي", ("علي حسن", "علی رضایی")),
    ("فاطمة", ("فاطمة", "فاطمه")),
    ("أحمد", ("أحمد", "احمد")),
    ("Пётр", ("Петр", "Пётр", "Пе\u0308тр")),
    ("שָׂרָה", ("שרה", "שָׂרָה")),
    ("Γιώργος", ("ΓΙΩΡΓΟΣ", "Γιώργος")),
    ("мар'яна", ("Мар'яна", "Марʼяна", "Мар’яна")),
    ("דוד", ("דוד לוי", "בן־דוד")),
    ("paul", ("Jean-Paul Roy", "Jean–Paul Roy", "Jean—Paul Roy")),
    ("lee", ("Ana Lee", "Ana🌻Lee")),
    ("ana", ("Ana 🌻", "Ana🌻", "Ａｎａ")),
]


@pytest.mark.parametrize("waiting", [False, True], ids=["indexed", "waiting"])
@pytest.mark.parametrize(("q", "alike"), ALIKE)
async def test_all_are_found_whose_names_are_spelled_alike(
    cast: Cast, q: str, alike: tuple[str, ...], waiting: bool
) -> None:
    for n, name in enumerate(alike):
        for church in (cast.grace, cast.hope):
            await Member.with_phone(church.id, f"+120255501{50 + n}", name)
    if not waiting:
        await indexed()
    assert sorted(await names(cast, q)) == sorted(alike)
    assert await names(cast, f"{q}x") == []


@pytest.mark.parametrize("q", ["jose", "JOSÉ", "müll", "mull jo", "müller-lüden", "luden"])
async def test_members_are_found_by_prefixes_of_their_names(cast: Cast, q: str) -> None:
    await Member.with_phone(cast.grace.id, "+12025550150", "José Müller-Lüden")
    assert await names(cast, q) == ["José Müller-Lüden"]
    await indexed()
    assert await names(cast, q) == ["José Müller-Lüden"]


async def test_another_name_replaces_the_indexed_one_at_once(cast: Cast) -> None:
    member = await Member.with_phone(cast.grace.id, "+12025550150", "Pat O'Brien")
    await indexed()
    assert await names(cast, "obrien") == ["Pat O'Brien"]
    await name_member(member, "Pat McDonald")
    assert (await names(cast, "obrien"), await names(cast, "mc don")) == ([], ["Pat McDonald"])
    await indexed()
    assert (await names(cast, "obrien"), await names(cast, "mc don")) == ([], ["Pat McDonald"])
    await name_member(member, "Pat O'Brien")
    await Member.filter(id=member.id).update(name="")
    assert await db.rows("select name from member_unindexed") == []
    await name_member(member, "Pat O'Brien")
    await Member.filter(id=member.id).delete()
    assert await db.rows("select name from member_unindexed") == []
    assert await names(cast, "pat") == []


async def test_many_names_are_indexed_in_batches(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_index, "BATCH", 2)
    await indexed()
    for n in range(3):
        await Member.with_phone(cast.grace.id, f"+120255501{50 + n}", f"Mary Ann {n}")
    # A name without any letter has no spelling.
    await Member.with_phone(cast.grace.id, "+12025550160", "–")
    assert [await index_names() for _ in range(3)] == [True, True, False]
    assert await names(cast, "maryann") == ["Mary Ann 0", "Mary Ann 1", "Mary Ann 2"]


async def test_members_are_found_by_their_number_in_any_format(cast: Cast) -> None:
    await Member.with_phone(cast.grace.id, "+12025550199")
    for q in ("0142", "(202) 555-0142", NAOMI, "555-0142", f"tel:{NAOMI}"):
        assert await names(cast, q) == ["Naomi Park"], q
    assert len(await names(cast, "202 555")) == 3
    assert await names(cast, "42") == []


async def test_a_member_is_found_by_their_current_name(cast: Cast) -> None:
    stranger = await Member.with_phone(cast.grace.id, "+12025550199")
    another = await Member.with_phone(cast.grace.id, "+12025550198", "Zoë First")
    assert (await Member.get(phone="+12025550198")).id == another.id == stranger.id + 1
    await name_member(stranger, "Zoë Second")
    assert await names(cast, "zoe") == ["Zoë First", "Zoë Second"]
    await name_member(another, "Chloë First")
    assert await names(cast, "zoe") == ["Zoë Second"]
    assert await names(cast, "chloe") == ["Chloë First"]
    await Member.filter(id=stranger.id).delete()
    assert await names(cast, "zoe") == []


async def test_members_are_sorted_by_name(cast: Cast) -> None:
    for n in range(12):
        await Member.with_phone(cast.grace.id, f"+1202555{n:04d}", f"Anna {chr(ord('M') - n)}")
    found = await names(cast, "anna")
    assert found == [f"Anna {letter}" for letter in "BCDEFGHI"]
    assert await PhoneNumber.all().count() == 2


@pytest.mark.parametrize("many", [1_000, 3])
@pytest.mark.parametrize("q", ["anna", "0014", "안나", "annalee"])
async def test_members_are_paged_by_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, q: str, many: int
) -> None:
    # The names of this many are compared one by one instead.
    monkeypatch.setattr(search, "MANY", many)
    people = [f"Anna Lee {letter} 안나" for letter in "GFEDCBAA"]
    for n, name in enumerate(people):
        await Member.with_phone(cast.grace.id, f"+1202001400{n}", name)
    await indexed()
    seen = list[Member]()
    while page := await find_members(cast.grace, q, 3, seen[-1] if seen else None):
        assert len(page) == 3 or len(seen) == 6
        seen += page
    assert [one.name for one in seen] == sorted(people)
    assert len({one.id for one in seen}) == 8


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("山田花子", "花子"),
        ("ジョン・スミス", "ジョン・スミス"),
        ("ジョン・スミス", "ミス"),
        ("山田花子", "田花"),
        ("王小明 Ming", "小明"),
        ("王小明 Ming", "ming 明"),
        ("김기도", "기도"),
        ("김기도", "도"),
        ("김기도", "김"),
        ("สมชายใจดี", "ใจดี"),
        ("ສົມພອນ", "ພອນ"),
        ("សុខសុភា", "សុភា"),
        ("အောင်ကျော်", "ကျော်"),
        ("ガブリエル", "ブリ"),
        ("Ruth 🌻", "🌻"),
        ("Ruth 🌻", "rut 🌻"),
    ],
)
@pytest.mark.parametrize("shape", ["NFC", "NFD"])
async def test_a_member_is_found_by_any_part_of_a_name_without_spaces(
    cast: Cast, name: str, q: str, shape: Literal["NFC", "NFD"]
) -> None:
    name = normalize(shape, name)
    await Member.with_phone(cast.grace.id, "+12025550150", name)
    await Member.with_phone(cast.grace.id, "+12025550151", "林")
    await Member.with_phone(cast.hope.id, "+12025550150", name)
    assert await names(cast, q) == [name]
    assert await names(cast, "naomi " + q) == []
    assert await names(cast, "aomi") == []


@pytest.mark.parametrize(
    ("country", "phone", "q"),
    [
        ("GB", "+447911123456", "07911"),
        ("GB", "+447911123456", "07911 1234"),
        ("GB", "+447911123456", "07911 123456"),
        ("GB", "+447911123456", "079"),
        ("GB", "+447911123456", "911 123"),
        ("GB", "+447911123456", "+44 7911"),
        ("GB", "+447911123456", "0044 7911 12"),
        ("GB", "+12025550177", "001 202 555"),
        ("US", "+447911123456", "011 44 7911"),
        ("US", "+12025550177", "1 (202) 555-01"),
        ("US", "+12025550177", "(202) 555-01"),
        ("AU", "+61412345678", "0412 345"),
        ("DE", "+4915112345678", "0151 123"),
        ("KR", "+821012345678", "010-1234"),
        ("JP", "+819012345678", "090-1234"),
        ("HU", "+36201234567", "06 20 123"),
        ("IT", "+390669812345", "06 698"),
        ("KR", "+821012345678", "+82 010-1234"),
        ("GB", "+447911123456", "+44 (0)7911 123"),
        ("US", "+12025550177", "00 1 202 555"),
        ("US", "+12025550177", "٢٠٢٥٥٥٠١٧٧"),
        ("US", "+12025550177", "cell: 202-555-0177"),
        ("US", "+12025550177", "ph 2025550177"),
        ("US", "+12025550177", "202-555-0177 ext 5"),
        ("US", "+12025550177", "Home +1 (202) 555-0177"),
        ("MX", "+525512345678", "+521 55 1234"),
        ("US", "+525512345678", "+52 1 55 1234 5678"),
        ("AR", "+5491112345678", "01112345678"),
        ("AR", "+5491112345678", "54 11 1234 5678"),
        ("US", "+5491112345678", "+54 11 1234"),
        ("US", "+12025550177", "２０２−５５５"),
    ],
)
async def test_a_member_is_found_by_a_number_in_national_format(
    cast: Cast, country: str, phone: str, q: str
) -> None:
    await Church.filter(id=cast.grace.id).update(country=country)
    await cast.grace.refresh_from_db()
    await Member.with_phone(cast.grace.id, phone, "At home")
    await Member.with_phone(cast.hope.id, phone, "Elsewhere")
    assert "At home" in await names(cast, q)
    assert "Elsewhere" not in await names(cast, q)


async def test_a_few_digits_beside_letters_are_no_phone_number(cast: Cast) -> None:
    assert await names(cast, "555-0142") == await names(cast, "at 555-0142") == ["Naomi Park"]
    assert await names(cast, "0142") == ["Naomi Park"]
    assert await names(cast, "room 0142") == []


async def test_a_foreign_number_is_not_mistaken_for_a_domestic_one(cast: Cast) -> None:
    await Church.filter(id=cast.grace.id).update(country="GB")
    await cast.grace.refresh_from_db()
    await Member.with_phone(cast.grace.id, "+33791112345", "Abroad")
    assert await names(cast, "0791") == []
    assert await names(cast, "791") == ["Abroad"]
