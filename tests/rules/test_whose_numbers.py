"""Whose numbers a list has, which of them are for texts, and who must not be texted."""

import pytest

from tests.member_lists import lines_of

OWN, OTHER = "202-555-0142", "202-555-0143"
PHONE, ELSE = "+12025550142", "+12025550143"


def phones(text: str, country: str = "US") -> list[str | None]:
    """The last four digits of each member's number."""
    return [line.phone and line.phone[-4:] for line in lines_of(text, country)]


@pytest.mark.parametrize(
    "heading",
    "Emergency #|EC Phone|NOK Tel|GP Phone|Hospital phone|Vet phone|Church Phone|Insurance phone"
    "|Social Worker Phone|Probation Officer phone|Realtor phone|Adult 2 Cell|Girlfriend cell"
    "|Disciple maker phone|Authorized pickup phone|Teléfono de la iglesia|Celular del médico"
    "|Telefon der Eltern|Téléphone du conjoint|Alarm company phone|Billing phone|Office pgr"
    "|P1 Cell|Contacto 2 teléfono".split("|"),
)
def test_a_number_under_a_word_for_someone_else_is_not_the_members(heading: str) -> None:
    assert phones(f"Name,Cell,{heading}\nNaomi Park,,{OTHER}\nGeorge Bell,{OWN},{OTHER}") == [
        None,
        "0142",
    ]


@pytest.mark.parametrize(
    "heading",
    "Phone (with area code)|Cell phone (e.g. 202-555-0199)|Listed Phone|Summer phone|Local phone"
    "|Best number to reach you during the week|Choir cell|Verizon cell|Reach me at"
    "|Mobiltelefon|N° Tel|phone.mobile|WhatsApp/Cell|Komórka".split("|"),
)
def test_the_only_column_of_numbers_is_the_members(heading: str) -> None:
    assert phones(f"First Name,Last Name,{heading}\nNaomi,Park,{OWN}\nGeorge,Bell,{OTHER}") == [
        "0142",
        "0143",
    ]


def test_the_only_column_of_numbers_may_be_someone_elses() -> None:
    assert phones(f"Name,Emergency\nNaomi Park,{OTHER}\nGeorge Bell,{OTHER}") == [None, None]


@pytest.mark.parametrize(
    "heading", "Res. Phone|H Phone|Phone (H)|Teléfono particular|W Phone|Phone - O".split("|")
)
def test_a_number_for_the_house_or_for_work_comes_after_any_other(heading: str) -> None:
    assert phones(f"Name,{heading},Phone\nNaomi Park,{OTHER},{OWN}") == ["0142"]


@pytest.mark.parametrize(
    "cell",
    [
        f"{OTHER} Bob's cell",
        f"daughter Kim’s phone {OTHER}",
        f"c/o Bob {OTHER}",
        f"call Bob at {OTHER}",
        f"via a friend {OTHER}",
        f"call only: {OTHER}",
        f"{OTHER} calls only",
        f"{OTHER} voice only",
        f"solo llamadas {OTHER}",
        f"{OTHER}; no texts",
        f"{OTHER}, do not text",
        f"{OTHER} (opted out)",
        f"STOP {OTHER}",
        f"{OTHER} DNT",
        f"{OTHER} can't text",
        f"{OTHER} cannot receive texts",
        f"{OTHER},,5#",
    ],
)
def test_words_beside_a_number_say_that_no_text_goes_there(cell: str) -> None:
    assert phones(f'Name,Phone\nNaomi Park,"{cell}"\nGeorge Bell,{OWN}') == [None, "0142"]
    assert phones(f'Name,Phone\nNaomi Park,"{cell} / cell {OWN}"') == ["0142"]


@pytest.mark.parametrize(
    "cell",
    [
        f"🏠 {OTHER} 📱 {OWN}",
        f"📱{OWN} 🏠{OTHER}",
        f"Cell: {OWN}; Home: {OTHER}",
        f"{OWN} Naomi",
        f"{OWN} new in May",
        f"{OWN} Ruth's Bible study",
    ],
)
def test_other_words_beside_a_number_do_not(cell: str) -> None:
    assert phones(f'Name,Phone\nNaomi Park,"{cell}"') == ["0142"]


@pytest.mark.parametrize(
    ("heading", "no", "yes"),
    [
        ("No contactar", "x", ""),
        ("DNC", "Y", "N"),
        ("Deceased", "Yes", "No"),
        ("Date of death", "2024-05-05", ""),
        ("Opted out", "1", "n/a"),
        ("Opt-out date", "2024-01-02", "0000-00-00"),
        ("OK to text?", "❌", "✅"),
        ("SMS Allowed", "✗", "✓"),
        ("Can we text you?", "nope", "yep"),
        ("Text OK", "Call only", "Yes - after 5"),
        ("SMS erlaubt", "nein", "ja"),
        ("Accepte les SMS", "Non", "Oui"),
        ("Notes", "Asked us to stop texting 3/2", "Likes the choir's texts"),
        ("Notes", "take off the text list", "took 3 texts off the wall"),
        ("Comments", "opted out of texts", "opted out of the retreat"),
        ("Notas", "ya no quiere; no le manden mensajes", "no le gustan los domingos"),
    ],
)
def test_a_no_is_heeded_in_every_form(heading: str, no: str, yes: str) -> None:
    assert phones(f"Name,Phone,{heading}\nNaomi Park,{OTHER},{no}\nGeorge Bell,{OWN},{yes}") == [
        None,
        "0142",
    ]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Email Opt-In", "No"),
        ("Email opt out", "Yes"),
        ("Directory opt out", "Yes"),
        ("Opt in to directory", "No"),
        ("Text of favorite hymn", "Nothing but the blood"),
        ("Notes", "Stop by after 5"),
    ],
)
def test_a_no_to_something_else_does_not_keep_texts_away(heading: str, cell: str) -> None:
    assert phones(f"Name,Phone,{heading}\nNaomi Park,{OWN},{cell}") == ["0142"]


@pytest.mark.parametrize(
    "below", ["3,,", "Total: 2,,", "Total members,2", "Grand Total,2", "Count:,2", "Page 1 of 3"]
)
def test_a_reports_totals_are_no_members(below: str) -> None:
    text = f"Name,Phone\nNaomi Park,{OWN}\n{below}\nGeorge Bell,{OTHER}"
    assert [line.name for line in lines_of(text) if line.name or line.phone] == [
        "Naomi Park",
        "George Bell",
    ]


def test_a_heading_over_several_columns_has_their_own_headings_below() -> None:
    text = f"Member,,Phones,\nFirst,Last,Home,Cell\nNaomi,Park,{OTHER},{OWN}"
    assert [(line.name, line.phone) for line in lines_of(text)] == [("Naomi Park", "+12025550142")]


@pytest.mark.parametrize(
    ("first", "last"),
    [("FNAME", "LNAME"), ("F Name", "L Name"), ("FIRST_NM", "LAST_NM"), ("1st Name", "Last Name")]
    + [("Prénom", "Nom de famille"), ("Imię", "Nazwisko"), ("Voornaam", "Achternaam")],
)
def test_a_name_is_put_together_in_its_order(first: str, last: str) -> None:
    assert [line.name for line in lines_of(f"{last},{first},Cell\nPark,Naomi,{OWN}")] == [
        "Naomi Park"
    ]


@pytest.mark.parametrize(
    "written", ["+52 1 55 1234 5678", "044 55 1234 5678", "5215512345678", "0052 1 55 1234 5678"]
)
def test_a_mexican_number_as_it_was_dialed_until_2019_is_read(written: str) -> None:
    assert phones(f"Name,Phone\nAna Ruiz,{written}", "MX") == ["5678"]
    assert [line.phone for line in lines_of("Name,Phone\nAna Ruiz,+5215512345678")] == [
        "+525512345678"
    ]


@pytest.mark.parametrize(
    "heading", ["Area,Phone", "Area Code,Phone", "Phone Number - Area Code,Phone"]
)
def test_an_area_code_in_a_column_of_its_own_belongs_to_the_number(heading: str) -> None:
    text = f"Name,{heading}\nNaomi Park,202,555-0142\nGeorge Bell,202,(202) 555-0143"
    assert phones(text) == ["0142", "0143"]


def test_headings_numbered_as_questions_are_headings() -> None:
    assert phones(f"Q1 First name,Q2 Last name,Q3 Cell phone\nNaomi,Park,{OWN}") == ["0142"]


@pytest.mark.parametrize("name", ["Page Turner", "Count Basie", "Total Care Clinic", "End Zone"])
def test_a_member_named_like_a_total_is_listed_as_having_no_number(name: str) -> None:
    text = f"Name,Phone\nNaomi Park,{OWN}\n{name},"
    assert [line.name for line in lines_of(text)] == ["Naomi Park", name]


@pytest.mark.parametrize(
    "heading",
    [
        "Name,Cell,Emergency contact,Relationship,Contact phone",
        "Name,Cell,Emergency contact,Relationship,Phone",
        "Nombre,Celular,Contacto de emergencia,Parentesco,Teléfono",
        "Name,Cell,Spouse,Relation,Phone",
        "Name,Cell,Next of Kin,Relationship,Telephone",
        "Member,Cell,Mom,Relationship,Number",
        "Name,Cell,Emergency Contact 1,Relationship,Phone 1",
    ],
)
def test_a_bare_phone_right_after_somebody_elses_column_is_theirs(heading: str) -> None:
    [naomi, ada] = lines_of(
        f"{heading}\nNaomi Park,,George,x,{OTHER}\nAda Bell,{OWN},Sam,x,{OTHER}"
    )
    assert (naomi.phone, naomi.others) == (None, ())
    assert (ada.phone, ada.others) == (PHONE, ())


def test_a_lists_only_numbers_are_its_members_whatever_is_before_them() -> None:
    for heading in ("Name,Spouse,Phone", "Name,Company,iPhone", "Name,Guardian,Phone"):
        assert [line.phone for line in lines_of(f"{heading}\nNaomi Park,x,{OWN}")] == [PHONE]
    [naomi] = lines_of(f"Name,Spouse,Cell phone,Home phone\nNaomi Park,x,{OWN},{OTHER}")
    assert (naomi.phone, [one.phone for one in naomi.others]) == (PHONE, [ELSE])
    [mia] = lines_of(f"Camper,Guardian,Phone,Physician,Phone\nMia Park,x,{OWN},y,{OTHER}")
    assert (mia.phone, mia.others) == (PHONE, ())


@pytest.mark.parametrize(
    "column",
    "Mobile Phone (US)|Cell Number (10 digits)|Cell w/ area code|Celular actual|Número propio"
    "|Celular propio|Parishioner cell|Congregant Mobile|Donor mobile|Registrant cell"
    "|Applicant Phone|Cell - self".split("|"),
)
def test_a_members_own_number_is_known_under_many_headings(column: str) -> None:
    [naomi] = lines_of(f"Name,{column},Spouse cell\nNaomi Park,{OWN},{OTHER}")
    assert (naomi.phone, naomi.others) == (PHONE, ())


@pytest.mark.parametrize(
    "cell",
    [
        f"h {OTHER} c {OWN}",
        f"H {OTHER} C {OWN}",
        f"(h){OTHER} (c){OWN}",
        f"w {OTHER} m {OWN}",
        f"{OTHER} h {OWN} c",
        f"C {OWN}, H {OTHER}",
    ],
)
def test_letters_are_the_labels_of_their_own_numbers(cell: str) -> None:
    for line in (*lines_of(f"Naomi Park\t{cell}"), *lines_of(f"Naomi Park {cell}")):
        assert (line.name, line.phone) == ("Naomi Park", PHONE)
        assert [one.phone for one in line.others] == [ELSE]


@pytest.mark.parametrize(
    "words", ["(ride with George Bell", "(call George Bell", "c/o George Bell", "via George Bell"]
)
def test_a_number_that_reaches_a_member_through_somebody_is_theirs(words: str) -> None:
    [naomi] = lines_of(f"Naomi Park {words} {OTHER}")
    assert (naomi.name, naomi.phone) == ("Naomi Park", None)


@pytest.mark.parametrize(
    ("heading", "row", "phone"),
    [
        ("Country Code,Mobile", "+57,3124567890", "+573124567890"),
        ("Country Code,Mobile", "52,5512345678", "+525512345678"),
        ("Country Code,Mobile", "1,202-555-0142", "+12025550142"),
        ("mobile_phone_country_code,mobile_phone", "0057,3124567890", "+573124567890"),
        ("Dial code,Phone", "44,7911123456", "+447911123456"),
        ("Lada,Celular", "+52,3312345678", "+523312345678"),
        ("Country,Mobile", "Mexico,3312345678", None),
        ("Country,Mobile", "México,+523312345678", "+523312345678"),
        ("Mobile Country,Mobile", "CO,3124567890", None),
        # Not a number in Colombia or Mexico: where the member comes from.
        ("País,Celular", "Colombia,202-555-0142", "+12025550142"),
        ("Country,Mobile", "Mexico,202-555-0142", "+12025550142"),
        ("Country,Mobile", "Canada,202-555-0142", "+12025550142"),
        ("Phone (calling)", "202-555-0142", "+12025550142"),
        ("Phone if different than above", "202-555-0142", "+12025550142"),
        ("Country,Mobile", "United States,202-555-0142", "+12025550142"),
        ("Country,Mobile", "US,202-555-0142", "+12025550142"),
        ("Country,Mobile", ",202-555-0142", "+12025550142"),
        ("Country,Mobile", "Narnia,202-555-0142", "+12025550142"),
    ],
)
def test_a_number_belongs_to_the_country_in_its_row(
    heading: str, row: str, phone: str | None
) -> None:
    [luis] = lines_of(f"Name,{heading}\nLuis Diaz,{row}")
    assert luis.phone == phone


@pytest.mark.parametrize(
    "text",
    [
        f"Child Name,Age,Allergies,Mother,Phone\nMia Park,7,nuts,Naomi Park,{OWN}",
        f"Timestamp,Child Name,Medical,Phone\n1/1/2025,Mia Park,Asthma,{OWN}",
        f"Child Name,T-shirt size,Home phone\nMia Park,Small,{OWN}",
    ],
)
def test_what_is_written_about_a_child_never_becomes_a_name(text: str) -> None:
    [line] = lines_of(text)
    assert line.phone == PHONE and line.name in ("", "Naomi Park")


def test_an_office_number_below_the_list_is_nobodys() -> None:
    text = f'Name,Phone\nRuth Adams,{OWN}\n"Updated 3/2/2026 by the office, call {OTHER}",'
    assert [line.name for line in lines_of(text) if line.phone] == ["Ruth Adams"]
