"""Lists that programs export and people write. Each row: a list, and its members."""

from time import process_time

import pytest

from inbox.rules.list_text import decode, is_text
from inbox.rules.member_list import as_list
from tests.member_lists import lines_of

Member = tuple[str, str | None, list[str]]
NAOMI: Member = ("Naomi Park", "0142", [])
GEORGE: Member = ("George Bell", "0143", [])
ADA: Member = ("Ada Stone", "0144", [])


def members(text: str, country: str = "US") -> list[Member]:
    """Each name with the last four digits of its number, and of the other numbers."""
    return [
        (line.name, line.phone and line.phone[-4:], [one.phone[-4:] for one in line.others])
        for line in lines_of(text, country)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. Naomi Park 202-555-0142\n2. George Bell (202) 555-0143",
        "1) Naomi Park, 202-555-0142\n2) George Bell, 202-555-0143",
        "01 - Naomi Park - 202-555-0142\n02 - George Bell - 202-555-0143",
        "- [ ] Naomi Park 202-555-0142\n- [x] George Bell 202-555-0143",
        "a) Naomi Park 202-555-0142\n(2) George Bell 202-555-0143",
        "1️⃣ Naomi Park 202-555-0142\n#2 George Bell 202-555-0143",
        "Usher: Naomi Park 202-555-0142\nGeorge Bell at 202-555-0143",
        "Naomi Park 12 Elm St 202-555-0142\nGeorge Bell   4 Oak Ave Apt 3   202-555-0143",
        "**Naomi Park** 202-555-0142\n> George Bell (202-555-0143)",
        "Naomi Park,2025550142\n----------\nGeorge Bell,2025550143\n==========",
        "Naomi Park\n202-555-0142\n\nGeorge Bell\n(202) 555-0143",
        "Naomi Park\nmobile: 202-555-0142\nn@x.example\nGeorge Bell\n(202) 555-0143\ng@x.example",
        "☐ Naomi Park 202-555-0142\n✅ George Bell 202-555-0143",
        "🙋‍♀️ Naomi Park 202-555-0142\n❤️ George Bell 202-555-0143",
        "+1 (202) 555-0142 ~Naomi Park\n+1 (202) 555-0143 ~ George Bell",
        "Naomi Park ............ 202-555-0142\nGeorge Bell..........(202) 555-0143",
        "Naomi Park ______ 202-555-0142\nGeorge Bell …… 202-555-0143",
        "Naomi Park -> 202-555-0142\nGeorge Bell → 202-555-0143",
        "Naomi Park = 202-555-0142\nGeorge Bell: 202-555-0143",
        "Name: Naomi Park, Phone: 202-555-0142\nName: George Bell, Phone: 202-555-0143",
        "Naomi Park        202-555-0142     naomi@x.example\nGeorge Bell       202-555-0143  x",
        "Naomi Park, b. 3/2/1980, 202-555-0142\nGeorge Bell 02/14/1955 202-555-0143",
        "Naomi Park, Washington DC 20001-0142, 202-555-0142\nGeorge Bell, DC 20001 202-555-0143",
        "Naomi Park, 12 Elm St Apt 4 202-555-0142\nGeorge Bell, 2025550 Oak Ave, 202-555-0143",
        "Naomi|Park|202-555-0142|n@x.example\nGeorge|Bell|202-555-0143|",
        "Naomi Park | Choir | Grace Church | 202-555-0142\nGeorge Bell | Usher | | 202-555-0143",
        "Naomi Park 202-555-0142; George Bell 202-555-0143",
        "Naomi Park 202-555-0142, George Bell 202-555-0143",
        "Naomi Park 202-555-0142 (text only, no calls)\nGeorge Bell 202-555-0143 (cell, after 5)",
        "Park, Naomi, 202-555-0142\nBell, George, 202-555-0143",
        "| Name | Phone |\n|------|-------|\n| Naomi Park | 202-555-0142 |\n"
        "| George Bell | 202-555-0143 |",
    ],
)
def test_lists_written_in_many_ways_are_read(text: str) -> None:
    found = [one for one in members(text) if one[1]]
    assert found == [NAOMI, GEORGE]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jones, Bob & Sue, 202-555-0142", [("Bob & Sue Jones", "0142", [])]),
        ("O'Neil, Mary Ann, 202-555-0142", [("Mary Ann O'Neil", "0142", [])]),
        ("van der Berg, Jan, 202-555-0142", [("Jan van der Berg", "0142", [])]),
        ("Ortega y Gasset, José\t202-555-0142", [("José Ortega y Gasset", "0142", [])]),
        ("George Bell, Jr., 202-555-0143", [("George Bell, Jr.", "0143", [])]),
        (
            "Mary Ann,Smith,2025550142\nJohn,Doe,2025550143\nAda,Stone Ruiz,2025550144",
            [("Mary Ann Smith", "0142", []), ("John Doe", "0143", [])]
            + [("Ada Stone Ruiz", "0144", [])],
        ),
        (
            "Naomi,choir,2025550142\nGeorge,youth leader,2025550143",
            [("Naomi", "0142", [])] + [("George", "0143", [])],
        ),
        ("Coach Bell 202-555-0143", [("Coach Bell", "0143", [])]),
        ("Pastor Lee 202-555-0143 cell", [("Pastor Lee", "0143", [])]),
        ("Sister Mary Brown (202) 555-0143", [("Sister Mary Brown", "0143", [])]),
        ("Hna. Ana Ruiz cel. 202-555-0143", [("Hna. Ana Ruiz", "0143", [])]),
        ("Hno. Luis Díaz tel. casa 202-555-0143", [("Hno. Luis Díaz", "0143", [])]),
        ("Mom 202-555-0101", [("Mom", None, [])]),
        ("Naomi Park,202-555-0142,husband George 202-555-0143", [NAOMI]),
        ("Naomi Park, 202-555-0142, sister Ada 202-555-0144", [NAOMI]),
        ("Naomi Park, 202-555-0142, Mom Ada 202-555-0144", [NAOMI]),
        (
            "Ada Stone\n202-555-0142\n202-555-0143",
            [("Ada Stone", None, [])] + [("", "0142", []), ("", "0143", [])],
        ),
        ("George Bell 202-555-0199 (neighbor, ask for Al)", [("George Bell", None, [])]),
        ("George Bell (son's phone) 202-555-0199", [("George Bell", None, [])]),
        ("Park, George & Naomi (Ada, Ben) 202-555-0142", [("George & Naomi Park", "0142", [])]),
        ("김나오미 집사 202-555-0142", [("김나오미 집사", "0142", [])]),
        ("Naomi Park 202-555-0142 (Mom 202-555-0101)", [NAOMI]),
        ("Naomi Park, Mom: 202-555-0101, 202-555-0142", [NAOMI]),
        ("Naomi Park, 202-555-0142, emergency: George 202-555-0143", [NAOMI]),
        ("Naomi Park 202-555-0101 home 202-555-0142 cell", [("Naomi Park", "0142", ["0101"])]),
        (
            "Bell, George   H:202-555-0101   W:202-555-0102   C:202-555-0143",
            [("George Bell", "0143", ["0101", "0102"])],
        ),
        (
            "Naomi Park, casa 202-555-0101, cel 202-555-0142, esposo 202-555-0143",
            [("Naomi Park", "0142", ["0101"])],
        ),
        ("Naomi Park, 202-555-0142, do not text", [("Naomi Park", None, [])]),
        ("Naomi Park, 202-555-0142, Unsubscribed", [("Naomi Park", None, [])]),
        ("[29/11/26, 12:01:33] Ana: my number is 202-555-0142", [("", "0142", [])]),
    ],
)
def test_names_stay_whole_and_keep_their_own_numbers(text: str, found: list[Member]) -> None:
    assert members(text) == found


# Each table gives Naomi Park one number that ends in 0142.
TABLES = """
Last Name,First Name,Title,Envelope #,Cell Phone,Home Phone,Unlisted|Park,Naomi,Mrs.,1042,{},,No
LASTNAME,FIRSTNAME,MI,PHONE1DESC,PHONE1,ZIP|Park,Naomi,A,Cell,{},20001
Individual Name,Household Name,Mobile,Emergency Phone|Naomi Park,George and Naomi Park,{},2025550198
Name,Family Home Phone,Head Cell,Spouse Cell|Naomi Park,,{},2025550143
Student,Grade,Student Cell,Mom,Mom Cell,Dad,Dad Cell|Naomi Park,9,{},Ada,2025550101,Lu,2025550102
Camper,Mobile,Parent,Parent Cell|Naomi Park,{},Ada Park,2025550101
Timestamp,Your full name,Best phone number to reach you?,OK to text you?|3/2/2026,Naomi Park,{},Yes
Name,Number,Type|Naomi Park,{},Mobile
Member,Contact #|Naomi Park,{}
Your name,What is the best cell phone for texting?|Naomi Park,{}
Your name,Which cell can we text?,Home phone|Naomi Park,{},
Your name,Text number,Home phone|Naomi Park,N/A,{}
No.,Name,Contact No.|1,Naomi Park,{}
#,Name,Phone #,Row 2|1,Naomi Park,{},x
N°;Nombre y Apellidos;Tel. 1|1;Naomi Park;{}
Nom,Prénom,Portable|Park,Naomi,{}
Name,Vorname,Handynummer|Park,Naomi,{}
Họ,Tên,Di động,Liên hệ khẩn cấp|Park,Naomi,{},2025550101
الاسم الأول,اسم العائلة,رقم الجوال,هاتف الطوارئ|Naomi,Park,{},2025550101
姓名,手機號碼,緊急聯絡人電話|Naomi Park,{},2025550101
氏名,フリガナ,携帯番号,緊急電話|Naomi Park,ナオミ,{},2025550101
교인명,직분,휴대폰번호,배우자 전화|Naomi Park,집사,{},2025550101
Имя,Фамилия,Мобильный|Naomi,Park,{}
Pangalan,Apelyido,Cellphone|Naomi,Park,{}
"""


@pytest.mark.parametrize("table", TABLES.strip().splitlines())
def test_a_table_is_read_by_its_heading(table: str) -> None:
    text = table.replace("|", "\n").format("(202) 555-0142")
    assert members(text) == [NAOMI]


def test_the_number_of_a_parent_is_not_a_students() -> None:
    for heading in ("Student Name,Parent Name,Parent Phone", "Camper,Parent,Parent's Cell"):
        assert members(f"{heading}\nNaomi Park,Ada,2025550101") == [("Naomi Park", None, [])]


@pytest.mark.parametrize(
    ("heading", "yes", "no"),
    [
        ("OK to text?", "Yes", "No"),
        ("SMS Opt In", "TRUE", "FALSE"),
        ("IsMessagingEnabled", "", "false"),
        ("Text permission", "1", "0"),
        ("Do not text", "", "x"),
        ("Text?", "Y", "N"),
        ("Can we text your cell phone?", "Yes", "No"),
        ("SMS", "", "no"),
        ("Can we text you?", "yes!", "No thanks"),
        ("¿Desea recibir mensajes?", "Sí", "No"),
        ("Do Not Contact", "", "Yes"),
        ("Opted Out", "FALSE", "2026-01-03"),
        ("Status", "Active", "Unsubscribed"),
        ("Status", "Member", "Deceased"),
        ("SMS consent", "granted", "declined"),
        ("SMS consent", "Given", "Not given"),
        ("Text permission", "ok", "Withdrawn 2026-01-03"),
        ("Consentimiento SMS, ¿acepta?", "Sí", "Rechazado"),
        ("Mensajes de texto", "Sí", "No quiere"),
        ("Subscribed", "true", "false"),
        ("Unsubscribed", "", "Yes"),
        ("SMS status", "Active", "Revoked"),
        ("Texting preference", "Any time", "Blocked"),
        ("Tags", "Choir, Member", '"Member, Do not text"'),
        ("Notes", "Stop by at noon", "STOP"),
        ("Notes", "Prefers texts; Tuesdays", "Moved - opted out - 2026"),
    ],
)
def test_a_no_in_the_list_is_respected(heading: str, yes: str, no: str) -> None:
    text = f'Name,Cell,"{heading}"\nNaomi Park,2025550142,{yes}\nGeorge Bell,2025550143,{no}'
    assert members(text) == [NAOMI, ("George Bell", None, [])]


def test_a_no_on_a_contact_card_is_respected() -> None:
    card = "BEGIN:VCARD\nFN:Naomi Park\nTEL;TYPE=CELL:2025550142\n"
    for more in ("NOTE:Opted out", "CATEGORIES:Choir,Do not text"):
        assert members(f"{card}{more}\nEND:VCARD") == [("Naomi Park", None, [])]
    assert members(f"{card}NOTE:Sings\nEND:VCARD") == [NAOMI]


def test_a_card_without_an_end_is_read() -> None:
    card = "BEGIN:VCARD\nFN:Naomi Park\nTEL;TYPE=CELL:2025550142\n"
    assert members(card) == [NAOMI] and members(card + card) == [NAOMI, NAOMI]


def test_a_no_on_a_plain_line_is_respected() -> None:
    for written in ("Naomi Park - opted out - 2025550142", "Naomi Park (unsubscribed) 2025550142"):
        assert [one[1] for one in members(written)] == [None]
    two = "(h, no texts) 2025550101; (c) 2025550142"
    [naomi] = members(f'Name,Phone\nNaomi Park,"{two}"')
    assert naomi[1] == "0142", "it applies to the first number only"


@pytest.mark.parametrize(
    "written",
    "2.025.550.142|2 025 550 142|2’025’550’142|$2,025,550,142.00|2025550142.|2.025550142e+09"
    "|202•555•0142|202*555*0142|202_555_0142|202~555~0142|202—555—0142|[202] 555-0142"
    "|２０２－５５５－０１４２|٢٠٢-٥٥٥-٠١٤٢|202\u200b555\u200d0142|202\u00ad555\u00ad0142"
    "|202-555-0142*|~202-555-0142|☎ 202-555-0142|sms:+12025550142|+ 1 202 555 0142"
    "|12/25/1980 202-555-0142|20001-0199 202-555-0142|Apt 4 202-555-0142".split("|"),
)
def test_a_number_is_read_with_any_separators_between_its_digits(written: str) -> None:
    assert members(f'Name,Phone\nNaomi Park,"{written}"') == [NAOMI]


@pytest.mark.parametrize(
    "written",
    [
        # Part of a longer number would be someone else's number.
        "+52 2 551 234 5678",
        "52 442 123 4567",
        "52 442-123-4567",
        "Acct 4412025550142",
        "0 202 555 0142",
        "+01 202 555 0142",
        "4111 1111 1111 1111",
        "2,02555E+09",
        "202-555-O142",
        "20001-0142",
        "1980-02-03",
        "202-555-0142 xt. 3",
        "202-555-0142;ext=7",
        "call only - no texts 202-555-0142",
    ],
)
def test_an_ambiguous_number_is_not_read(written: str) -> None:
    assert members(f'Name,Phone\nNaomi Park,"{written}"') == [("Naomi Park", None, [])]
    assert [one[1] for one in members(f"Naomi Park\t{written}")] == [None]


@pytest.mark.parametrize(
    ("country", "written", "number"),
    [
        ("GB", "07911 123456", "3456"),
        ("DE", "0151 12345678", "5678"),
        ("MX", "55 1234 5678", "5678"),
        ("ES", "612 34 56 78", "5678"),
        ("PH", "0917-123-4567", "4567"),
        ("NG", "0803 123 4567", "4567"),
        ("BR", "(11) 91234-5678", "5678"),
        ("BR", "11 91234-5678", "5678"),
        ("KR", "010-1234-5678", "5678"),
        ("FR", "06.12.34.56.78", "5678"),
        ("FR", "06-12-34-56-78", "5678"),
        ("GT", "5551-2345", "2345"),
        ("US", "011 52 55 1234 5678", "5678"),
    ],
)
def test_a_number_is_read_in_national_format(country: str, written: str, number: str) -> None:
    assert members(f"Name,Phone\nNaomi Park,{written}", country) == [("Naomi Park", number, [])]
    assert members(f"Naomi Park\t{written}", country) == [("Naomi Park", number, [])]


def test_a_number_above_the_heading_belongs_to_nobody_and_is_not_lost() -> None:
    text = "Grace Church 2026\nQuestions? Call 202-555-0100\nName,Phone\nNaomi Park,2025550142"
    above, naomi = lines_of(text)
    assert (above.number, above.phone, above.written) == (2, None, "Questions? Call 202-555-0100")
    assert naomi.name == "Naomi Park"


def test_several_members_on_one_line_stay_on_it() -> None:
    text = "\nNaomi Park 202-555-0142; George Bell 202-555-0143\nAda Stone, 202-555-0144"
    lines = lines_of(text)
    assert [line.number for line in lines] == [2, 2, 3]
    assert members(as_list(lines)) == [NAOMI, GEORGE, ADA]


CARDS = """BEGIN:VCARD
VERSION:3.0
N:Park;Naomi;Ann;;
FN:Naomi Park
TEL;type=HOME;type=VOICE:(202) 555-0101
TEL;type=CELL;type=VOICE;type=pref:(202) 555-0142
TEL;type=WORK;type=FAX:202-555-0102
item1.TEL:202-555-0103
item1.X-ABLabel:_$!<Mother>!$_
ADR;type=HOME:;;12 Elm St;Washington;DC;20001-0142;USA
NOTE:This goes on
  in the next line\\, and has a 202-555-0109
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=
=6C=65=72;Jo
TEL;CELL:2025550143
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Ada Stone
TEL;VALUE=uri;TYPE="voice,cell":tel:+1-202-555-0144
END:VCARD
BEGIN:VCARD
FN:Grace Bakery
ORG:Grace Bakery
END:VCARD
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_contact_cards_are_read(ending: str) -> None:
    text = CARDS.replace("\n", ending)
    assert is_text(text.encode())
    assert members(text) == [
        ("Naomi Park", "0142", ["0101"]),
        ("Jo Müller", "0143", []),
        ADA,
        ("Grace Bakery", None, []),
    ]
    assert [line.number for line in lines_of(text)] == [1, 14, 20, 25]
    again = members(as_list(lines_of(text)))
    assert [one[:2] for one in again] == [one[:2] for one in members(text)]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("José Núñez", "utf-8"),
        ("José Núñez", "utf-8-sig"),
        ("José Núñez", "utf-16"),
        ("José Núñez", "utf-16-be"),
        ("José Núñez", "cp1252"),
        ("山田花子", "utf-8"),
        ("Анна", "utf-16"),
    ],
)
def test_a_file_is_read_in_its_own_encoding(name: str, encoding: str) -> None:
    file = f"Name;Phone\n{name};202-555-0142\n".encode(encoding)
    assert is_text(file)
    assert members(decode(file)) == [(name, "0142", [])]


@pytest.mark.parametrize(
    "file",
    [
        "氏名,電話\n山田花子,202-555-0142".encode("shift_jis"),
        "姓名,电话\n王小明,202-555-0142".encode("gbk"),
        "이름,전화\n김철수,202-555-0142".encode("cp949"),
        "שם,טלפון\nשרה כהן,202-555-0142".encode("cp1255"),
        "Имя,Телефон\nАнна,202-555-0142".encode("cp1251"),
        rb"{\rtf1\ansi Naomi 202-555-0142}",
        b"<html><table><tr><td>Naomi</td><td>202-555-0142</td></tr></table>",
        b"PK\3\4xl/worksheets",
    ],
)
def test_a_file_that_would_come_out_as_gibberish_is_refused(file: bytes) -> None:
    assert not is_text(file)


@pytest.mark.parametrize(
    "cell",
    ["(1" * 200, "1." * 200, "_" * 399 + "a", ". " * 200, "[ ] " * 100, "a@" * 200, "✅" * 400],
)
def test_no_line_takes_long_to_read(cell: str) -> None:
    began = process_time()
    members(f"{cell}\n" * 20)
    assert process_time() - began < 1


@pytest.mark.parametrize(
    "cell", ["total" + "." * 20_000 + "x", "total members " + "-" * 20_000 + "x", "(ex" * 20_000]
)
def test_no_endless_cell_takes_long_to_read(cell: str) -> None:
    began = process_time()
    members(f"Name,Phone\n{cell},\nNaomi Park,202-555-0142\n")
    assert process_time() - began < 0.5
