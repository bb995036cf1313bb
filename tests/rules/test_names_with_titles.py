"""Names as churches write them, and what their members are greeted by."""

import pytest

from inbox.rules import name_titles
from inbox.rules.name_order import turned_round
from inbox.rules.name_titles import key
from inbox.rules.names import first_name


def test_every_known_word_is_written_as_it_is_looked_up() -> None:
    known = {name: words for name, words in vars(name_titles).items() if type(words) is frozenset}
    assert len(known) > 10
    for name, words in known.items():
        unlike = {word for word in words if key(word) != word}
        assert not unlike or name == "ACCENTED_TITLES", (name, unlike)


@pytest.mark.parametrize("name", ["Ella/Mark Jones", "He/Li Wang"])
def test_a_name_that_is_a_pronoun_too_stays(name: str) -> None:
    assert first_name(name) == name.split()[0]


@pytest.mark.parametrize(
    "title",
    "Imam|Vicar|Curate|Abbot|Archdeacon|Overseer|Superintendent|Missionary|Adjutant Overseer|Judge"
    "|Master|Dom|Père|Abbé|Cantor|The Venerable|His Eminence|Ret. Rev.|Rdo. P.|Siervo|Seminarista"
    "|Catequista|Coordinadora|Profr.|Dña.|Srita.|Отец|Lt. Col.|Maj. (Ret.)|Gen.|Cap.|Cnel.|Tte."
    "|Psic.|Enf.|Ven.|Presb.|Supt.|Usher|Trustee|Mayor|Sheriff|Choir Dir.|Ujier|R.P."
    "|Diácono permanente|Sgt|Capt|Rev|Lt Col|Col|Maj|Cmdr|SSG|Lord|Engr|Kuya|Ate|Frè|Sè|Mèt".split(
        "|"
    ),
)
def test_titles_known_and_unknown_are_left_out(title: str) -> None:
    assert first_name(f"{title} Naomi Park") == "Naomi"


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Tia Moore", "Tia"),
        ("Ms. Tia Moore", "Tia"),
        ("First Lady Tia Moore", "Tia"),
        ("Tía Rosa", "Tía Rosa"),
        ("Irma Vega", "Irma"),
        ("Luis e Irma Vega", "Luis e Irma"),
        ("Irmã Rosa Vega", "Rosa"),
        ("Judge Ames", "Judge Ames"),
        ("Se Hoon Kim", "Se"),
        ("Anna Lord", "Anna"),
        ("Lord, Ann", "Ann"),
        ("Ate Rosa", "Ate Rosa"),
        ("Alex Ruiz", "Alex"),
        ("Alex. Ruiz", "Alex. Ruiz"),
        ("Nguyen, Thi Hoa", "Thi Hoa"),
        ("🌸Ana Ruiz🌸", "Ana"),
        ("✝️ Tim Ames", "Tim"),
        ("Tim?", "Tim"),
    ],
)
def test_given_names_that_look_like_something_else_are_found(name: str, called: str) -> None:
    assert first_name(name) == called


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ana, John, and Kim Ruiz", "Ana, John, and Kim"),
        ("Ana, John & Kim Ruiz", "Ana, John & Kim"),
        ("Ana, Luis y Eva Ruiz", "Ana, Luis y Eva"),
        ("Bob n Sue", "Bob n Sue"),
        ("Bob 'n' Sue Hill", "Bob 'n' Sue"),
        ("Estate of Bob Hill", None),
        ("Boyd, Dr. Tim and Mrs. Ann", "Tim and Ann"),
        ("Sr. Luis Vega y Sra.", None),
        ("Tim Boyd w/ Ann", "Tim"),
        ("Tim Boyd c/o Ann", "Tim"),
        ("Tim Boyd, S.J.", "Tim"),
        ("Tim Boyd, USMC (Ret.)", "Tim"),
        ("Mrs. Tim Boyd", "Mrs. Tim Boyd"),
        ("Ngô Bảo Châu", "Ngô Bảo Châu"),
        ("Baby Boy Ames", None),
    ],
)
def test_several_are_greeted_together_or_not_by_name(name: str, called: str | None) -> None:
    assert first_name(name) == called


@pytest.mark.parametrize(
    "name",
    "No name|Sin nombre|New Member|Newcomer|Wireless Caller|Private|Emergency|Deceased|none|NULL"
    "|TBD|xxx|Visita|Youth Group|First Baptist|ana@example.org".split("|"),
)
def test_nobody_is_greeted_by_a_word_in_place_of_a_name(name: str) -> None:
    assert first_name(name) is None


def test_a_generation_stays_behind_the_family_name() -> None:
    assert turned_round("Smith, John Jr.") == "John Smith Jr."
    assert turned_round("Smith, John III") == "John Smith III"
    assert first_name("Smith, John Jr.") == "John"


@pytest.mark.parametrize(
    ("name", "turned", "called"),
    [("علي، محمد", "محمد علي", "محمد"), ("Park， Naomi", "Naomi Park", "Naomi")],
)
def test_a_comma_of_any_script_stands_behind_a_family_name(
    name: str, turned: str, called: str
) -> None:
    assert (turned_round(name), first_name(name)) == (turned, called)
