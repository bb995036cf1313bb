"""Checks whether other users of this machine can read the inbox's data."""

from collections.abc import Iterator
from pathlib import Path

from inbox.config import Config

OTHERS = 0o077


def exposed(config: Config) -> list[Path]:
    """What others may open: the data folder, anything in it, and a database elsewhere.

    A private folder protects everything in it, so its contents are not checked.
    """
    return [*_open_to_others(config.data_dir), *_database_elsewhere(config)]


def _database_elsewhere(config: Config) -> Iterator[Path]:
    file = Path(config.database_url.removeprefix("sqlite://"))
    if config.database_url.startswith("sqlite://") and config.data_dir not in file.parents:
        if _admits_others(file.parent):
            # SQLite keeps its latest writes beside it.
            beside = [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]
            yield from (one for one in beside if _admits_others(one))


def _open_to_others(path: Path) -> Iterator[Path]:
    if not _admits_others(path):
        return
    yield path
    if path.is_dir() and not path.is_symlink():
        for one in sorted(path.iterdir()):
            yield from _open_to_others(one)


def _admits_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        # Deleted in the meantime, or not ours to read.
        return False
