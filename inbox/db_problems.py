"""Why a database cannot be opened, as a sentence that says what to do."""

import sqlite3

import asyncpg

from inbox.config import Config, ConfigError

_CHECK = "check DATABASE_URL, or run `inbox doctor`"


def no_database(config: Config) -> ConfigError:
    return ConfigError(
        f"There is no inbox in {config.data_dir}: check DATA_DIR, or begin one with `inbox serve` "
        "or `inbox migrate`."
    )


def cannot_be_opened(problem: Exception, config: Config) -> ConfigError:
    """Without the error's own message, which may contain the password."""
    is_postgres = config.database_url.startswith("postgres")
    why = _of_postgres(problem) if is_postgres else _of_sqlite(problem, config)
    return ConfigError(f"The database cannot be opened: {why}.")


def _of_sqlite(problem: Exception, config: Config) -> str:
    path = config.database_url.removeprefix("sqlite://")
    if "unable to open" in str(problem):
        return f"{path} must be a file that this user may read and write, in a folder that exists"
    if isinstance(problem, sqlite3.DatabaseError) and not isinstance(
        problem, sqlite3.OperationalError
    ):
        return (
            f"{path} is damaged or not a database; nothing was changed; move it away and put "
            "back a copy from your backup"
        )
    if "locked" in str(problem):
        return f"another program is using {path}; end it, and try again"
    return f"SQLite says {type(problem).__name__}; {_CHECK}"


def _of_postgres(problem: Exception) -> str:
    if isinstance(
        problem,
        asyncpg.InvalidPasswordError | asyncpg.InvalidAuthorizationSpecificationError,
    ):
        return "PostgreSQL does not accept the user and password in DATABASE_URL"
    if isinstance(problem, asyncpg.InvalidCatalogNameError):
        return "PostgreSQL has no database of that name; create it, or check DATABASE_URL"
    if isinstance(problem, OSError | TimeoutError):
        return (
            f"PostgreSQL does not answer ({type(problem).__name__}); check that it is running, "
            "and the host and port in DATABASE_URL"
        )
    return f"PostgreSQL says {type(problem).__name__}; {_CHECK}"
