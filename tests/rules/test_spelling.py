"""Names are found in every spelling, and from the beginning of each word on."""

import pytest

from inbox.rules.spelling import is_spelled, spellings


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Mary O'Brien", "obrien"),
        ("Mary O’Brien", "mary obri"),
        ("Mary OBrien", "o'brien"),
        ("Jean-Luc Roy", "jeanluc"),
        ("Omar Al-Rashid", "alrashid"),
        ("Omar Al-Rashid", "rashid"),
        ("D'Angelo", "dangelo"),
        ("Søren Ødegård", "soren odeg"),
        ("Łukasz Wiśniewski", "lukasz wisn"),
        ("Đặng Mai", "dang"),
        ("Karl Weiß", "weiss"),
        ("Mary Ann", "maryann"),
        ("McDonald", "mc donald"),
        ("Ana María", "anamaria"),
        ("J.R. Smith", "jr"),
        ("이 영희", "이영희"),
        ("مُحَمَّد", "محمد"),
        ("أحمد", "احمد"),
        ("שָׂרָה", "שרה"),
        ("Μαρία", "μαρια"),
        ("ＡＢＣ Lee", "abc"),
        ("ヤマダ", "ﾔﾏﾀﾞ"),
        ("김철수", "김 철수"),
        ("عبدالله", "عبد الله"),
        ("Jean–Paul Roy", "paul"),
        ("בן־דוד", "דוד"),
        ("Ana🌻Lee", "lee"),
        ("ʻIolani Kāne", "iolani"),
        ("Мар'яна", "марʼяна"),
        ("Марʼяна", "маряна"),
        ("Ґудзь", "гудзь"),
        ("Пётр", "пётр"),
        ("कृष्ण कुमार", "कुमार"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(name: str, asked: str) -> None:
    assert is_spelled(name, asked)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Mary O'Brien", "rien"),
        ("Mary O'Brien", "mary obrian"),
        ("Heart", "art"),
        ("Mary Ann", "aryann"),
        ("Ruth", ""),
        ("Ruth", "-"),
        ("", "ruth"),
    ],
)
def test_a_part_of_a_word_is_not_enough(name: str, asked: str) -> None:
    assert not is_spelled(name, asked)


def test_a_name_is_indexed_from_each_of_its_words_on() -> None:
    assert spellings("Mary Ann O’Brien") == ["maryannobrien", "annobrien", "obrien", "brien"]
    assert spellings("José (Pepe) Núñez") == ["josepepenunez", "pepenunez", "nunez"]
    assert spellings("🌻 –") == []
    assert max(map(len, spellings("a" * 100 + " b"))) == 60
