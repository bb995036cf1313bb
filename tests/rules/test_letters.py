"""Letters are compared without case and accents."""

from inbox.rules.letters import fold


def test_folding_a_letter_equals_folding_its_text() -> None:
    text = "Ünïcödé İstanbul ẞ Việt ŁÓDŹ"
    assert fold(text) == "".join(fold(one) for one in text)
