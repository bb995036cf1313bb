"""The settings: environment variables, read once. A wrong one stops the start with a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet


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
    Setting("DATA_DIR", "data", "Folder for the database, pictures and the key file."),
    Setting("DATABASE_URL", "", "postgres://… ; empty means SQLite in DATA_DIR."),
    Setting("REDIS_URL", "", "redis://… ; only for several processes, with PostgreSQL."),
    Setting("PUBLIC_URL", "", "Where Twilio and browsers reach us. Empty: http://HOST:PORT."),
    Setting(
        "SECRET_KEYS", "", "Fernet keys, newest first, with commas. Empty: a key file."
    ),
    Setting(
        "TWILIO_API_URL", "", "Replaces Twilio's address for every call, for practice."
    ),
    Setting("SEND_RATE", "1", "Segments a second for a new phone number. 0 means no limit."),
    Setting(
        "UNCONFIRMED_GRACE", "120", "Seconds until an unanswered send is looked up."
    ),
)


@dataclass(frozen=True)
class Config:
    host: str
    port: int
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

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https, so that cookies can insist on it."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Config":
        """Raises ConfigError with one sentence for the first setting that cannot be used."""
        value = {s.name: environ.get(s.name, "").strip() or s.default for s in SETTINGS}
        port = int(_number(value, "PORT", 0, 65535))
        data_dir = Path(value["DATA_DIR"]).absolute()
        return cls(
            host=value["HOST"],
            port=port,
            data_dir=data_dir,
            database_url=_database_url(value["DATABASE_URL"], data_dir),
            redis_url=_redis_url(value["REDIS_URL"], value["DATABASE_URL"]),
            public_url=_web_address(value, "PUBLIC_URL") or _own_address(value["HOST"], port),
            secret_keys=_secret_keys(value["SECRET_KEYS"]),
            twilio_api_url=_web_address(value, "TWILIO_API_URL"),
            send_rate=_number(value, "SEND_RATE", 0, 10_000),
            unconfirmed_grace=_number(value, "UNCONFIRMED_GRACE", 0, 86_400),
        )


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
    if urlsplit(url).scheme not in ("sqlite", "postgres", "postgresql"):
        raise ConfigError("DATABASE_URL must begin with postgres:// (or sqlite://).")
    return url


def _redis_url(url: str, database_url: str) -> str | None:
    if not url:
        return None
    if urlsplit(url).scheme not in ("redis", "rediss"):
        raise ConfigError("REDIS_URL must begin with redis:// or rediss://.")
    if not database_url.startswith("postgres"):
        raise ConfigError(
            "REDIS_URL is for several processes, and those need PostgreSQL: set DATABASE_URL too."
        )
    return url


def _web_address(value: Mapping[str, str], name: str) -> str | None:
    address = value[name].rstrip("/")
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"{name} must begin with http:// or https://, but it is {address!r}.")
    if parts.query or parts.fragment or parts.username:
        raise ConfigError(f"{name} must be a plain address without ?, # or a user name.")
    return address


def _own_address(host: str, port: int) -> str:
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"


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
