"""The log says what broke and where, but never contains message text or names."""

import logging

from inbox.logs import FORM, WithoutWords
from tests.cast import NAOMI


def test_an_exception_is_logged_without_its_values() -> None:
    told = WithoutWords(FORM).format(a_failure())
    assert NAOMI not in told
    assert "ValueError" in told and "after" in told and "KeyError" in told
    assert "test_logs.py" in told and "a_failure" in told, "the place where it broke is needed"


def a_failure() -> logging.LogRecord:
    try:
        try:
            raise KeyError(f"UNIQUE constraint failed: {NAOMI}")
        except KeyError as cause:
            raise ValueError(f"could not store {NAOMI}") from cause
    except ValueError as fault:
        info = (type(fault), fault, fault.__traceback__)
        return logging.LogRecord("inbox", logging.ERROR, "x.py", 1, "It failed", None, info)
