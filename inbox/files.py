"""The templates and static files: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    installed = _PACKAGE / f"_{name}"
    return installed if installed.is_dir() else _PACKAGE.parent / name


TEMPLATES = _find("templates")
STATIC = _find("static")
# Beside the compiled modules.
COMPILED_TEMPLATES = _PACKAGE / "__pycache__" / "templates"
# It bundles the scripts of a checkout; a wheel contains the bundles.
ESBUILD = None if STATIC.parent == _PACKAGE else _PACKAGE.parent / "build" / "tools" / "esbuild"
