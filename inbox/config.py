"""The settings: environment variables, read once. An invalid one stops the start."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

ServerName = Literal["hypercorn", "uvicorn"]
SERVERS = get_args(ServerName)


class ConfigError(Exception):
    """A setting that cannot be used. Its text is one sentence for the administrator."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("HOST", "127.0.0.1", "Address to listen on. Use 0.0.0.0 only behind a reverse proxy."),
    Setting("PORT", "8000", "Port to listen on."),
    Setting("SERVER", "hypercorn", "Web server: hypercorn or uvicorn, which is faster."),
    Setting("DATA_DIR", "data", "Folder for the database, pictures, and the key file."),
    Setting("DATABASE_URL", "", "postgres://… ; empty means SQLite in DATA_DIR."),
    Setting("REDIS_URL", "", "redis://… ; only for several processes, with PostgreSQL."),
    Setting("PUBLIC_URL", "", "Where Twilio and browsers reach us. Empty: http://HOST:PORT."),
    Setting("SECRET_KEYS", "", "Fernet keys, newest first, with commas. Empty: a key file."),
    Setting("TWILIO_API_URL", "", "Replaces Twilio's address for every call, for practice."),
    Setting("SEND_RATE", "1", "Segments a second for a new phone number. 0 means no limit."),
    Setting("UNCONFIRMED_GRACE", "120", "Seconds until an unanswered send is looked up."),
)


@dataclass(frozen=True)
class Config:
    host: str
    port: int
    server: ServerName
    data_dir: Path
    database_url: str
    redis_url: str | None
    public_url: str
    secret_keys: tuple[str, ...]
    twilio_api_url: str | None
    send_rate: float
    unconfirmed_grace: float

    def __repr__(self) -> str:
        return f"Config(public_url={self.public_url!r}, data_dir={str(self.data_dir)!r})"

    @property
    def key_file(self) -> Path:
        return self.data_dir / "secret.key"

    def make_data_dir(self) -> None:
        """Create it private to this user, because it holds texts. Raises ConfigError."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Created at the start, so that backups can rely on it.
            (self.data_dir / "media").mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise ConfigError(
                f"DATA_DIR {self.data_dir} cannot be used: {problem.strerror}."
            ) from None

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over HTTPS, so that cookies can require it."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """Raises ConfigError with one sentence for the first setting that cannot be used."""
        value = {s.name: environ.get(s.name, "").strip() or s.default for s in SETTINGS}
        port = int(_number(value, "PORT", 1, 65535))
        data_dir = Path(value["DATA_DIR"]).absolute()
        return cls(
            host=value["HOST"],
            port=port,
            server=_server(value["SERVER"]),
            data_dir=data_dir,
            database_url=_database_url(value["DATABASE_URL"], data_dir),
            redis_url=_redis_url(value["REDIS_URL"], value["DATABASE_URL"]),
            public_url=_public_url(value["PUBLIC_URL"]) or _own_address(value["HOST"], port),
            secret_keys=_secret_keys(value["SECRET_KEYS"]),
            twilio_api_url=_web_address("TWILIO_API_URL", value["TWILIO_API_URL"]),
            send_rate=_number(value, "SEND_RATE", 0, 10_000),
            unconfirmed_grace=_number(value, "UNCONFIRMED_GRACE", 0, 86_400),
        )


def _server(name: str) -> ServerName:
    if name not in SERVERS:
        raise ConfigError(f"SERVER must be {' or '.join(SERVERS)}, but it is {name!r}.")
    return cast(ServerName, name)


def _number(value: Mapping[str, str], name: str, low: float, high: float) -> float:
    try:
        number = float(value[name])
    except ValueError:
        raise ConfigError(f"{name} must be a number, but it is {value[name]!r}.") from None
    if not low <= number <= high:
        raise ConfigError(f"{name} must be between {low:g} and {high:g}, not {value[name]}.")
    return number


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite://{data_dir / 'inbox.sqlite3'}"
    if url.startswith(("postgres://", "postgresql://")):
        return url
    # With two slashes it would be an in-memory database, lost when the process ends.
    if not url.startswith("sqlite:///"):
        raise ConfigError(
            "DATABASE_URL must begin with postgres://, or be sqlite:// and an absolute path."
        )
    return url


def _redis_url(url: str, database_url: str) -> str | None:
    if not url:
        return None
    if not url.startswith(("redis://", "rediss://")):
        raise ConfigError("REDIS_URL must begin with redis:// or rediss://.")
    if not database_url.startswith("postgres"):
        raise ConfigError(
            "REDIS_URL is for several processes, and those need PostgreSQL: set DATABASE_URL too."
        )
    return url


def _public_url(url: str) -> str | None:
    address = _web_address("PUBLIC_URL", url)
    if address and urlsplit(address).path:
        raise ConfigError("PUBLIC_URL must have no path: the inbox needs a host name of its own.")
    return address


def _web_address(name: str, url: str) -> str | None:
    """As browsers write it, without a trailing slash, to compare with their Origin header."""
    if not url:
        return None
    try:
        parts = urlsplit(url.rstrip("/"))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigError(f"{name} is not a web address.") from None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9._:-]+", host):
        raise ConfigError(f"{name} must be http:// or https:// and a host name, but it is {url!r}.")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(f"{name} must be a plain address without ?, # or a user name.")
    usual = {"http": 80, "https": 443}[parts.scheme]
    door = "" if port in (None, usual) else f":{port}"
    return f"{parts.scheme}://{_in_url(host)}{door}{parts.path}"


def _own_address(host: str, port: int) -> str:
    return f"http://{_in_url('127.0.0.1' if host in ('0.0.0.0', '::') else host)}:{port}"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _secret_keys(keys: str) -> tuple[str, ...]:
    found = tuple(key.strip() for key in keys.split(",") if key.strip())
    for key in found:
        try:
            Fernet(key)
        except ValueError:
            # The key itself is never repeated in the message.
            raise ConfigError(
                "SECRET_KEYS must be Fernet keys separated by commas; make one with `inbox key`."
            ) from None
    return found
