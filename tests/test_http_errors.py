"""One table of refusals: whatever a model raises has a status, a code, and a sentence."""

import pytest

from inbox.http_errors import TEXT_REFUSALS, refusal_of
from inbox.models.finders import NotFound
from inbox.models.group import TooManyGroups
from inbox.models.permissions import NotAllowed
from inbox.rules.refusals import REFUSALS, CannotSend

CODES = sorted({code for code, *_ in REFUSALS} | TEXT_REFUSALS.keys())


@pytest.mark.parametrize("code", CODES)
def test_programs_get_every_reason_not_to_send(code: str) -> None:
    refusal = refusal_of(CannotSend(code))
    assert (refusal.status, refusal.code) == (422, code)
    assert refusal.sentence.endswith(".")


def test_an_unknown_code_is_still_a_refusal() -> None:
    assert refusal_of(CannotSend("something_new")).status == 422


def test_each_has_its_status() -> None:
    errors = (NotFound(), NotAllowed(), TooManyGroups())
    assert [refusal_of(error).status for error in errors] == [404, 403, 422]
