"""Only the inbox's own user can read texts and keys: in old folders, new ones, and copies."""

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inbox.config import Config
from inbox.privacy import exposed
from tests.installation import installed
from tests.services import lacking

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    """The usual default: everyone can read new files."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything_in(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An older data folder, created by hand, with a database and a picture."""
    folder = tmp_path / "old"
    (folder / "media" / "7").mkdir(parents=True)
    for name in ("inbox.sqlite3", "inbox.sqlite3-wal", "inbox.sqlite3-shm", "media/7/a"):
        (folder / name).write_text("x")
    return folder


def test_everything_that_others_can_read_is_found(folder: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(folder)})
    assert set(exposed(config)) == set(everything_in(folder))
    for one in everything_in(folder):
        one.chmod(mode(one) & ~0o077)
    assert exposed(config) == []
    for name in ("inbox.sqlite3", "inbox.sqlite3-wal", "inbox.sqlite3-shm"):
        folder.chmod(0o711)
        (folder / name).chmod(0o640)
        assert exposed(config) == [folder, folder / name]
        (folder / name).chmod(0o600)


def test_closing_a_folder_closes_what_is_in_it(folder: Path) -> None:
    folder.chmod(0o700)
    assert exposed(Config.from_environ({"DATA_DIR": str(folder)})) == []


def test_a_database_elsewhere_is_checked_too(folder: Path, tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path / "new")})
    config.make_data_dir()
    elsewhere = replace(config, database_url=f"sqlite://{folder / 'inbox.sqlite3'}")
    assert exposed(config) == []
    names = ("inbox.sqlite3", "inbox.sqlite3-wal", "inbox.sqlite3-shm")
    assert exposed(elsewhere) == [folder / name for name in names]
    folder.chmod(0o700)
    assert exposed(elsewhere) == []


async def test_only_its_own_user_can_read_what_a_running_inbox_writes(
    config: Config, tmp_path: Path
) -> None:
    if not config.database_url.startswith("sqlite"):
        config = replace(config, database_url="")
    async with installed(config) as house:
        before = {one: mode(one) for one in everything_in(house.config.data_dir)}
        await house.start()
        made = [one for one in everything_in(house.config.data_dir) if one not in before]
        assert made, "the premise: it writes a new file"
        assert [one for one in made if mode(one) & 0o077] == []
        assert "Other users of this machine can read the data" in house.process.said() or (
            mode(house.config.data_dir) & 0o077 == 0
        )


def test_the_copies_described_in_the_readme_are_private(folder: Path, tmp_path: Path) -> None:
    if not shutil.which("sqlite3"):
        lacking("The sqlite3 command")
    for name in ("inbox.sqlite3", "inbox.sqlite3-wal", "inbox.sqlite3-shm"):
        (folder / name).unlink()
    subprocess.run(["sqlite3", folder / "inbox.sqlite3", "create table x (y)"], check=True)
    (folder / "secret.key").write_text("x")
    copies = tmp_path / "copies"
    copies.mkdir()
    text = README.read_text()
    part = text[text.index("### Back up") : text.index("### Upgrade")]
    commands = "\n".join(re.findall(r"^    (.+)$", part, re.M))
    commands = commands.replace("/var/lib/inbox", str(folder)).replace("/backup", str(copies))
    subprocess.run(["sh", "-ec", commands], check=True)
    names = {str(one.relative_to(copies)) for one in copies.rglob("*")}
    assert names == {"inbox.sqlite3", "secret.key", "media", "media/7", "media/7/a"}
    assert [one for one in copies.rglob("*") if mode(one) & 0o077] == []
