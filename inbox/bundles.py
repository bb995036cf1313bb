"""Scripts and styles as browsers get them: bundled and minified by esbuild into static/bundles/.

Each file name contains a hash of the content; a compressed copy lies beside the file. manifest.json
lists the files and a fingerprint of the sources. In a checkout, the inbox bundles again at its next
start when a source has changed. A wheel contains the bundles and needs no esbuild.
`python -m inbox.bundles` bundles at once. hatch_build.py loads this module by its path, so it must
not import anything else from the inbox.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

# esbuild splits PAGE into what every page needs and what lazy.js loads on demand.
PAGE, SHARED = "js/app.js", "js/shared.js"
SMALL = ("js/offline.js", "css/app.css", "css/offline.css")
SOURCES = ("js", "css", "vendor")
# Chromium then compiles all functions while it downloads them, in a thread of its own. Otherwise it
# compiles each at its first call, which on a cheap phone takes a tenth of a second per page.
COMPILE_EARLY = "//# allFunctionsCalledOnLoad"
COMPRESSED = ".gz"
# Seconds. Pages that were open during an upgrade still ask for the old files.
KEPT = 14 * 86_400


class BundlesError(Exception):
    """Says what to do."""


def bundle(static: Path, esbuild: Path) -> dict[str, Any]:
    """Bundle if the sources have changed, and return the manifest: {"made_from": …, "files":
    {"app.js": {"file": "app-1A2B.js", "imports": [files it needs at once]}}, "all": [files]}."""
    made_from = fingerprint(static)
    manifest = read(static)
    if manifest and manifest["made_from"] == made_from:
        return manifest
    if not esbuild.is_file():
        raise BundlesError("The scripts and styles are not bundled: run bin/setup.")
    try:
        return _make(static, esbuild, made_from)
    except OSError as problem:
        raise BundlesError(
            f"The scripts and styles have changed and cannot be bundled here ({problem.strerror}):"
            " run bin/setup."
        ) from None


def read(static: Path) -> dict[str, Any] | None:
    """The manifest, or None if it or one of its files is missing."""
    try:
        manifest: dict[str, Any] = json.loads((static / "bundles" / "manifest.json").read_text())
    except (OSError, ValueError):
        return None
    there = all((static / "bundles" / one).is_file() for one in manifest["all"])
    return manifest if there else None


def fingerprint(static: Path) -> str:
    """Changes with the sources and with this module."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(path for folder in SOURCES for path in (static / folder).rglob("*")):
        if path.suffix in (".js", ".css"):
            digest.update(path.relative_to(static).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _make(static: Path, esbuild: Path, made_from: str) -> dict[str, Any]:
    bundles = static / "bundles"
    bundles.mkdir(exist_ok=True)
    # Several processes may start at once, so each moves complete files into place.
    with tempfile.TemporaryDirectory(dir=bundles, prefix=".making-") as made:
        out = Path(made)
        outputs = _run(static, esbuild, out, PAGE, f"--inject:{SHARED}", "--splitting")
        outputs |= _run(static, esbuild, out, *SMALL)
        manifest = {
            "made_from": made_from,
            "files": {
                Path(about["entryPoint"]).name: {"file": name, "imports": _imported(name, outputs)}
                for name, about in outputs.items()
                if about.get("entryPoint") in (PAGE, *SMALL)
            },
            "all": sorted(outputs),
        }
        for name in outputs:
            packed = name + COMPRESSED
            (out / packed).write_bytes(gzip.compress((out / name).read_bytes(), mtime=0))
            os.replace(out / packed, bundles / packed)
            os.replace(out / name, bundles / name)
        (out / "manifest.json").write_text(json.dumps(manifest, indent=1))
        os.replace(out / "manifest.json", bundles / "manifest.json")
    _delete_old(bundles, manifest)
    return manifest


def _run(static: Path, esbuild: Path, out: Path, *words: str) -> dict[str, Any]:
    """What esbuild wrote: {"app-1A2B.js": {"entryPoint": …, "imports": …}}."""
    outcome = subprocess.run(
        [str(esbuild.resolve()), *words, "--bundle", "--minify", "--format=esm", "--charset=utf8"]
        + ["--entry-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--log-level=warning"]
        + [f"--banner:js={COMPILE_EARLY}"]
        + [f"--outdir={out.resolve()}", f"--metafile={out.resolve()}/meta.json"],
        cwd=static,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if outcome.returncode:
        raise BundlesError(f"esbuild cannot bundle the scripts and styles:\n{outcome.stderr}")
    outputs = json.loads((out / "meta.json").read_text())["outputs"]
    return {Path(name).name: about for name, about in outputs.items()}


def _imported(name: str, outputs: dict[str, Any]) -> list[str]:
    """All files that a script needs before it can run, indirect imports included."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        for one in outputs[waiting.pop()]["imports"]:
            file = Path(one["path"]).name
            if one["kind"] == "import-statement" and file not in found:
                found.append(file)
                waiting.append(file)
    return found


def _delete_old(bundles: Path, manifest: dict[str, Any]) -> None:
    current = {"manifest.json", *manifest["all"]}
    for path in bundles.iterdir():
        # Another process may be tidying up as well.
        with suppress(FileNotFoundError):
            is_old = path.stat().st_mtime < time.time() - KEPT
            if is_old and path.name.removesuffix(COMPRESSED) not in current:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    try:
        bundle(root / "static", root / "build" / "tools" / "esbuild")
    except BundlesError as problem:
        sys.exit(str(problem))
