"""One process alone: a second one on the same data folder is refused, as it would send twice."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from inbox.config import Config, ConfigError


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Holds the data folder for this process; the lock goes with the process, however it ends."""
    config.make_data_dir()
    with (config.data_dir / "inbox.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                f"Another inbox is already running on {config.data_dir}. For several processes, "
                "set DATABASE_URL (PostgreSQL) and REDIS_URL."
            ) from None
        yield
