import pytest

from inbox.rules.phone import parse_phone, show_phone


@pytest.mark.parametrize(
    ("written", "country", "e164"),
    [
        ("+12025550142", "US", "+12025550142"),
        ("(202) 555-0142", "US", "+12025550142"),
        ("202.555.0142", "US", "+12025550142"),
        ("1 202 555 0142", "US", "+12025550142"),
        ("  202-555-0142\n", "us", "+12025550142"),
        ("tel:+1-202-555-0142", "US", "+12025550142"),
        ("416 555 0142", "CA", "+14165550142"),
        ("07911 123456", "GB", "+447911123456"),
        ("+44 7911 123456", "US", "+447911123456"),
        ("011 44 7911 123456", "US", "+447911123456"),
        ("+39 06 698 12345", "US", "+390669812345"),
    ],
)
def test_a_number_is_understood_as_people_write_it(written: str, country: str, e164: str) -> None:
    assert parse_phone(written, country) == e164


@pytest.mark.parametrize("fictional", ["+15550100199", "+13035550142", "+19995550100"])
def test_a_fictional_number_can_be_used_for_practice(fictional: str) -> None:
    assert parse_phone(fictional) == fictional


@pytest.mark.parametrize("last_digit", range(10))
def test_the_magic_numbers_of_twilio_are_valid(last_digit: int) -> None:
    assert parse_phone(f"+1500555000{last_digit}") == f"+1500555000{last_digit}"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "Naomi",
        "911",
        "72345",
        "555-0142",
        "+1 202 555 014",
        "+1 202 555 01422",
        "+1 099 555 1234",
        "+999 123 456 789",
        "202-555-0142 ext. 5",
        "2" * 5000,
        "+",
        "\x00",
        "\ud83d",
    ],
)
def test_a_number_that_cannot_receive_texts_is_invalid(written: str) -> None:
    assert parse_phone(written) is None


def test_an_unknown_country_leaves_only_international_numbers() -> None:
    assert parse_phone("202 555 0142", "XX") is None
    assert parse_phone("+1 202 555 0142", "XX") == "+12025550142"


@pytest.mark.parametrize(
    ("e164", "country", "shown"),
    [
        ("+12025550142", "US", "(202) 555-0142"),
        ("+15550100199", "US", "(555) 010-0199"),
        ("+12025550142", "us", "(202) 555-0142"),
        ("+12025550142", "GB", "+1 202-555-0142"),
        ("+14165550142", "US", "(416) 555-0142"),
        ("+447911123456", "US", "+44 7911 123456"),
        ("+447911123456", "GB", "07911 123456"),
        ("72345", "US", "72345"),
        ("TWILIO", "US", "TWILIO"),
        ("+", "US", "+"),
        ("+1", "US", "+1"),
        ("", "US", ""),
    ],
)
def test_a_number_is_displayed_as_it_would_be_dialed(e164: str, country: str, shown: str) -> None:
    assert show_phone(e164, country) == shown


def test_a_displayed_number_can_be_typed_in_again() -> None:
    for e164 in ("+12025550142", "+447911123456", "+390669812345"):
        assert parse_phone(show_phone(e164)) == e164
