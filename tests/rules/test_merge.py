from time import process_time

import pytest

from inbox.rules.merge import FIELDS, fields_in, merge, unknown_in


@pytest.mark.parametrize(
    ("template", "first_name", "text"),
    [
        ("Hi {first_name}!", "Naomi", "Hi Naomi!"),
        ("{first_name}, {first_name}", "Naomi", "Naomi, Naomi"),
        ("Hi { First_Name }!", "Naomi", "Hi Naomi!"),
        ("Hi {first_name}!", " Naomi ", "Hi Naomi!"),
        ("Hi {{first_name}}!", "Naomi", "Hi Naomi!"),
        ("Hi {{ first_name }}!", "Naomi", "Hi Naomi!"),
        ("Hi ｛first_name｝!", "Naomi", "Hi Naomi!"),
        ("Hi ｛ first_name}!", "Naomi", "Hi Naomi!"),
        ("{{first_name}} {John 3:16}", "Naomi", "Naomi {John 3:16}"),
        ("Hi {first_name}!", None, "Hi friend!"),
        ("Hi {first_name}!", "", "Hi friend!"),
        ("Hi {first_name}!", "  ", "Hi friend!"),
        ("No fields here", "Naomi", "No fields here"),
        ("", "Naomi", ""),
    ],
)
def test_a_broadcast_greets_each_by_name(template: str, first_name: str | None, text: str) -> None:
    assert merge(template, first_name=first_name) == text


@pytest.mark.parametrize(
    "template",
    [
        "{last_name}",
        "{}",
        "{ }",
        "{0}",
        "{first_name",
        "first_name}",
        "{first name}",
        "{a.b}",
        "{!r}",
    ],
)
def test_text_that_is_not_a_field_stays_as_written(template: str) -> None:
    assert merge(template, first_name="Naomi") == template


@pytest.mark.parametrize(
    "name", ["{first_name}", "{{first_name}}", r"\1", r"\g<0>", "{0.__class__}"]
)
def test_braces_in_a_name_are_only_letters(name: str) -> None:
    assert merge("Hi {first_name}!", first_name=name) == f"Hi {name}!"


def test_the_fields_of_a_template_are_listed_once_in_order() -> None:
    assert fields_in("{when} {First_name} {first_name} {when}") == ("when", "first_name")
    assert fields_in("none {} at { } all") == ()


def test_every_offered_field_is_filled_in() -> None:
    for field in FIELDS:
        assert merge(f"{{{field}}}", first_name="Naomi") == "Naomi"


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        ("Hola {nombre}", "{nombre}"),
        ("Hi {first_name}, {firstname} and {name}", "{firstname}"),
        ("Hi {first name}", "{first name}"),
        ("Hi { Señora }", "{ Señora }"),
        ("Hi {first_name} and { First_Name }", None),
        ("On {3 May}, {} and { first_name }", None),
        ("{{first_name}} ｛first_name｝", None),
        ("{{name}}", "{{name}}"),
        ("｛name｝", "｛name｝"),
        ("{name of the member}", "{name of the member}"),
        ("{member's name}", "{member's name}"),
        ("{NAME2}", "{NAME2}"),
        ("Hi {first_name, welcome", "{first_name"),
        ("Hi {first_name", "{first_name"),
        ("Hi { first name, welcome", "{ first name"),
        ("Hi {first_name{first_name}", "{first_name"),
        ("Hi first_name}, welcome", "first_name}"),
        ("Hi {first_name] and {first_name}", "{first_name"),
        ("Hi {first_name|friend}", "{first_name|friend}"),
        ("Hi {first_name, friend}!", "{first_name, friend}"),
        ("{John 3:16} {Psalm 23} {see John 3:16} {Rom. 8:28}", None),
        ("{see you there!} {we will meet in the hall at six}", None),
        ("Our first name is {", None),
        (":-{ :} {}", None),
        ("", None),
    ],
)
def test_an_unknown_field_is_found(template: str, unknown: str | None) -> None:
    assert unknown_in(template) == unknown


@pytest.mark.parametrize(
    "template",
    ["{" * 60_000, "{" * 1_590 + " hi", "{ " * 30_000, "{a " * 20_000, "first_name " * 6_000],
)
def test_braces_without_end_are_read_quickly(template: str) -> None:
    """The composer sends what is typed, before its length is checked."""
    began = process_time()
    fields_in(template)
    unknown_in(template)
    assert process_time() - began < 0.5
