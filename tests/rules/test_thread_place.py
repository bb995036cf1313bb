"""A place in a thread compares the same as an object and as text."""

from itertools import pairwise

import pytest

from inbox.rules.ids import MAX_ID
from inbox.rules.thread_place import Place


def test_places_have_the_same_order_as_their_text() -> None:
    positions = (0, 1, 9, 10, 99, 1_000_000, 999_999_999_999)
    places = [Place(position, id) for position in positions for id in positions]
    for one, next_one in pairwise(places):
        assert one < next_one and str(one) < str(next_one) < f"{next_one}~"


def test_a_browser_returns_the_place_it_was_given() -> None:
    for place in (Place(0, 1), Place(12, 4711), Place(MAX_ID, MAX_ID)):
        assert Place.read(str(place)) == place


def test_a_page_from_before_positions_sends_an_id() -> None:
    assert Place.read("4711") == Place(4711, 4711)


def test_a_page_from_before_positions_reads_a_place_as_a_number() -> None:
    """Otherwise it could never say that it has seen a colleague's reply."""
    for position, id in ((813, 900), (813, 1), (1_234_567, 987_654_321)):
        number = repr(float(str(Place(position, id))))
        given_back = Place.read(number)
        assert position - 1 < float(number) < position + 1
        assert given_back and given_back.position == position


@pytest.mark.parametrize(
    "text",
    [None, "", ".", ".7", "7.x", "x.7", "7.8.9", "7..8", "1e3.7", "7-8", f"{MAX_ID + 1}.1", "٣.٣"],
)
def test_anything_else_is_not_a_place(text: str | None) -> None:
    assert Place.read(text) is None
