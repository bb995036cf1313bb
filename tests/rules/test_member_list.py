"""Member lists as found in the wild."""

import pytest

from inbox.rules.list_text import decode
from inbox.rules.member_list import as_list
from tests.cast import GEORGE, NAOMI
from tests.member_lists import lines_of


def read(text: str) -> list[tuple[int, str, str | None]]:
    return [(line.number, line.name, line.phone) for line in lines_of(text)]


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
def test_a_name_and_a_number_are_found_in_any_arrangement(text: str) -> None:
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
def test_a_family_name_that_comes_first_moves_to_the_end(text: str) -> None:
    [(_, name, phone)] = read(text)
    assert (name, phone) == ("Naomi Park", NAOMI)


def test_a_reordered_name_is_reported_as_it_was_written() -> None:
    turned, as_it_was = lines_of("Park, Naomi;2025550142\nGeorge Bell;2025550143")
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
def test_a_line_unlike_the_others_is_read_on_its_own(
    heading: str, line: str, name: str, phone: str
) -> None:
    others = "Ada Stone\t2025550151\nRosa Diaz\t2025550152\n" * 3
    *_, found, none, inside = read(
        heading + others + f"{line}\nNaomi Park, 12\nNaomi Park, 2025550142 ext. 7"
    )
    assert found[1:] == (name, phone)
    assert none[2] is None and inside[2] is None, "a text cannot reach an extension"


def test_an_empty_list_has_no_members() -> None:
    assert read("") == read(" \n,,\n") == read("Name,Phone\n") == []


def test_an_unterminated_cell_does_no_harm() -> None:
    assert read("Naomi Park,2025550142\nx," + '"' + "x" * 200_000) == [(1, "Naomi Park", NAOMI)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_all_programs_are_read(encoding: str) -> None:
    assert decode("Noëmi,2025550142".encode(encoding)) == "Noëmi,2025550142"


def by_name(text: str) -> dict[str, tuple[str | None, list[str]]]:
    """The last four digits of each member's number, and of their other numbers."""
    return {
        line.name: (
            line.phone and line.phone[-4:],
            [number.phone[-4:] for number in line.others],
        )
        for line in lines_of(text)
    }


@pytest.mark.parametrize(
    ("program", "text", "number", "others"),
    [
        (
            "Google before 2024",
            "Name,Given Name,Additional Name,Family Name,Family Name Yomi,Name Prefix,Nickname,"
            "Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,"
            "Phone 2 - Type,Phone 2 - Value\n"
            "Naomi Ann Park,Naomi,Ann,Park,,Dr.,Nomi,* Mine ::: Choir,* Home,n@grace.example,"
            "Work,202-555-0101,* Mobile,202-555-0102 ::: 202-555-0103\n",
            "0102",
            ["0103", "0101"],
        ),
        (
            "Google since 2024",
            "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,"
            "Organization Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
            "Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Phone 3 - Label,Phone 3 - Value\n"
            "Naomi,Ann,Park,,Dr.,Nomi,Hope Clinic,* myContacts,* Home,n@grace.example,Home Fax,"
            "202-555-0101,Home,202-555-0102,Mom's cell,202-555-0103\n",
            "0102",
            [],
        ),
        (
            "Planning Center",
            "Person ID,First Name,Given Name,Nickname,Middle Name,Last Name,Birthdate,Household ID,"
            "Household Name,Household Primary Contact,Home Email,Pager Phone Number,"
            "Home Phone Number,Mobile Phone Number,Home Address Street Line 1\n"
            "1001,Naomi,,Nomi,Ann,Park,1980-02-03,501,Park Household,George Bell 202-555-0104,"
            "n@grace.example,202-555-0101,202-555-0102,202-555-0103,12 Elm St\n",
            "0103",
            ["0102"],
        ),
        (
            "Breeze",
            "Breeze ID,First Name,Last Name,Nickname,Birthdate,Status,Email,Mobile,Home,Work,"
            "Family,Family Role\n12345678,Naomi,Park,Nomi,1980-02-03,Member,n@grace.example,,"
            "(202) 555-0101,(202) 555-0102,998877,Head of Household\n",
            "0101",
            ["0102"],
        ),
        (
            "ChurchTrac",
            "FirstName,LastName,Nickname,BirthDate,MemberStatus,Email,CellPhone,FamilyName,"
            "FamilyPosition\nNaomi,Park,,2/3/1980,Member,n@grace.example,202-555-0101,"
            "The Park Family,Head\n",
            "0101",
            [],
        ),
        (
            "Rock",
            "Id,FamilyId,FamilyName,FamilyRole,FirstName,NickName,LastName,Salutation,Suffix,"
            "HomePhone,MobilePhone,IsMessagingEnabled\n"
            "7,3,Park Family,Adult,Naomi,Nomi,Park,Dr.,,2025550101,2025550102,TRUE\n",
            "0102",
            ["0101"],
        ),
        (
            "Clearstream",
            'Mobile,First,Last,Email,Tags\n2025550101,Naomi,Park,n@grace.example,"choir, youth"\n',
            "0101",
            [],
        ),
        (
            "Tithely",
            "first_name,last_name,email,mobile_phone_country_code,mobile_phone,home_phone\n"
            "Naomi,Park,n@grace.example,1,2025550101,2025550102\n",
            "0101",
            ["0102"],
        ),
        (
            "Outlook",
            "Title,First Name,Middle Name,Last Name,Suffix,Company,Job Title,Assistant's Phone,"
            "Business Fax,Business Phone,Company Main Phone,Home Phone,Home Phone 2,Mobile Phone,"
            "Pager,Assistant's Name,E-mail Display Name,Manager's Name,Spouse\n"
            "Dr.,Naomi,Ann,Park,PhD,Hope Clinic,Nurse,2025550100,2025550101,2025550102,2025550103,"
            "2025550104,2025550105,2025550106,2025550107,Ada,Naomi (n@grace.example),Rosa,Luis\n",
            "0106",
            ["0104", "0105", "0102"],
        ),
        (
            "Elvanto and ChurchSuite",
            "Firstname,Lastname,Preferred Name,Telephone,Mobile,Parent 1 Mobile,Emergency Contact,"
            "Emergency Contact Phone\nNaomi,Park,Nomi,202-555-0101,202-555-0102,202-555-0103,"
            "George Bell,202-555-0104\n",
            "0102",
            ["0101"],
        ),
        (
            "Apple, by way of a spreadsheet",
            "Name;Company;iPhone;Home;Work;Home Fax\n"
            "Naomi Park;;‪+1 (202) 555-0101‬;+1 (202) 555-0102;;+1 (202) 555-0103\n",
            "0101",
            ["0102"],
        ),
        (
            "Spanish",
            "Nombre;Apellidos;Casa;Trabajo;Móvil;Teléfono de emergencia;Contacto de emergencia\n"
            "Naomi;Park;2025550101;2025550102;2025550103;2025550104;George Bell\n",
            "0103",
            ["0101", "0102"],
        ),
        (
            "Spanish, in other words",
            "Nombres,Apellido paterno,Teléfono de casa,Número de celular,Cónyuge,"
            "Celular del cónyuge\n"
            "Naomi,Park,2025550101,2025550102,George,2025550103\n",
            "0102",
            ["0101"],
        ),
    ],
)
def test_exports_of_other_programs_are_read(
    program: str, text: str, number: str, others: list[str]
) -> None:
    assert by_name(text) == {"Naomi Park": (number, others)}, program


def test_mobile_comes_before_unlabeled_before_home_before_work_and_fax_never() -> None:
    heading = "Fax,Work,Home,Phone,Cell,Name\n"
    numbers = [f"202555010{n}" for n in range(5)]
    for best in (4, 3, 2, 1):
        row = [*numbers[: best + 1], *[""] * (4 - best), "Naomi Park"]
        expected = [f"010{n}" for n in range(best, 0, -1)]
        assert by_name(heading + ",".join(row)) == {"Naomi Park": (expected[0], expected[1:])}
    assert by_name(f"{heading}{numbers[0]},,,,,Naomi Park") == {"Naomi Park": (None, [])}


@pytest.mark.parametrize(
    "whose",
    "Spouse,Wife's Cell,Husband Mobile,Emergency Contact,Emergency Phone,Parent,Parent/Guardian 1 "
    "Phone,Mother's Phone,Father Cell,Guardian Phone,Household Primary Contact,Child Cell,"
    "Next of Kin Phone,Secondary Contact Phone,Assistant Phone,Referred By Phone,Fax,Work Fax,"
    "Pager,Old Phone,Phone (do not text),"
    "Teléfono de emergencia,Celular de la madre,Móvil del tutor,"
    "Teléfono del padre,Celular de la esposa,Contacto de emergencia (teléfono)".split(","),
)
def test_someone_elses_number_is_never_used(whose: str) -> None:
    text = f"Name,{whose},Home Phone\nNaomi Park,George 202-555-0199,202-555-0101\nAda,2025550199,"
    assert by_name(text) == {"Naomi Park": ("0101", []), "Ada": (None, [])}


@pytest.mark.parametrize(
    "heading",
    "Spouse Name,Emergency Contact Name,Parent Name,Household Name,Household Primary Contact,"
    "Father's Name,Nombre del cónyuge,Nombre de la madre,Company Name,Group Name,Maiden Name,"
    "Last Contacted,Last Attended,First Visit,Phonetic Last Name,User Name,Title,Prefix".split(","),
)
def test_only_the_members_own_name_is_used(heading: str) -> None:
    text = f"{heading},First Name,Last Name,Phone\nGeorge Bell,Naomi,Park,2025550142"
    assert [name for _, name, _ in read(text)] == ["Naomi Park"]


@pytest.mark.parametrize(
    ("cell", "number", "others"),
    [
        ("Mobile: (202) 555-0101", "0101", []),
        ("(202) 555-0101 (cell)", "0101", []),
        ("202-555-0101 c", "0101", []),
        ("home: 202-555-0102; cell: 202-555-0101", "0101", ["0102"]),
        ("H 202-555-0102 C 202-555-0101", "0101", ["0102"]),
        ("202-555-0102 (work), 202-555-0101 (mobile)", "0101", ["0102"]),
        ("+1 202-555-0101 ::: +1 202-555-0102", "0101", ["0102"]),
        ("202-555-0101/202-555-0102", "0101", ["0102"]),
        ("202-555-0101 or 202-555-0102", "0101", ["0102"]),
        ("202 555 0101 202 555 0102", "0101", ["0102"]),
        ("Casa: 2025550102 / Cel: 2025550101", "0101", ["0102"]),
        ("202/555-0101", "0101", []),
        ("fax 202-555-0102, 202-555-0101", "0101", []),
        ("202-555-0102 (wife), 202-555-0101", "0101", []),
        ("tel:+12025550101", "0101", []),
        ("’2025550101", "0101", []),
        ("'2025550101", "0101", []),
        ('"=""2025550101"""', "0101", []),
        ("\u00a0(202)\u00a0555\u20110101\u202c", "0101", []),
        ("0012025550101", "0101", []),
        ("2025550101.0", "0101", []),
        ("12025550101.00", "0101", []),
        ("2.025550101E9", "0101", []),
        ("1.2025550101E+10", "0101", []),
        ("2,025,550,101", "0101", []),
        ("1.20255E+10", None, []),
        ("2.0255501E+09", None, []),
        ("2.02555012E9", None, []),
        ("202-555-0101 ext. 7", None, []),
        ("202-555-0101, ext 7", None, []),
        ("202-555-0101 x7", None, []),
        ("Mom's cell: 202-555-0101", None, []),
        ("202-555-0101 (no texts)", None, []),
        ("naomi2025550101@grace.example", None, []),
        ("https://grace.example/2025550101", None, []),
        ("none", None, []),
    ],
)
def test_the_words_around_a_number_are_considered(
    cell: str, number: str | None, others: list[str]
) -> None:
    cell = cell if cell[0] == '"' else f'"{cell}"'
    assert by_name(f"Name,Phone\nNaomi Park,{cell}") == {"Naomi Park": (number, others)}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Naomi Park cell", "Naomi Park"),
        ("* Naomi Park - Home", "Naomi Park"),
        ("Naomi Park (mobile)", "Naomi Park"),
        ("Mobile: Naomi Park", "Naomi Park"),
        ("Naomi Park <n@grace.example>", "Naomi Park"),
        ("Naomi Park ::: Nomi", "Naomi Park"),
        ("Naomi Park 202-555-0199", "Naomi Park"),
        ("Naomi Work", "Naomi Work"),
        ("n@grace.example", ""),
        ("Mobile", ""),
        ("+1 202-555-0142", ""),
    ],
)
def test_a_name_is_kept_without_labels_and_addresses(written: str, name: str) -> None:
    assert read(f"Name,Phone\n{written},2025550142") == [(2, name, NAOMI)]


@pytest.mark.parametrize(
    "heading",
    [
        "Address Line 1,Name,Phone",
        "Notes (2024),Full Name,Cell #",
        "Column 1,Member Name,Primary Phone 1",
        "Grace Church directory 2026\n\nNotes,Name,Phone",
        "sep=,\nNotes,Name,Phone",
        "\ufeffNotes,Name,Phone",
        "Notiz,Vorname,Handy",
        "地址,姓名,手机",
        "주소,이름,전화번호",
    ],
)
def test_a_heading_is_never_listed_as_unreadable(heading: str) -> None:
    rows = "12 Elm St,Naomi,2025550142\nx,George Bell,2025550143"
    found = [(name, phone) for _, name, phone in read(f"{heading}\n{rows}\n{heading}\n{rows}")]
    people = [("Naomi", NAOMI), ("George Bell", GEORGE)]
    assert [one for one in found if one[1]] == people * 2


def test_words_above_numbers_are_a_heading_in_any_language() -> None:
    text = "Imię;Nazwisko;Komórka\nNaomi;Park;2025550142"
    assert read(text) == [(2, "Naomi Park", NAOMI)]


def test_a_first_line_without_a_number_is_not_mistaken_for_a_heading() -> None:
    for first in ("Ada Stone", "Ada Stone,", "Ada Stone,none", "Ada Stone,n/a"):
        assert read(f"{first}\nNaomi Park,2025550142")[0] == (1, "Ada Stone", None)


@pytest.mark.parametrize(
    "text",
    [
        "Naomi,Park,2025550142,12 Elm St",
        "1001,Naomi,Park,1980-02-03,2025550142,n@grace.example",
        "Mrs.,Naomi,Park,2025550142",
        "Park, Naomi, 2025550142",
        "Naomi Park|2025550142",
        "Naomi Park cell: 2025550142",
        "Naomi Park - home 2025550149, mobile 2025550142",
        "2025550142 (mobile) Naomi Park",
    ],
)
def test_a_list_without_a_heading_is_read_as_well(text: str) -> None:
    assert read(f"{text}\n{text}")[1] == (2, "Naomi Park", NAOMI)


def test_suffixes_are_kept_and_degrees_are_left_out() -> None:
    text = "First,Last,Suffix,Phone\nSam,Bell,Jr.,2025550101\nAda,Stone,PhD,2025550102"
    assert list(by_name(text)) == ["Sam Bell Jr.", "Ada Stone"]


def test_a_name_without_spaces_is_joined_without_one() -> None:
    assert read("姓,名,手机\n王,小明,2025550142") == [(2, "王小明", NAOMI)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_without_a_byte_order_mark_is_read(encoding: str) -> None:
    assert decode("Noëmi,2025550142".encode(encoding)) == "Noëmi,2025550142"


def test_an_unmatched_quotation_mark_swallows_nobody() -> None:
    text = 'Name,Phone\n"Naomi Park,2025550142\nGeorge Bell,2025550143'
    assert read(text) == [(2, "Naomi Park", NAOMI), (3, "George Bell", GEORGE)]


def test_a_cell_of_several_lines_is_one_row() -> None:
    text = 'Name,Address,Phone\r\n"Naomi Park","12 Elm St\r\nSpringfield",2025550142\r\n'
    assert read(text) == [(2, "Naomi Park", NAOMI)]


def test_a_list_written_back_has_the_same_line_numbers() -> None:
    text = (
        "First Name,Last Name,Home,Mobile\n\nNaomi,Park,2025550149,2025550142\nAda,Stone,,12\n"
        '"George ""Geo""",Bell,,2025550143\n,,,2025550144'
    )
    text = text.replace("Mobile\n", "Mobile,Emergency Contact Phone\n") + "\nRosa,Diaz,,,2025550145"
    lines = lines_of(text)
    again = lines_of(as_list(lines))
    assert [(one.number, one.phone) for one in again] == [(one.number, one.phone) for one in lines]
    assert [one.name for one in again] == [
        "Naomi Park",
        "Ada Stone",
        "George Geo Bell",
        "",
        "Rosa Diaz",
    ]
    assert again[-1].phone is None, "someone else's number does not come back as hers"


@pytest.mark.parametrize("name", ["Naomi Park", "Member 2 Adams", "Room 12", "de la Cruz, Ana"])
def test_a_name_that_was_read_comes_back_whole(name: str) -> None:
    text = f'First name,Last name,Mobile\n"{name}",,{NAOMI}'
    lines = lines_of(text)
    assert lines[0].phone == NAOMI and lines[0].name
    [again] = [one for one in lines_of(as_list(lines)) if one.phone]
    assert (again.number, again.name, again.phone) == (2, lines[0].name, NAOMI)


@pytest.mark.parametrize(
    "text",
    [",", ",,,\n,,", '"', '""', "\t\n;", "Name", "Phone", ":::", "=", "'", "((((", "1E999999"],
)
def test_odd_lists_do_no_harm(text: str) -> None:
    assert all(line.phone is None for line in lines_of(text))
    assert all(line.phone is None for line in lines_of(f"Name,Phone\nAda,{text}"))
