"""Addresses of static files. Each changes with the content, so browsers cache it forever."""

import hashlib
import re
from functools import cache
from typing import Any

from inbox.bundles import BundlesError, bundle, read
from inbox.config import ConfigError
from inbox.files import ESBUILD, STATIC


@cache
def fingerprint(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """The address of an icon or another file that is served unchanged."""
    return f"/static/{fingerprint(path)}/{path}"


def bundled(name: str) -> str:
    """The address of the bundle of "app.js" or "app.css"."""
    return _address(bundles()["files"][name]["file"])


def imported(name: str) -> list[str]:
    """Addresses of what a script imports, so that browsers fetch all of it at the same time."""
    return [_address(file) for file in bundles()["files"][name]["imports"]]


def _address(file: str) -> str:
    return f"/static/bundles/{file}"


def _is_kept(file: str) -> bool:
    """Whether this bundle is still there from an earlier version."""
    is_bundle = re.fullmatch(r"[\w-]+-[A-Z0-9]{8}\.(js|css)", file, re.ASCII)
    return bool(is_bundle) and (STATIC / "bundles" / file).is_file()


@cache
def bundles() -> dict[str, Any]:
    """The manifest (see inbox/bundles.py). Raises ConfigError if there is nothing to serve."""
    try:
        found = bundle(STATIC, ESBUILD) if ESBUILD else read(STATIC)
    except BundlesError as problem:
        raise ConfigError(str(problem)) from None
    if found is None:
        raise ConfigError("The scripts and styles are missing: install the inbox again.")
    return found


def current(file: str) -> str | None:
    """The file to serve under this name: that file, also if only pages from before an upgrade still
    ask for it, or its successor. None if there is neither."""
    if file in bundles()["all"] or _is_kept(file):
        return file
    stem, _, ending = file.rpartition("-")
    about = bundles()["files"].get(f"{stem}.{ending.rpartition('.')[2]}")
    return str(about["file"]) if about else None
