import pytest
from markupsafe import Markup

from inbox.words import isolated, runs_from_right


@pytest.mark.parametrize(
    "name", ["שרה כהן", "محمد علي", "مریم رضایی", "محمد عمران", "ܡܪܝܡ", "Ruth שרה"]
)
def test_words_from_right_to_left_are_isolated(name: str) -> None:
    assert runs_from_right(name)
    assert isolated(name) == f"\u2068{name}\u2069"
    assert isolated(Markup(name)) == Markup(f"\u2068{name}\u2069")
    assert isinstance(isolated(Markup(name)), Markup)


@pytest.mark.parametrize(
    "name", ["Ruth Adams", "José", "Мария", "王小明", "(202) 555-0191", "", "🙏"]
)
def test_all_others_stay_as_they_are(name: str) -> None:
    assert isolated(name) is name


def test_a_phone_number_keeps_its_direction_beside_a_name() -> None:
    written = "שרה כהן, (202) 555-0191"
    assert isolated(written) == "\u2068שרה כהן, \u2066(202) 555-0191\u2069\u2069"
