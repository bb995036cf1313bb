"""Names in the order "Family, Given", and others with a comma."""

import pytest

from inbox.rules.name_order import turned_round
from inbox.rules.names import first_name


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("John Smith, Mary Jones", None),
        ("JOHN SMITH, MARY JONES", None),
        ("John Smith, Dr. Mary Jones", None),
        ("Miguel Pérez, Ana Ruiz", None),
        ("Ruth, Mary Adams", None),
        ("Juan, Ana y Luis", "Juan, Ana y Luis"),
        ("Juan Pérez, Ana y Luis", "Juan, Ana y Luis"),
    ],
)
def test_two_people_with_a_comma_between_them_stay(name: str, called: str | None) -> None:
    assert (turned_round(name), first_name(name)) == (name, called)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Smith, John", "John Smith"),
        ("Ruiz López, Ana María", "Ana María Ruiz López"),
        ("Martin Ruiz, Ana M.", "Ana M. Martin Ruiz"),
        ("Miguel Ruiz, Ana Lucía", "Ana Lucía Miguel Ruiz"),
        ("Thomas Lee, Mary Ann", "Mary Ann Thomas Lee"),
        ("Thomas, Mary Adams", "Mary Adams Thomas"),
        ("Thomas, Ann and Bob", "Ann and Bob Thomas"),
        ("Pierre Louis, Marie Desir", "Marie Desir Pierre Louis"),
        ("Santiago Ruiz, Ana y Luis", "Ana y Luis Santiago Ruiz"),
        ("Smith, John and Mary", "John and Mary Smith"),
        ("Kim, John and Mary", "John and Mary Kim"),
        ("Jackson, Robert Lee", "Robert Lee Jackson"),
        ("Allison, Mary Lou", "Mary Lou Allison"),
        ("Vera, Juan y Ana", "Juan y Ana Vera"),
        ("Etienne, Marie et Paul", "Marie et Paul Etienne"),
        ("De la Iglesia, Ana", "Ana De la Iglesia"),
        ("Ana Ruiz, Luis", "Luis Ana Ruiz"),
    ],
)
def test_a_family_name_that_looks_like_a_given_name_moves_to_the_end(name: str, shown: str) -> None:
    assert turned_round(name) == shown


@pytest.mark.parametrize(
    ("name", "shown", "called"),
    [
        ("Grace Church, Springfield", "Grace Church, Springfield", None),
        ("First Baptist Church, Inc.", "First Baptist Church, Inc.", None),
        ("Acme Plumbing, LLC", "Acme Plumbing, LLC", None),
        ("Familia Pérez, Juan", "Familia Pérez, Juan", "Juan"),
        ("Adams Family, The", "The Adams Family", None),
        ("Church, Ann", "Ann Church", "Ann"),
        ("Familia, Juan", "Juan Familia", "Juan"),
    ],
)
def test_the_name_of_an_organization_or_a_family_stays_whole(
    name: str, shown: str, called: str | None
) -> None:
    assert (turned_round(name), first_name(name)) == (shown, called)


def test_initials_are_no_generation() -> None:
    assert (turned_round("Smith, J.R."), first_name("Smith, J.R.")) == ("J.R. Smith", "J.R.")
    assert (turned_round("John Smith, J.R."), first_name("John Smith, J.R.")) == (
        "John Smith, J.R.",
        "John",
    )
    assert first_name("Smith, Jr., John") == "John"


def test_a_name_without_spaces_is_reordered_without_one() -> None:
    assert turned_round("王, 小明") == "王小明"


@pytest.mark.parametrize(
    ("name", "shown", "called"),
    [
        ("Ortega y Gasset, José", "José Ortega y Gasset", "José"),
        ("Jones, Bob & Sue (Miller)", "Bob & Sue (Miller) Jones", "Bob & Sue"),
        ("Fr. Thomas O'Malley, S.J.", "Fr. Thomas O'Malley, S.J.", "Thomas"),
        ("Sr. Mary Clare, OSB", "Sr. Mary Clare, OSB", "Mary"),
        ("Ana Ruiz, LCSW", "Ana Ruiz, LCSW", "Ana"),
        ("Ana Ruiz, esposa de Luis", "Ana Ruiz, esposa de Luis", "Ana"),
        ("Ana Ruiz, Luis' mom", "Ana Ruiz, Luis' mom", None),
        ("Rev. Martin King, Jr., PhD", "Rev. Martin King, Jr., PhD", "Martin"),
        ("Dr. Ruiz, Ana", "Dr. Ana Ruiz", "Ana"),
    ],
)
def test_the_words_after_a_comma_are_a_given_name_or_a_remark(
    name: str, shown: str, called: str | None
) -> None:
    assert (turned_round(name), first_name(name)) == (shown, called)
