"""Credentials at rest: sealed with Fernet, opened only to be used."""

import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from inbox.config import Config, ConfigError


class Seal:
    """Seals short secrets. The first key seals; every key opens, so keys can be rotated."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def from_config(cls, config: Config) -> "Seal":
        """Keys from SECRET_KEYS, else from the key file, which the first start makes."""
        return cls(config.secret_keys or (_key_from_file(config),))

    def close(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises SealBroken when no key fits: better no credentials than wrong ones."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken(
                "The saved Twilio sign-in was sealed with a key that is no longer set."
            ) from None

    def renew(self, sealed: str) -> str:
        """The same secret, sealed with the newest key."""
        return self._fernet.rotate(sealed.encode()).decode()


class SealBroken(Exception):
    """A sealed value that none of the keys opens."""


def _key_from_file(config: Config) -> str:
    try:
        return _read_key(config)
    except FileNotFoundError:
        pass
    config.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start together, one makes the key and the other reads it.
        handle = os.open(config.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(config)
    with os.fdopen(handle, "w") as file:
        file.write(Fernet.generate_key().decode())
        file.flush()
        os.fsync(file.fileno())
    return _read_key(config)


def _read_key(config: Config) -> str:
    key = config.key_file.read_text().strip()
    try:
        Fernet(key)
    except ValueError:
        raise ConfigError(f"The key file {config.key_file} is damaged: restore it.") from None
    return key
