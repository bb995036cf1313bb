import pytest
from bs4 import BeautifulSoup
from markupsafe import Markup

from inbox.i18n import isolated, runs_from_right
from inbox.render import linked, marked
from inbox.rules.search import asked_terms
from inbox.rules.snippet import snippet


@pytest.mark.parametrize(
    "name", ["שרה כהן", "محمد علي", "مریم رضایی", "محمد عمران", "ܡܪܝܡ", "Ruth שרה"]
)
def test_right_to_left_words_are_isolated(name: str) -> None:
    assert runs_from_right(name)
    assert isolated(name) == f"\u2068{name}\u2069"
    assert isolated(Markup(name)) == Markup(f"\u2068{name}\u2069")
    assert isinstance(isolated(Markup(name)), Markup)


@pytest.mark.parametrize(
    "name", ["Ruth Adams", "José", "Мария", "王小明", "(202) 555-0191", "", "🙏"]
)
def test_all_other_words_are_unchanged(name: str) -> None:
    assert isolated(name) is name


@pytest.mark.parametrize(
    "number", ["(202) 555-0191", "+1 202-555-0191", "٢٠٢-٥٥٥-٠١٩١", "۲۰۲-۵۵۵-۰۱۹۱", "202–555–0191"]
)
def test_a_phone_number_keeps_its_direction_next_to_a_name(number: str) -> None:
    written = f"שרה כהן, {number}"
    assert isolated(written) == f"\u2068שרה כהן, \u2066{number}\u2069\u2069"


@pytest.mark.parametrize("q", ["555-0142", "0142", "שלי 202", "555"])
def test_a_phone_number_with_a_hit_in_it_keeps_its_direction(q: str) -> None:
    text = "המספר שלי (202) 555-0142 תודה <b>"
    html = marked(snippet(text, asked_terms(q)))
    assert "<mark>" in html, "the premise: something is found"
    page = BeautifulSoup(html, "html.parser")
    assert page.text == text and [one.text for one in page.find_all("bdi")] == ["(202) 555-0142"]
    assert not [mark for mark in page.find_all("mark") if mark.find("bdi")]


def test_a_phone_number_after_a_link_keeps_its_direction() -> None:
    html = linked("شكرا https://example.org/x (202) 555-0142")
    assert '<bdi dir="ltr">(202) 555-0142</bdi>' in html
    assert "<bdi" not in linked("Thanks https://example.org/x (202) 555-0142")
