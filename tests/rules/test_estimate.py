"""What a broadcast amounts to, before anyone gets it."""

import random
from collections import Counter

from inbox.rules.estimate import Estimate, estimate, seconds_for
from inbox.rules.merge import merge
from inbox.rules.segments import MAX_TEXT_LENGTH, measure


def test_a_text_without_names_is_the_same_for_all() -> None:
    assert estimate("Soup at six.", {"Naomi": 2, "": 3}) == Estimate(1, 1, 5, None)


def test_no_recipients_amount_to_nothing() -> None:
    assert estimate("Soup at six.", {}) == Estimate(0, 0, 0, None)


def test_a_long_name_adds_a_segment() -> None:
    text = "x" * 150 + "{first_name}"
    assert estimate(text, {"Naomi": 4, "Bartholomew": 1}) == Estimate(1, 2, 6, None)


def test_a_member_without_a_name_is_measured_by_the_substitute() -> None:
    text = "x" * 150 + "{first_name}"
    assert estimate(text, {"": 1}, "friend").most == 1
    assert estimate(text, {"": 1}, "beloved member").most == 2


def test_names_with_costly_characters_are_counted_one_by_one() -> None:
    text = "x" * 100 + "{first_name}"
    assert estimate(text, {"Noemi": 1, "Noëmi": 1}) == Estimate(1, 2, 3, None)


def test_the_longest_text_is_reported() -> None:
    text = "x" * (MAX_TEXT_LENGTH - 4) + "{first_name}"
    found = estimate(text, {"Ann": 1, "Naomi": 1, "Bartholomew": 1}).too_long
    assert found == ("Bartholomew", MAX_TEXT_LENGTH + 7)
    assert estimate(text, {"Ann": 1, "Rose": 1}).too_long is None


def test_it_equals_the_sum_of_measuring_each_text() -> None:
    rng = random.Random(7)
    names = [
        "Naomi",
        "Ann",
        "Noëmi",
        "Zoë",
        "O'Neil",
        "Jean-Luc",
        "李",
        "Łukasz",
        "",
        "Bartholomew",
    ]
    for length in range(40, 330, 7):
        text = "".join(rng.choice("abc {}~€") for _ in range(length)) + "{first_name}!"
        many = Counter(rng.choices(names, k=30))
        each = [measure(merge(text, first_name=name)).count for name in many.elements()]
        assert estimate(text, many) == Estimate(min(each), max(each), sum(each), None)


def test_the_duration_is_known_for_a_number_with_a_rate() -> None:
    assert seconds_for(600, 2.0) == 300
    assert seconds_for(600, 0) == 0
