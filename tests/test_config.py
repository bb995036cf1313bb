"""Every setting has a default, and an invalid one is explained in one sentence."""

import stat
from pathlib import Path

import pytest

from inbox.config import SETTINGS, Config, ConfigError

KEY = "a" * 43 + "="


def test_no_setting_is_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = Config.from_environ({})
    assert (config.host, config.port) == ("127.0.0.1", 8000)
    assert config.public_url == "http://127.0.0.1:8000" and not config.secure
    assert config.database_url == f"sqlite://{tmp_path}/data/inbox.sqlite3"
    assert config.redis_url is None and config.twilio_api_url is None
    assert (config.send_rate, config.unconfirmed_grace) == (1, 120)
    assert Config.from_environ({one.name: " " for one in SETTINGS}) == config


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "x"),
        ("PORT", "0"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "nan"),
        ("SEND_RATE", "-1"),
        ("SEND_RATE", "inf"),
        ("SEND_RATE", "fast"),
        ("UNCONFIRMED_GRACE", "-0.1"),
        ("UNCONFIRMED_GRACE", "nan"),
        ("PUBLIC_URL", "inbox.example"),
        ("PUBLIC_URL", "ftp://inbox.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://inbox.example:port"),
        ("PUBLIC_URL", "https://inbox.example:99999"),
        ("PUBLIC_URL", "https://inbox.example/inbox"),
        ("PUBLIC_URL", "https://inbox.example?a"),
        ("PUBLIC_URL", "https://inbox.example#a"),
        ("PUBLIC_URL", "https://ruth:secret@inbox.example"),
        ("PUBLIC_URL", "https://in box.example"),
        ("PUBLIC_URL", "https://gemeinde-köln.example"),
        ("TWILIO_API_URL", "localhost:8010"),
        ("DATABASE_URL", "mysql://localhost/inbox"),
        ("DATABASE_URL", "inbox.sqlite3"),
        # These would be databases in memory or in an unnamed file, forgotten on exit.
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite://inbox.sqlite3"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://localhost"),
        ("SECRET_KEYS", "x"),
        ("SECRET_KEYS", "ключ"),
        ("SECRET_KEYS", KEY + ",x"),
    ],
)
def test_an_invalid_setting_is_explained_in_one_sentence(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as problem:
        Config.from_environ({name: value})
    sentence = str(problem.value)
    assert name in sentence and sentence.endswith(".") and "\n" not in sentence
    if name == "SECRET_KEYS":
        assert f"{value!r}" not in sentence


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://inbox.example", "https://inbox.example"),
        ("https://inbox.example/", "https://inbox.example"),
        ("HTTPS://Inbox.Example:443//", "https://inbox.example"),
        ("http://inbox.example:80", "http://inbox.example"),
        ("https://inbox.example:8443", "https://inbox.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_stored_as_browsers_write_it(given: str, meant: str) -> None:
    config = Config.from_environ({"PUBLIC_URL": given})
    assert config.public_url == meant
    assert config.secure == meant.startswith("https")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:9000"),
        ("::", "http://127.0.0.1:9000"),
        ("::1", "http://[::1]:9000"),
        ("church.local", "http://church.local:9000"),
    ],
)
def test_without_a_public_address_it_is_the_listening_address(host: str, url: str) -> None:
    assert Config.from_environ({"HOST": host, "PORT": "9000"}).public_url == url


def test_no_secret_is_shown_with_the_settings() -> None:
    keys = KEY
    config = Config.from_environ(
        {"SECRET_KEYS": keys, "DATABASE_URL": "postgres://inbox:secret@localhost/inbox"}
    )
    assert keys not in repr(config) and "secret@" not in repr(config)


def test_only_its_owner_can_read_the_data_folder(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path / "some" / "where")})
    config.make_data_dir()
    assert stat.S_IMODE(config.data_dir.stat().st_mode) == 0o700
    config.make_data_dir()

    (tmp_path / "file").write_text("")
    for nowhere in ("file", "file/data"):
        with pytest.raises(ConfigError, match="DATA_DIR"):
            Config.from_environ({"DATA_DIR": str(tmp_path / nowhere)}).make_data_dir()
