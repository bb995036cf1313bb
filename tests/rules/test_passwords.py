"""Easily guessed passwords are refused, each with a reason."""

import pytest

from inbox.rules.passwords import MAX_PASSWORD, MIN_PASSWORD, weakness

OWN = ("Ruth Adeyemi", "ruth.adeyemi@grace.example", "Grace Chapel")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "at least 10"),
        ("x" * (MIN_PASSWORD - 1), "at least 10"),
        ("x" * (MAX_PASSWORD + 1), "at most 200"),
        ("x" * MAX_PASSWORD, "easy to guess"),
        ("password123", "easy to guess"),
        ("Password123!", "easy to guess"),
        ("1234567890", "easy to guess"),
        ("qwertyuiop", "easy to guess"),
        ("letmeinletmein", "easy to guess"),
        ("iloveyou2024", "easy to guess"),
        ("abcabcabcabc", "easy to guess"),
        ("p@ssw0rdp@ssw0rd", "easy to guess"),
        ("graceChapel2024", "your church"),
        ("Grace-Chapel!!", "your church"),
        ("ruthadeyemi", "Your name"),
        ("Adeyemi1984!", "Your name"),
        ("ruth.adeyemi@grace", "email address"),
        ("chapelgraceruth", "your church"),
    ],
)
def test_weak_passwords_are_refused(password: str, reason: str) -> None:
    problem = weakness(password, OWN)
    assert problem and reason in str(problem)
    assert password not in str(problem) or not password


@pytest.mark.parametrize(
    "password",
    [
        "a practice password",
        "correct horse battery staple",
        "Ruth took four brown loaves",
        "tomato violin gravel",
        "xK9#mQ2$vL7p",
        "cuatro gatos verdes bailan",
        "я люблю хлеб и воду",
        "好好学习天天向上吧朋友们",
        "\U0001f35e" * 3 + "mountain violin",
    ],
)
def test_a_few_words_are_enough(password: str) -> None:
    assert weakness(password, OWN) is None
    assert weakness(password, ()) is None


def test_short_personal_words_do_not_weaken_a_password() -> None:
    assert weakness("tomato violin gravel", ("Al", "a@b.example", "St. Jo")) is None


def test_the_longest_password_is_checked_quickly() -> None:
    assert weakness("aB3$" * (MAX_PASSWORD // 4), OWN)
