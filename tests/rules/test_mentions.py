"""Who is mentioned in a private note."""

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
def test_a_full_name_or_an_unambiguous_first_name_is_a_mention(body: str, named: set[int]) -> None:
    assert mentioned(body, NAMES) == named


def test_other_text_mentions_nobody() -> None:
    assert mentioned("@Ruth", {}) == mentioned("@Ruth", {1: " "}) == set()


def test_a_shared_name_mentions_both() -> None:
    assert mentioned("@Ruth Adeyemi", {1: "Ruth Adeyemi", 2: "Ruth  Adeyemi"}) == {1, 2}
