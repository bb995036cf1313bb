"""Who is named in a private note."""

import pytest

from inbox.rules.mentions import mentioned

RUTH, DANIEL, OTHER_DANIEL, MERCY, MARY = 1, 2, 3, 4, 5
NAMES = {
    RUTH: "Ruth Adeyemi",
    DANIEL: "Daniel Ortiz",
    OTHER_DANIEL: "Daniel Ng",
    MERCY: "Mercy Lind",
    MARY: "Mary Ann (office)",
}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("@Ruth Adeyemi could you call her?", {RUTH}),
        ("Could you, @ruth?", {RUTH}),
        ("@Daniel Ortiz, @Mercy: please", {DANIEL, MERCY}),
        ("(@Mercy\n Lind)", {MERCY}),
        ("@Daniel please", set()),
        ("@Daniel Ortizar", set()),
        ("@Ruthless", set()),
        ("@Ruth-Ann", set()),
        ("@Ruth's turn", {RUTH}),
        ("@Mary Ann (office) knows", {MARY}),
        ("@Mary knows", {MARY}),
        ("write to mercy@Ruth.example", set()),
        ("Ruth", set()),
        ("@", set()),
        ("@@Ruth", {RUTH}),
    ],
)
def test_a_full_name_or_a_first_name_that_is_one_persons_alone(body: str, named: set[int]) -> None:
    assert mentioned(body, NAMES) == named


def test_nobody_is_named_where_nobody_is() -> None:
    assert mentioned("@Ruth", {}) == mentioned("@Ruth", {1: " "}) == set()


def test_two_of_the_same_name_are_both_meant_by_it() -> None:
    assert mentioned("@Ruth Adeyemi", {1: "Ruth Adeyemi", 2: "Ruth  Adeyemi"}) == {1, 2}
