"""Only numbers that a database can have as an id are read as ids."""

import pytest

from inbox.rules.ids import MAX_ID, an_id


@pytest.mark.parametrize("text", ["1", "0", "007", "42", str(MAX_ID)])
def test_digits_in_range_are_an_id(text: str) -> None:
    assert an_id(text) == int(text)


@pytest.mark.parametrize(
    "text",
    [None, "", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x1", "1_000", "٣", "²", "１"]
    + [str(MAX_ID + 1), "9" * 20, "0" * 20, "9" * 5_000],
)
def test_anything_else_is_none(text: str | None) -> None:
    assert an_id(text) is None
