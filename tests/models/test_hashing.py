"""Password hashes."""

import pytest
from argon2 import extract_parameters

from inbox.models import hashing
from inbox.models.hashing import NOBODY, fits, hashed
from tests.conftest import SLOW_HASHER


async def test_an_unknown_address_costs_as_much_as_a_wrong_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashing, "_hasher", SLOW_HASHER)
    real = await hashed("a password")
    assert await fits(real, "a password") and not await fits(real, "another")
    assert not await fits(NOBODY, "a password")
    assert extract_parameters(NOBODY) == extract_parameters(real)
    assert len(NOBODY) == len(real)
