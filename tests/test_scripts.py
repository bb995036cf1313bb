"""The law of the scripts: which folder may import from which."""

import re
from pathlib import Path, PurePosixPath

JS = Path(__file__).parent.parent / "static" / "js"
# From the ground up. A script may import from its own folder and those before it. app.js may import
# everything, and everyone may import vendor/.
ORDER = "page clock live list composer thread search broadcasts settings".split()
_IMPORT = re.compile(r"""(?:^import\s(?:[^"']*\sfrom\s)?|\bimport\()["'](.+?)["']""", re.MULTILINE)


def test_scripts_import_downward_only() -> None:
    found, upward = 0, []
    for path in JS.glob("*/*.js"):
        folder = path.parent.name
        for imported in _IMPORT.findall(path.read_text()):
            parts = PurePosixPath(imported).parts
            if "vendor" in parts or imported.startswith("./"):
                continue
            assert parts[0] == ".." and len(parts) == 3, f"{path.name} imports {imported}"
            found += 1
            if ORDER.index(parts[1]) > ORDER.index(folder):
                upward.append(f"{folder}/{path.name} imports {imported}")
    assert found > 40, "the premise: there are imports"
    assert not upward


def test_every_imported_script_exists() -> None:
    for path in JS.rglob("*.js"):
        for imported in _IMPORT.findall(path.read_text()):
            file = path.parent / imported.partition("?")[0]
            assert file.is_file(), f"{path.name} imports {imported}"
