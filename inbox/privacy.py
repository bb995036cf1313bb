"""Whether other users of this machine can read what the inbox keeps."""

from collections.abc import Iterator
from pathlib import Path

from inbox.config import Config

OTHERS = 0o077


def exposed(config: Config) -> list[Path]:
    """What others may open: the data folder and anything in it, and a database that is elsewhere.

    A folder that is closed to them closes everything in it, so then the rest is not looked at.
    """
    return [*_open_to_others(config.data_dir), *_database_elsewhere(config)]


def _database_elsewhere(config: Config) -> Iterator[Path]:
    file = Path(config.database_url.removeprefix("sqlite://"))
    if config.database_url.startswith("sqlite://") and config.data_dir not in file.parents:
        if _admits_others(file.parent):
            # SQLite keeps what was written last beside it.
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
        # Gone meanwhile, or not ours to look at.
        return False
