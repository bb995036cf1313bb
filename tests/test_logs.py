"""The log tells what broke and where, never with which words of whom."""

import logging

from inbox.logs import FORM, WithoutWords
from tests.cast import NAOMI


def test_an_exception_is_told_without_its_words() -> None:
    told = WithoutWords(FORM).format(a_failure())
    assert NAOMI not in told
    assert "ValueError" in told and "after" in told and "KeyError" in told
    assert "test_logs.py" in told and "a_failure" in told, "where it broke is what is needed"


def a_failure() -> logging.LogRecord:
    try:
        try:
            raise KeyError(f"UNIQUE constraint failed: {NAOMI}")
        except KeyError as cause:
            raise ValueError(f"could not store {NAOMI}") from cause
    except ValueError as fault:
        info = (type(fault), fault, fault.__traceback__)
        return logging.LogRecord("inbox", logging.ERROR, "x.py", 1, "It failed", None, info)
