"""A list's no is heeded wherever it stands, and a word that only looks like one is not."""

import pytest

from inbox.rules.member_list import as_list
from tests.member_lists import lines_of

NUMBER = "202-555-0142"


def may_be_texted(text: str) -> bool:
    return all(line.phone for line in lines_of(text))


@pytest.mark.parametrize(
    "words",
    "opted out|opt out|opt-out|unsub|unsubscribe|stop|no texts|do not text|never text|DNC"
    "|no mensajes|no textos|no le textee|deceased|died|(no longer in service)|out of service"
    "|(Grandson)|caretaker|aide|(front desk)|see George Bell|with George Bell".split("|"),
)
def test_words_beside_a_number_keep_it_from_being_texted(words: str) -> None:
    assert not may_be_texted(f"Ben Ray {NUMBER} {words}")
    assert not may_be_texted(f"Name,Phone\nBen Ray,{NUMBER} {words}")


@pytest.mark.parametrize("words", "cell|(home)|best|see note|call after 5|text ok".split("|"))
def test_other_words_beside_a_number_do_not(words: str) -> None:
    assert may_be_texted(f"Name,Phone\nBen Ray,{NUMBER} {words}")


@pytest.mark.parametrize(
    ("name", "willing"),
    [
        ("Ben Ray (STOP)", False),
        ("Ana Ruiz - DNC", False),
        ("Eva Lee - do not contact", False),
        ("Ruth Hill (deceased)", False),
        ("Tom Cole (opted out)", False),
        ("Rip Hunter", True),
        ("Jean-Stop Hill", True),
        ("Ana (Annie) Ruiz", True),
    ],
)
def test_a_no_behind_a_name_is_heeded(name: str, willing: bool) -> None:
    assert may_be_texted(f"Name,Phone\n{name},{NUMBER}") is willing


@pytest.mark.parametrize(
    "note",
    "Replied STOP 4/2|said stop|has opted out|opted out via text|text opt out 3/3/25"
    "|Tim opted out 3/2/2026|asked not to be texted|removed from texts 5/1|wants off texting list"
    "|no messages|do not message|declined texts|No longer wants messages"
    "|dado de baja de mensajes|Deceased 3/2024|deceased 2021|Deceased Member|Passed away"
    "|Died 12/24|Died Jan 5, 2024|falleció|RIP|Blocked|Email only|Mail only|Phone call only"
    "|solo llamadas".split("|"),
)
def test_a_note_that_says_no_is_heeded(note: str) -> None:
    assert not may_be_texted(f'Name,Phone,Notes\nBen Ray,{NUMBER},"{note}"')


@pytest.mark.parametrize(
    "note",
    "opted out of the retreat|bus stop|her husband died 2019|Deceased husband|Stop by Tuesday"
    "|Widow|likes messages|does not eat meat|Prefers texts; Tuesdays|no kids|please text only"
    "|Died of laughter at the play|Dead Sea trip|Email".split("|"),
)
def test_a_note_about_something_else_is_not_a_no(note: str) -> None:
    assert may_be_texted(f'Name,Phone,Notes\nBen Ray,{NUMBER},"{note}"')


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("I agree to receive text messages", "Disagree"),
        ("I agree to receive text messages", "Unchecked"),
        ("I agree to receive text messages", "[ ]"),
        ("May we text you?", "I'd rather not"),
        ("May we text you?", "Prefer not"),
        ("May we text you?", "Please don't"),
        ("May we text you?", "Email instead please"),
        ("¿Podemos enviarle mensajes de texto?", "Prefiero que no"),
        ("¿Podemos enviarle mensajes de texto?", "Mejor no"),
        ("Subscription", "Cancelled"),
        ("Subscription status", "Stopped"),
        ("Contact Preference", "Email only"),
    ],
)
def test_an_answer_that_declines_is_a_no(heading: str, cell: str) -> None:
    assert not may_be_texted(f"Name,Phone,{heading}\nBen Ray,{NUMBER},{cell}")


@pytest.mark.parametrize("title", ["DO NOT TEXT", "Opted out:", "Deceased members", "No texts,"])
def test_nobody_below_a_title_that_says_no_is_texted(title: str) -> None:
    rows = ("Ada Bell,2025550143", title, f"Sam Hill,{NUMBER}", "No Number", "Ben Ray,2025550145")
    text = "\n".join(("Name,Phone", *rows, "Choir:", "Eva Lee,2025550144"))
    assert [line.name for line in lines_of(text) if line.phone] == ["Ada Bell", "Eva Lee"]


def test_both_mobile_phones_of_a_member_who_declines_are_declined() -> None:
    [ben] = lines_of(f"Name,Cell,Cell 2,Home,Texts\nBen,{NUMBER},202-555-0143,2025550144,no")
    assert (ben.phone, ben.declined) == (None, ("+12025550142", "+12025550143"))


def test_a_list_that_was_read_still_says_whose_number_was_declined() -> None:
    text = f"Name,Phone,Opted out\nBen Ray,{NUMBER},yes\nAda Bell,202-555-0143,no"
    read = lines_of(text)
    again = lines_of(as_list(read))
    for lines in (read, again):
        assert [(one.name, one.phone, one.declined) for one in lines] == [
            ("Ben Ray", None, ("+12025550142",)),
            ("Ada Bell", "+12025550143", ()),
        ]
