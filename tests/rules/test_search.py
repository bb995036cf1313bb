"""Words are found regardless of case and accents."""

import pytest

from inbox.rules.search import asked_terms, index_words, words_of


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
    assert index_words("10:30 am, room 204") == ["10", "30", "am", "room", "204", "30am"]


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
        ("dont forget", "don't"),
        ("don't forget", "dont"),
        ("don’t forget", "don`t"),
        ("send an email", "an e-mail"),
        ("VBS-2026, the 5th-grade class", "vbs2026 5thgrade"),
        ("пʼятниця", "п'ятниця"),
        ("п'ятниця", "пʼятниця"),
        ("пятниця", "п’ятниця"),
        ("the ʻOhana of La'ie", "ohana laʻie"),
        ("צה״ל", "צהל"),
        ("צהל", 'צה"ל'),
        ("ד״ר לוי", 'ד"ר לוי'),
        ("at 7:30pm", "7:30 pm"),
        ("at 7:30 PM", "7:30pm"),
        ("at 7 p.m.", "7pm"),
        ("ring 07911 123456", "447911123456"),
        ("ring +44 7911 123456", "447911123456"),
        ("llame al 55 1234 5678", "+52 1 55 1234 5678"),
        ("llame al 55 1234 5678", "5215512345678"),
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
        whole = set(term.words) <= indexed or term.joined in indexed
        assert whole or {f"\ue000{number}" for number in term.numbers} & indexed, term


def test_a_date_or_a_phone_number_is_not_indexed_as_one_word() -> None:
    assert "vbs2026" in index_words("VBS-2026")
    assert "20261130" not in index_words("2026-11-30")
    assert "2025550142" not in index_words("202-555-0142")
    assert "30pm" not in index_words("7:30 pmi, 130 pm")


def test_ten_digits_are_not_taken_for_a_number_abroad() -> None:
    [abroad] = asked_terms("442079460958")
    assert abroad.numbers == ("442079460958", "2079460958")
    # They would be one in the Netherlands.
    [home] = asked_terms("3120555014")
    assert home.numbers == ("3120555014",)
