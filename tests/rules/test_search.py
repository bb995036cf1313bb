"""Words are found regardless of case and accents, and shown in context."""

import pytest

from inbox.rules.search import LENGTH, asked_terms, fold, index_words, snippet, words_of


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("José's  JOSÉ", ["jose", "s"]),
        ("Jose\u0301", ["jose"]),
        ("Straße, Øystein", ["straße", "øystein"]),
        ("ΚΑΛΗΜΈΡΑ Привёт", ["καλημερα", "привет"]),
        ("오늘 3월", ["오", "늘", "오늘", "3", "월"]),
        ("祈祷会です", ["祈", "祷", "会", "て", "す", "祈祷", "祷会", "会て", "てす"]),
        ("LINEで", ["line", "て"]),
        ("น้ำ", ["น", "ำ", "นำ"]),  # a tone is a mark, as an accent is
        ("កា\u200bខ", ["ក", "ខ", "កខ"]),  # so is a vowel; a possible line break is nothing
        ('"a" OR (b* NOT c) & d | !e <-> f:* \\', ["a", "or", "b", "not", "c", "d", "e", "f"]),
        ("snake_case-and.dots", ["snake", "case", "and", "dots"]),
        ("🙏 … 👍🏽 ❤️", ["\ue0011f64f", "\ue0011f44d", "\ue00102764"]),
    ],
)
def test_a_text_is_indexed_as_its_distinct_folded_words(written: str, words: list[str]) -> None:
    assert words_of(written) == words


def test_a_query_has_at_most_as_many_words_as_anyone_types() -> None:
    asked = asked_terms(" ".join(f"word{n}" for n in range(50)) + "x" * 500)
    assert [term.words for term in asked] == [(f"word{n}",) for n in range(8)]
    assert [len(word) for word in words_of("x" * 500)] == [60]
    [run] = asked_terms("祈" * 500)
    assert len(run.run) == 60
    [many] = asked_terms(" ".join(f"{n}" for n in range(100, 200)))
    assert len(many.words) == 8 and max(map(len, many.numbers)) <= 15


def test_a_phone_number_is_indexed_from_each_of_its_digits_on() -> None:
    [*words, whole, second, third, fourth] = index_words("555-0142")
    assert words == ["555", "0142"]
    parts = [part[1:] for part in (whole, second, third, fourth)]
    assert parts == ["5550142", "550142", "50142", "0142"]
    assert index_words("10:30 am, room 204") == ["10", "30", "am", "room", "204"]


def test_a_text_of_nothing_but_digits_makes_no_long_words() -> None:
    words = index_words("1234567890" * 160)
    assert max(map(len, words)) <= 60
    assert len(words) < 1_700


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Meet O'Brien and O’Neil", "obrien oneil"),
        ("the co-op of St. John's", "coop johns"),
        ("ＦＵＬＬ ＷＩＤＴＨ", "full width"),
        ("ﾌﾞﾗｼﾞﾙ料理", "ブラジル料理"),
        ("日曜礼拝（１０時）", "10時"),
        ("今夜のセル・グループ", "セルグループ"),
        ("رقمي ٢٠٢٥٥٥٠١٤٢", "202-555-0142"),
        ("علی کریمی می‌آید", "علي كريمي مياید"),
        ("صلاة محـــمد", "صلاه محمد"),
        ("\ufee3\ufea4\ufee4\ufeaa", "محمد"),
    ],
)
def test_a_word_is_found_however_it_was_typed(written: str, asked: str) -> None:
    indexed = set(index_words(written))
    for term in asked_terms(asked):
        whole = set(term.words) <= indexed
        assert whole or {f"\ue000{number}" for number in term.numbers} & indexed, term


def test_folding_a_letter_equals_folding_its_text() -> None:
    text = "Ünïcödé İstanbul ẞ Việt ŁÓDŹ"
    assert fold(text) == "".join(fold(one) for one in text)


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
