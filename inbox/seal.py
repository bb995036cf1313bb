"""Credentials at rest: encrypted with Fernet, decrypted only for use."""

import os
from contextlib import suppress
from functools import lru_cache
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from inbox.config import Config, ConfigError
from inbox.i18n import N_, Problem


class Seal:
    """Encrypts short secrets. The first key encrypts; all decrypt, so keys can be rotated."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._newest = Fernet(keys[0])
        # Every webhook needs its church's token.
        self.open = lru_cache(maxsize=1_000)(self._open)

    @classmethod
    def from_config(cls, config: Config) -> "Seal":
        """Keys from SECRET_KEYS, otherwise from the key file, which the first start creates."""
        return cls(config.secret_keys or (_key_from_file(config),))

    def close(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def _open(self, sealed: str) -> str:
        """Raises SealBroken if no key fits: better no credentials than wrong ones."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken(
                N_(
                    "The saved Auth Token was sealed with a key that is no longer set. "
                    "Restore the key, or enter the token again."
                )
            ) from None

    def is_newest(self, sealed: str) -> bool:
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def renew(self, sealed: str) -> str:
        """The same secret, encrypted with the newest key. Raises SealBroken."""
        return self.close(self.open(sealed))


class SealBroken(Problem):
    """An encrypted value that none of the keys can decrypt."""

    def __repr__(self) -> str:
        # Logs show it beside errors of other kinds.
        return str(self)


def _key_from_file(config: Config) -> str:
    try:
        return _read_key(config)
    except FileNotFoundError:
        pass
    config.make_data_dir()
    # Written first and linked afterward: if two processes start together, one key wins and no one
    # reads half a key. Temporary files are private.
    try:
        with NamedTemporaryFile(dir=config.data_dir) as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, config.key_file)
    except OSError as problem:
        raise ConfigError(
            f"The key file {config.key_file} cannot be made: {problem.strerror}."
        ) from None
    return _read_key(config)


def _read_key(config: Config) -> str:
    try:
        key = config.key_file.read_text().strip()
        Fernet(key)
    except PermissionError:
        raise ConfigError(f"The key file {config.key_file} cannot be read by this user.") from None
    except ValueError:
        raise ConfigError(f"The key file {config.key_file} is damaged: restore it.") from None
    return key
