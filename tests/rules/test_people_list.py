"""A list of people, as one finds such lists."""

import pytest

from inbox.rules.people_list import decode, read_people
from tests.cast import GEORGE, NAOMI


def read(text: str) -> list[tuple[int, str, str | None]]:
    return [(line.number, line.name, line.phone) for line in read_people(text, "US")]


@pytest.mark.parametrize(
    "text",
    [
        "Naomi Park, (202) 555-0142",
        "(202) 555-0142, Naomi Park",
        "Naomi Park;202.555.0142",
        "Naomi Park\t+1 202 555 0142",
        '"Naomi Park","2025550142"',
        "Name,Phone\nNaomi Park,2025550142",
        "Phone number;Full name;Birthday\n2025550142;Naomi Park;5/1/1980",
        "First name,Last name,E-mail,Mobile\nNaomi,Park,naomi@grace.example,2025550142",
        "Nombre,Apellido,Móvil\nNaomi,Park,2025550142",
        "\n\n  Naomi   Park , 202-555-0142 ,,\n",
    ],
)
def test_a_name_and_a_number_are_found_however_they_stand_there(text: str) -> None:
    [(_, name, phone)] = read(text)
    assert (name, phone) == ("Naomi Park", NAOMI)


def test_lines_are_numbered_as_a_reader_counts_them() -> None:
    text = "Name,Phone\n\nNaomi Park,2025550142\nCarl,12\nGeorge Bell,2025550143\n"
    assert read(text) == [(3, "Naomi Park", NAOMI), (4, "Carl", None), (5, "George Bell", GEORGE)]


def test_a_number_alone_and_a_name_alone() -> None:
    assert read("2025550142\nGeorge Bell") == [(1, "", NAOMI), (2, "George Bell", None)]


@pytest.mark.parametrize(
    "text",
    [
        "Park, Naomi\t2025550142",
        "Park, Naomi; 2025550142",
        '"Park, Naomi",2025550142',
        "Phone;Name\n2025550142;Park, Naomi",
        "Last name,First name,Phone\nPark,Naomi,2025550142",
        "Apellidos;Nombre;Móvil\nPark;Naomi;2025550142",
    ],
)
def test_a_family_name_that_stands_first_goes_behind(text: str) -> None:
    [(_, name, phone)] = read(text)
    assert (name, phone) == ("Naomi Park", NAOMI)


def test_what_was_turned_round_is_told_as_it_was_written() -> None:
    turned, as_it_was = read_people("Park, Naomi;2025550142\nGeorge Bell;2025550143", "US")
    assert (turned.name, turned.turned) == ("Naomi Park", "Park, Naomi")
    assert (as_it_was.name, as_it_was.turned) == ("George Bell", "")


@pytest.mark.parametrize("heading", ["", "Name\tPhone\n"])
@pytest.mark.parametrize(
    ("line", "name", "phone"),
    [
        ("Naomi Park, 2025550142", "Naomi Park", NAOMI),
        ("Naomi Park (202) 555-0142", "Naomi Park", NAOMI),
        ("2025550142; Naomi Park", "Naomi Park", NAOMI),
        ("Park, Naomi, 202.555.0142, soprano", "Naomi Park", NAOMI),
        ("2025550142", "", NAOMI),
    ],
)
def test_a_line_unlike_the_others_is_read_by_itself(
    heading: str, line: str, name: str, phone: str
) -> None:
    others = "Ada Stone\t2025550151\nRosa Diaz\t2025550152\n" * 3
    *_, found, none, inside = read(
        heading + others + f"{line}\nNaomi Park, 12\nNaomi Park, 2025550142 ext. 7"
    )
    assert found[1:] == (name, phone)
    assert none[2] is None and inside[2] is None, "a text reaches no extension"


def test_nothing_is_nobody() -> None:
    assert read("") == read(" \n,,\n") == read("Name,Phone\n") == []


def test_a_cell_without_an_end_does_no_harm() -> None:
    assert read("Naomi Park,2025550142\nx," + '"' + "x" * 200_000) == [(1, "Naomi Park", NAOMI)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_all_programs_are_read(encoding: str) -> None:
    assert decode("Noëmi,2025550142".encode(encoding)) == "Noëmi,2025550142"
