"""Static files under an address that changes with their content, so that browsers may keep them."""

import hashlib
from functools import cache

from inbox.files import STATIC


@cache
def fingerprint() -> str:
    """One for all files: scripts import each other by relative address."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    return f"/static/{fingerprint()}/{path}"
