"""What was found is shown in its context."""

import pytest

from inbox.rules.search import asked_terms
from inbox.rules.snippet import LENGTH, snippet


def shown(text: str, *asked: str) -> str:
    pieces = snippet(text, asked_terms(" ".join(asked)))
    return "".join(f"[{one.text}]" if one.hit else one.text for one in pieces)


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("See you on Sunday", ["sunday"], "See you on [Sunday]"),
        ("José, Jose and Josephine", ["jos"], "[José], [Jose] and [Josephine]"),
        ("Jose\u0301 came", ["jose"], "[José] came"),
        ("Sun and Sunday", ["sun", "x"], "[Sun] and Sunday"),
        ("水曜日の祈祷会は七時", ["祈祷会"], "水曜日の[祈祷会]は七時"),
        ("祈る会と祷る", ["祈"], "[祈]る会と祷る"),
        ("수요기도회는 일곱 시", ["기도회", "일곱"], "수요[기도회]는 [일곱] 시"),
        ("มาร่วมอธิษฐานกัน", ["อธิษฐาน"], "มาร่วม[อธิษฐาน]กัน"),
        ("កម្មវិធី\u200bអធិស្ឋាន", ["អធិស្ឋាន"], "កម្មវិធី\u200b[អធិស្ឋាន]"),
        ("がんばって", ["がんば"], "[がんば]って"),
        ("heart to art", ["art"], "heart to [art]"),
        ("Amen 🙏🏽 and ❤️", ["🙏"], "Amen [🙏🏽] and ❤️"),
        ("Amen ❤️!", ["❤"], "Amen [❤️]!"),
        ("Call 202-555-0142 now", ["2025550142"], "Call [202-555-0142] now"),
        ("Call (202) 555-0142.", ["555", "0142"], "Call (202) [555-0142]."),
        ("Call 2025550142 now", ["202-555-0142"], "Call [2025550142] now"),
        ("Call +44 7911 123456", ["07911"], "Call +44 [7911] 123456"),
        ("Call 07911 123456", ["+44 7911 123456"], "Call 0[7911 123456]"),
        ("On the 5550142nd", ["5550142"], "On the [5550142nd]"),
        ("Meet O’Brien", ["obrien"], "Meet [O’Brien]"),
        ("Meet O’Brien", ["o'bri"], "Meet [O’Brien]"),
        ("I dont know", ["don't"], "I [dont] know"),
        ("An email came", ["e-mail", "came"], "An [email] [came]"),
        ("צה״ל היום", ["צהל"], "[צה״ל] היום"),
        ("пʼятниця", ["п'ятн"], "[пʼятниця]"),
        ("日曜礼拝（１０時）", ["10時"], "日曜礼拝（[１０][時]）"),
        ("セル・グループ", ["セルグループ"], "[セル・グループ]"),
        ("Nothing of it\n here", ["absent"], "Nothing of it here"),
        ("Nothing asked", [], "Nothing asked"),
        ("", ["a"], ""),
    ],
)
def test_hits_are_marked_as_written(text: str, asked: list[str], expected: str) -> None:
    assert shown(text, *asked) == expected


def test_a_long_text_is_shown_from_shortly_before_its_first_hit() -> None:
    text = shown("word " * 100 + "the needle in it " + "more " * 100, "needle")
    assert text.startswith("…word word ") and text.endswith("…")
    assert text.index("[needle]") < 60
    assert len(text) < LENGTH + 10


def test_a_hit_in_one_endless_word_shows_the_text_from_there() -> None:
    assert shown("a" * 300 + " needle", "needle") == "…[needle]"


def test_a_hit_far_into_a_run_is_shown_with_the_text_before_it() -> None:
    assert shown("あ" * 300 + "祈祷会", "祈祷会") == "…" + "あ" * 40 + "[祈祷会]"
    assert shown("ทำ" * 100 + "น้ำ", "น้ำ").removeprefix("…").startswith(("ท", "ำ"))
