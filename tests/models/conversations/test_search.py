"""Members and texts are found by their words, within their church, on either database."""

from importlib import import_module
from threading import get_ident
from types import SimpleNamespace

import pytest
from tortoise import connections

from inbox import db
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message, Staff
from inbox.models.conversations import search_index
from inbox.models.conversations.search import find_texts
from inbox.models.conversations.search_index import BATCH, SearchIndex
from inbox.models.members.search import find_members
from inbox.models.texts.reply import reply
from inbox.models.texts.undo import undo
from inbox.rules import search as rules
from tests.cast import NAOMI, Cast
from tests.models.members.test_search import names


def a_text(conversation: Conversation, body: str, kind: str = "in", **other: object) -> Message:
    return Message(
        church_id=conversation.church_id,
        conversation=conversation,
        phone_number_id=conversation.phone_number_id,
        kind=kind,
        body=body,
        key=new_key(),
        revision=1,
        position=1,
        **{"status": "received", **other},
    )


async def said(cast: Cast, *bodies: str, member: Member | None = None) -> list[Message]:
    """Each as its own text, and all of them indexed."""
    conversation = await cast.conversation(member)
    made = [a_text(conversation, body) for body in bodies]
    for one in made:
        await one.save()
    await index()
    return made


async def index() -> None:
    """As often as an index that has just begun needs to settle everything."""
    indexing = SearchIndex()
    for _ in range(3):
        while await indexing.catch_up():
            pass


async def bodies(staff: Staff, q: str) -> list[str]:
    return [one.body for one in await find_texts(staff, q)]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("picnic", True),
        ("PICNIC", True),
        ("pic", True),
        ("jose", True),
        ("JOSÉ", True),
        ("Jose\u0301", True),
        ("sunday jos", True),
        ("jos sunday", False),  # only the last word may be a prefix
        ("picnic monday", False),
        ("icnic", False),
        ("o'clock", True),
        ("p", False),
        ("", False),
        ("🙏", True),
        ("🙏🏽", True),
        ("picnic 🙏", True),
        ("❤", True),
        ("🎉", False),
        ("1f64f", False),
    ],
)
async def test_a_text_is_found_by_all_of_its_words_and_a_prefix_of_the_last(
    cast: Cast, q: str, found: bool
) -> None:
    await said(cast, "Sunday's picnic with José, 3 o'clock 🙏❤️", "Another")
    assert bool(await bodies(cast.ruth, q)) is found


@pytest.mark.parametrize(
    "q",
    [
        '"',
        '"picnic',
        "picnic*",
        "picnic AND",
        "NOT picnic OR",
        "words:picnic",
        "NEAR(picnic",
        "-picnic ^picnic",
        "picnic' & !| <->",
        "picnic:*",
        "\\picnic\\",
        "'; drop table message; --",
        "% _ ? $1 {a} :b",
        "(" * 500,
        "picnic " * 500,
        "é" * 5000,
        "\u0301\u200f\ud7ff picnic",
    ],
)
async def test_no_query_can_be_broken(cast: Cast, q: str) -> None:
    await said(cast, "The picnic and the rain")
    await find_texts(cast.ruth, q)
    await find_members(cast.grace, q)
    assert await bodies(cast.ruth, "picnic") == ["The picnic and the rain"]


@pytest.mark.parametrize(
    ("written", "q"),
    [
        ("Don't forget", "dont"),
        ("Dont forget", "don’t"),
        ("Dont forget", "forget don't"),
        ("The e-mail", "email"),
        ("The email", "e-mai"),
        ("На пʼятницю", "п'ятн"),
        ("צה״ל", 'צה"ל'),
        ("At 7:30pm", "7:30 pm"),
        ("At 7:30 pm", "7:30pm"),
        ("Ring 07911 123456", "447911123456"),
    ],
)
async def test_a_text_is_found_by_a_word_that_is_divided_otherwise(
    cast: Cast, written: str, q: str
) -> None:
    await said(cast, written, "Another")
    assert await bodies(cast.ruth, q) == [written]
    assert await bodies(cast.ruth, f"{q} nowhere") == []


async def test_replies_and_notes_are_found_but_not_events_copies_or_scheduled_texts(
    cast: Cast,
) -> None:
    conversation = await cast.conversation()
    for kind, status in (
        ("in", "received"),
        ("out", "queued"),
        ("note", "received"),
        ("event", "received"),
        ("out", "scheduled"),
    ):
        text = a_text(conversation, f"{kind} {status} soup", kind, status=status)
        await text.save()
    await index()
    found = await bodies(cast.ruth, "soup")
    assert found == ["note received soup", "out queued soup", "in received soup"]


async def test_churches_with_the_same_words_find_only_their_own(cast: Cast) -> None:
    await said(cast, "Soup for Naomi on Sunday", member=cast.naomi)
    await said(cast, "Soup for Lydia on Sunday", member=cast.lydia)
    await Member.with_phone(cast.hope.id, NAOMI, "Naomi Hopewell")
    assert await bodies(cast.ruth, "soup sunday") == ["Soup for Naomi on Sunday"]
    assert await bodies(cast.sam, "soup sunday") == ["Soup for Lydia on Sunday"]
    assert await bodies(cast.sam, f"c{cast.grace.id} soup") == []
    assert await names(cast, "naomi") == ["Naomi Park"]
    for church, phone in ((cast.grace, "Naomi Park"), (cast.hope, "Naomi Hopewell")):
        assert [one.name for one in await find_members(church, NAOMI)] == [phone]


async def test_results_are_paged_by_key_newest_first(cast: Cast) -> None:
    made = await said(cast, *(f"Hello number {n}" for n in range(7)))
    assert [one.id for one in await find_texts(cast.ruth, "hello", limit=3)] == [
        one.id for one in made[:3:-1]
    ]
    before, rest = made[4].id, made[3::-1]
    found = await find_texts(cast.ruth, "hello", before=before, limit=9)
    assert [one.id for one in found] == [one.id for one in rest]
    assert found[0].conversation.member.name == "Naomi Park"


async def test_an_undone_text_is_no_longer_found(cast: Cast) -> None:
    taken, gone, kept = await said(cast, "Dear Naomi, one", "Dear Naomi, two", "Dear Naomi, three")
    assert len(await bodies(cast.ruth, "dear")) == 3
    await Message.filter(id=taken.id).delete()
    await Message.filter(id=gone.id).update(kind="undone", body="")
    await index()
    assert await bodies(cast.ruth, "dear") == [kept.body]
    [left] = await db.rows("select count(*) as count from message_words")
    assert left["count"] == 1


async def test_a_text_that_is_undone_while_it_is_indexed_stays_out(cast: Cast) -> None:
    conversation = await cast.conversation()
    kept = await reply(conversation, by=cast.ruth, body="Dear Naomi", key=new_key())
    gone = await reply(conversation, by=cast.ruth, body="Dear George", key=new_key())
    read = [{"id": one.id, "body": one.body} for one in (kept, gone)]
    await undo(gone, by=cast.ruth)
    await search_index._write(read, gone.id)
    found = await db.rows("select rowid from message_words")
    assert [row["rowid"] for row in found] == [kept.id]


async def test_many_texts_are_indexed_in_batches_and_none_twice(cast: Cast) -> None:
    conversation = await cast.conversation()
    await Message.bulk_create([a_text(conversation, f"Text {n}") for n in range(BATCH + 10)])
    indexing = SearchIndex()
    assert await indexing.catch_up() is True
    assert await indexing.catch_up() is False
    # Another worker starts over, and does not know how far the first one got.
    await index()
    [count] = await db.rows("select count(*) as count from message_words")
    assert count["count"] == BATCH + 10
    [state] = await db.rows("select indexed_until from search_state")
    assert state["indexed_until"] > 0


async def test_the_words_of_a_batch_are_found_beside_the_event_loop(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()

    def index_words(text: str) -> list[str]:
        threads.add(get_ident())
        return rules.index_words(text)

    monkeypatch.setattr(search_index, "index_words", index_words)
    await said(cast, "Could somebody drive me?")
    assert await bodies(cast.ruth, "drive")
    assert threads and get_ident() not in threads


async def test_nothing_is_forgotten_after_a_crash(cast: Cast) -> None:
    """The worker died just before storing its progress, or had not stored any."""
    await said(cast, "The first soup")
    await db.rows("update search_state set indexed_until = 0")
    await said(cast, "The second soup")
    assert await bodies(cast.ruth, "soup") == ["The second soup", "The first soup"]


SENTENCES = {
    "祈祷会": "水曜日の祈祷会は七時からです",
    "禱告會": "星期三晚上的禱告會改到七點",
    "기도회": "수요기도회는 일곱 시입니다",
    "อธิษฐาน": "วันพุธเรามีประชุมอธิษฐานเวลาหนึ่งทุ่ม",
    "ອະທິຖານ": "ວັນພຸດມີປະຊຸມອະທິຖານເວລາເຈັດໂມງ",
    "អធិស្ឋាន": "ថ្ងៃពុធមានការប្រជុំអធិស្ឋាននៅម៉ោងប្រាំពីរ",
    "ဆုတောင်း": "ဗုဒ္ဓဟူးနေ့ဆုတောင်းအစည်းအဝေးရှိသည်",
    "カラオケ": "土曜日のカラオケ大会",
    "がん": "母のがんのために",
    "祈": "共に祈りましょう",
}


@pytest.mark.parametrize("q", SENTENCES)
async def test_a_word_is_found_inside_a_run_without_spaces(cast: Cast, q: str) -> None:
    await said(cast, "From the heart", *SENTENCES.values())
    assert SENTENCES[q] in await bodies(cast.ruth, q)
    if len(q) > 2:
        assert await bodies(cast.ruth, q) == [SENTENCES[q]]
    assert await bodies(cast.ruth, q + "犬") == []
    assert await bodies(cast.sam, q) == []


async def test_a_part_of_a_word_between_spaces_is_still_not_found(cast: Cast) -> None:
    await said(cast, "From the heart", "The art of 祈祷会 art会")
    assert await bodies(cast.ruth, "art") == ["The art of 祈祷会 art会"]
    assert await bodies(cast.ruth, "art 祷会") == ["The art of 祈祷会 art会"]
    assert await bodies(cast.ruth, "祷会 ar") == ["The art of 祈祷会 art会"]
    assert await bodies(cast.ruth, "ear 祷会") == []


@pytest.mark.parametrize(
    ("said_so", "q", "found"),
    [
        ("Call 202-555-0142", "2025550142", True),
        ("Call 2025550142", "202-555-0142", True),
        ("Call (202) 555-0142 today", "202.555.0142", True),
        ("Call (202) 555-0142 today", "today 2025550142", True),
        ("Call (202) 555-0142 today", "2025550142 today", True),
        ("Call +1 202 555 0142", "2025550142", True),
        ("Call 202-555-0142", "+1 (202) 555-0142", True),
        ("Call 202-555-0142", "1 202 555 0142", True),
        ("Call 2025550142", "555-0142", True),
        ("Call 2025550142", "0142", True),
        ("Call 202-555-0142", "202555", True),
        ("Call +44 7911 123456", "07911 123456", True),
        ("Call +44 7911 123456", "07911", True),
        ("Call 07911 123456", "+447911123456", True),
        ("Call 07911123456", "00447911123456", True),
        ("Rooms 101 102 103", "101 103", True),
        ("Call 202-555-0142", "2025550143", False),
        ("Call 202-555-0142", "2025550142 tomorrow", False),
        ("At 7:30", "0730", False),
    ],
)
async def test_a_number_in_a_text_is_found_in_any_format(
    cast: Cast, said_so: str, q: str, found: bool
) -> None:
    await said(cast, said_so, "Something else")
    assert await bodies(cast.ruth, q) == ([said_so] if found else [])


# As versions before 0010_search_again wrote it.
INDEXED_BEFORE = {
    "sqlite": "insert into message_words (rowid, church, words) "
    "select id, 'c' || church_id, lower(body) from message",
    "postgres": "insert into message_words (rowid, church_id, words) "
    "select id, church_id, to_tsvector('simple', lower(body)) || "
    "array_to_tsvector(array['@' || church_id]) from message",
}


async def test_texts_indexed_by_an_earlier_version_are_found_during_and_after_an_upgrade(
    cast: Cast,
) -> None:
    conversation = await cast.conversation()
    await Message.bulk_create([a_text(conversation, f"Soup {n}") for n in range(BATCH)])
    prayers, call = await said(cast, "水曜日の祈祷会", "Call 202-555-0142")
    await db.rows("delete from message_words")
    await db.rows(INDEXED_BEFORE["postgres" if db.speaks_postgres() else "sqlite"])
    assert await bodies(cast.ruth, "祈祷会") == []
    assert await bodies(cast.ruth, "2025550142") == []

    migration = import_module("inbox.migrations.0010_search_again")
    await migration.index_again(None, SimpleNamespace(client=connections.get("default")))
    assert await bodies(cast.ruth, "call") == [call.body], "before the worker gets to it"
    await index()
    assert await bodies(cast.ruth, "祈祷会") == [prayers.body]
    assert await bodies(cast.ruth, "2025550142") == [call.body]
    [count] = await db.rows("select count(*) as count from message_words")
    assert count["count"] == BATCH + 2
