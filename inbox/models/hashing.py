"""Password and token hashes. Hashing a password is slow on purpose."""

import asyncio
import hashlib
import secrets
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from inbox.rules.passwords import MAX_PASSWORD

Value = TypeVar("Value")

_hasher = PasswordHasher()
# Two threads of their own: flooding the sign-in page delays other sign-ins and nothing else.
_threads = ThreadPoolExecutor(2, "passwords")


def _fits_nothing() -> str:
    """A hash that takes as long to check as any other, made without the time to make one."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


# Checked when no account has the address, so that the answer takes as long as for a wrong password.
NOBODY = _fits_nothing()


async def off_loop(work: Callable[..., Value], *given: object) -> Value:
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *given)


async def hashed(password: str) -> str:
    return await off_loop(_hasher.hash, password)


async def fits(password_hash: str, password: str) -> bool:
    if len(password) > MAX_PASSWORD:
        return False
    try:
        return await off_loop(_hasher.verify, password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def hash_token(token: str) -> str:
    """Hash a token. Long random tokens need no slow hash, since they cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
