import pytest

from inbox.rules.names import first_name, turned_round


@pytest.mark.parametrize(
    ("name", "shown", "called"),
    [
        ("Park, Naomi", "Naomi Park", "Naomi"),
        ("Gómez,Ana", "Ana Gómez", "Ana"),
        ("de la Cruz Ruiz, María José", "María José de la Cruz Ruiz", "María"),
        ("park, naomi", "naomi park", "naomi"),
        ("O’Brien, Pat", "Pat O’Brien", "Pat"),
        ("Bell, Dr. George", "Dr. George Bell", "Dr."),
    ],
)
def test_the_family_name_goes_behind(name: str, shown: str, called: str) -> None:
    assert (turned_round(name), first_name(name)) == (shown, called)
    assert turned_round(shown) == shown and first_name(shown) == called


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Naomi Park", "Naomi"),
        ("Naomi", "Naomi"),
        ("Naomi Park, MD", "Naomi"),
        ("Naomi Park, M.D.", "Naomi"),
        ("Naomi Park, Ph.D", "Naomi"),
        ("George Bell, Jr.", "George"),
        ("George Bell, III", "George"),
        ("Bell, George, Jr.", "George"),
        ("Naomi Park, youth leader", "Naomi"),
        ("Naomi Park, 2", "Naomi"),
        ("Park,", "Park"),
        ("Naomi, ", "Naomi"),
        ("Naomi: choir", "Naomi"),
        ("Bell, George, choir, tenor", "Bell"),
        ("", None),
        (" , ", None),
        ("-", None),
    ],
)
def test_a_name_that_is_not_written_that_way_stays(name: str, called: str | None) -> None:
    assert (turned_round(name), first_name(name)) == (name, called)
