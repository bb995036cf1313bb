"""Static files under an address that changes with their content, so that browsers may keep them."""

import hashlib
import re
from functools import cache

from inbox.files import STATIC

_IMPORT = re.compile(rb'@import url\("([\w-]+\.css)"\) layer\((\w+)\);')


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


@cache
def content(path: str) -> bytes:
    """What a browser gets of a file. A stylesheet brings along what it imports: a page is shown
    when all of it is there, and each import would be another way to the server and back."""
    written = (STATIC / path).read_bytes()
    if not path.endswith(".css"):
        return written
    return _IMPORT.sub(lambda found: _layer(path, *found.groups()), written)


def _layer(importer: str, name: bytes, layer: bytes) -> bytes:
    imported = content(importer.rpartition("/")[0] + "/" + name.decode())
    return b"@layer %s {\n%s}" % (layer, imported)
