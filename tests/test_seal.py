"""Only the right key opens stored credentials."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from inbox.config import Config, ConfigError
from inbox.context import Context
from inbox.models import Church
from inbox.models.webhook_lookup import church_with_hook
from inbox.seal import Seal, SealBroken
from tests.cast import GRACE_SID, GRACE_TOKEN, Cast

SECRET = "a9" * 16


def _config(folder: Path) -> Config:
    return Config.from_environ({"DATA_DIR": str(folder)})


def _key() -> str:
    return Fernet.generate_key().decode()


def test_sealed_text_does_not_show() -> None:
    seal = Seal((_key(),))
    assert SECRET not in seal.close(SECRET)
    assert seal.close(SECRET) != seal.close(SECRET)
    assert seal.open(seal.close(SECRET)) == SECRET


def test_keys_can_be_changed_without_losing_anything() -> None:
    old, new = _key(), _key()
    sealed = Seal((old,)).close(SECRET)
    both = Seal((new, old))
    assert both.open(sealed) == SECRET and not both.is_newest(sealed)
    renewed = both.renew(sealed)
    assert both.is_newest(renewed)
    assert Seal((new,)).open(renewed) == SECRET
    with pytest.raises(SealBroken):
        Seal((old,)).open(renewed)


def test_a_wrong_key_opens_nothing_and_is_reported() -> None:
    sealed = Seal((_key(),)).close(SECRET)
    for broken in (sealed, sealed[:-4], "", "gAAAA", "ключ"):
        with pytest.raises(SealBroken, match="enter the token again"):
            Seal((_key(),)).open(broken)


async def test_every_seal_is_renewed_so_that_an_old_key_can_be_removed(
    cast: Cast, context: Context
) -> None:
    await cast.grace.connect(GRACE_SID, "c" * 32, context.seal)
    await Church.filter(id=cast.hope.id).update(twilio_token_sealed="gAAAAlost")
    new = _key()
    key_file = context.config.key_file.read_text()
    await Church.renew_seals(Seal((new, key_file)))

    grace = await Church.get(id=cast.grace.id)
    grace.check_seals(Seal((new,)))
    hooked = await church_with_hook(grace.hook_token)
    assert hooked and hooked.signing_tokens(Seal((new,))) == ["c" * 32, GRACE_TOKEN]
    before = grace.twilio_token_sealed
    await Church.renew_seals(Seal((new, key_file)))
    await grace.refresh_from_db()
    assert grace.twilio_token_sealed == before, "nothing is written if nothing needs to change"
    # A credential whose key is lost waits for it.
    assert (await Church.get(id=cast.hope.id)).twilio_token_sealed == "gAAAAlost"


def test_the_first_start_creates_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    config = _config(tmp_path / "data")
    sealed = Seal.from_config(config).close(SECRET)
    assert stat.S_IMODE(config.key_file.stat().st_mode) == 0o600
    assert [one.name for one in config.data_dir.iterdir() if one.is_file()] == ["secret.key"]
    assert Seal.from_config(config).open(sealed) == SECRET


def test_processes_that_start_together_all_get_the_same_key(tmp_path: Path) -> None:
    config = _config(tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        seals = list(pool.map(lambda _: Seal.from_config(config), range(16)))
    sealed = seals[0].close(SECRET)
    assert {seal.open(sealed) for seal in seals} == {SECRET}


def test_configured_keys_take_precedence_over_the_file(tmp_path: Path) -> None:
    config = Config.from_environ({"DATA_DIR": str(tmp_path), "SECRET_KEYS": f" {_key()} , "})
    Seal.from_config(config)
    assert not config.key_file.exists()


@pytest.mark.parametrize("content", [b"", b"half a ke", b"\xff\xfe"])
def test_a_damaged_key_file_stops_the_start(tmp_path: Path, content: bytes) -> None:
    config = _config(tmp_path)
    config.key_file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"damaged: restore it\.$"):
        Seal.from_config(config)
    assert config.key_file.read_bytes() == content, "it is not simply created again"
