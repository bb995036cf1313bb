"""Words are found whatever their case and accents, and shown where they stand."""

import pytest

from inbox.rules.search import LENGTH, asked_words, fold, snippet, words_of


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("José's  JOSÉ", ["jose", "s"]),
        ("Jose\u0301", ["jose"]),
        ("Straße, Øystein", ["straße", "øystein"]),
        ("ΚΑΛΗΜΈΡΑ Привёт", ["καλημερα", "привет"]),
        ("안녕하세요", ["안녕하세요"]),
        ('"a" OR (b* NOT c) & d | !e <-> f:* \\', ["a", "or", "b", "not", "c", "d", "e", "f"]),
        ("snake_case-and.dots", ["snake", "case", "and", "dots"]),
        ("🙏 …", []),
    ],
)
def test_a_text_is_its_words_each_once_and_folded(written: str, words: list[str]) -> None:
    assert words_of(written) == words


def test_no_more_is_asked_than_anybody_types() -> None:
    asked = asked_words(" ".join(f"word{n}" for n in range(50)) + "x" * 500)
    assert asked == [f"word{n}" for n in range(8)]
    assert [len(word) for word in words_of("x" * 500)] == [60]


def test_folding_is_the_same_for_a_letter_and_for_its_text() -> None:
    text = "Ünïcödé İstanbul ẞ Việt ŁÓDŹ"
    assert fold(text) == "".join(fold(one) for one in text)


def shown(text: str, *asked: str) -> str:
    return "".join(f"[{one.text}]" if one.hit else one.text for one in snippet(text, asked))


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("See you on Sunday", ["sunday"], "See you on [Sunday]"),
        ("José, Jose and Josephine", ["jos"], "[José], [Jose] and [Josephine]"),
        ("Jose\u0301 came", ["jose"], "[José] came"),
        ("Sun and Sunday", ["sun", "x"], "[Sun] and Sunday"),
        ("Nothing of it\n here", ["absent"], "Nothing of it here"),
        ("Nothing asked", [], "Nothing asked"),
        ("", ["a"], ""),
    ],
)
def test_the_hits_are_marked_as_they_were_written(
    text: str, asked: list[str], expected: str
) -> None:
    assert shown(text, *asked) == expected


def test_a_long_text_is_shown_from_shortly_before_its_first_hit() -> None:
    text = shown("word " * 100 + "the needle in it " + "more " * 100, "needle")
    assert text.startswith("…word word ") and text.endswith("…")
    assert text.index("[needle]") < 60
    assert len(text) < LENGTH + 10


def test_a_hit_in_one_endless_word_is_where_the_text_begins() -> None:
    assert shown("a" * 300 + " needle", "needle") == "…[needle]"
