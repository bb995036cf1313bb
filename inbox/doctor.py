"""`inbox doctor`: every setting, and whether what it points to works."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from inbox import db
from inbox.assets import bundles
from inbox.config import SETTINGS, Config, ConfigError
from inbox.db_problems import no_database
from inbox.models import Church, Staff
from inbox.privacy import exposed
from inbox.seal import Seal, SealBroken

SECRET = frozenset({"SECRET_KEYS", "DATABASE_URL", "REDIS_URL"})
FREE_BYTES = 500_000_000
# At most this many readable files are named.
MAX_NAMED = 6


async def examine(environ: Mapping[str, str]) -> int:
    """Print the findings; 0 if everything is fine, 1 if something needs fixing."""
    _print_settings(environ)
    try:
        config = Config.from_environ(environ)
    except ConfigError as problem:
        print(f"✗ {problem}")
        return 1
    # A check creates nothing: an empty database or a new key would only hide the problem.
    if not _is_here(config) or not _has_key(config):
        return 1
    try:
        if db.is_postgres(config):
            # On a fresh machine, as on many platforms: the folder holds only pictures.
            config.make_data_dir()
        seal = Seal.from_config(config)
    except ConfigError as problem:
        print(f"✗ {problem}")
        return 1
    checks = [
        await _database(config, seal),
        await _redis(config),
        _public_url(config),
        await _twilio(config),
        _key_file(config),
        _private(config),
        _disk(config),
        _browser_files(),
    ]
    return 0 if all(checks) else 1


def _print_settings(environ: Mapping[str, str]) -> None:
    for setting in SETTINGS:
        given = environ.get(setting.name, "").strip()
        shown = "(set)" if given and setting.name in SECRET else given or setting.default or "-"
        print(f"  {setting.name:<18} {shown:<28} {setting.meaning}")
    print()


def _well(text: str) -> bool:
    print(f"✓ {text}")
    return True


def _ill(text: str) -> bool:
    print(f"✗ {text}")
    return False


def _is_here(config: Config) -> bool:
    return db.is_here(config) or _ill(str(no_database(config)))


def _has_key(config: Config) -> bool:
    if config.secret_keys or config.key_file.exists():
        return True
    return _ill(
        f"The key file {config.key_file} is missing: put it back from a copy, or set SECRET_KEYS. "
        "Without it the saved Twilio sign-ins cannot be opened."
    )


async def _database(config: Config, seal: Seal) -> bool:
    kind = "PostgreSQL" if db.is_postgres(config) else "SQLite"
    try:
        await db.open_database(config)
    except ConfigError as problem:
        return _ill(str(problem))
    try:
        if await db.pending_migrations():
            return _ill(f"{kind} is not up to date: run `inbox migrate`.")
        _well(f"{kind} is up to date.")
        checks = [await _sealed(seal), await _owned()]
        return all(checks)
    except Exception as problem:
        return _ill(f"{kind} does not answer: {type(problem).__name__}.")
    finally:
        await db.close_database()


async def _sealed(seal: Seal) -> bool:
    for church in await Church.filter(twilio_token_sealed__isnull=False):
        try:
            church.check_seals(seal)
        except SealBroken as problem:
            return _ill(f"{church.name}: {problem}")
    return _well("Every saved Twilio sign-in can be opened with the keys that are set.")


async def _owned() -> bool:
    for church in await Staff.churches_without_owner():
        return _ill(
            f"{church.name} has no owner: make someone its owner with `inbox staff owner EMAIL`."
        )
    return _well("Every church has an owner.")


async def _redis(config: Config) -> bool:
    if not config.redis_url:
        return _well("One process does all the work (no REDIS_URL).")
    redis = Redis.from_url(config.redis_url, socket_timeout=3, socket_connect_timeout=3)
    try:
        await redis.ping()
    except Exception as problem:
        return _ill(f"Redis does not answer: {type(problem).__name__}.")
    finally:
        await redis.aclose()
    return _well("Redis answers.")


def _public_url(config: Config) -> bool:
    if config.secure:
        return _well(f"Twilio and browsers reach us at {config.public_url}.")
    if config.twilio_api_url:
        return _well(f"Practice: {config.public_url} is enough for the Twilio simulator.")
    return _ill("PUBLIC_URL must be the https:// address at which Twilio reaches this inbox.")


async def _twilio(config: Config) -> bool:
    address = config.twilio_api_url or "https://api.twilio.com"
    timeout = aiohttp.ClientTimeout(total=8)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.get(f"{address}/2010-04-01.json") as answer:
                await answer.read()
    except (aiohttp.ClientError, TimeoutError):
        return _ill(f"{address} cannot be reached from here.")
    return _well(f"{address} can be reached.")


def _key_file(config: Config) -> bool:
    if config.secret_keys:
        return _well("The keys come from SECRET_KEYS.")
    if config.key_file.stat().st_mode & 0o077:
        return _ill(f"Others may read the key file: run chmod 600 {config.key_file}")
    return _well(f"The key is in {config.key_file}; keep a copy of it apart from the database.")


def _private(config: Config) -> bool:
    found = exposed(config)
    if not found:
        return _well("Other users of this machine cannot read what is kept here.")
    inside = config.data_dir in (found[0], *found[0].parents)
    mend = f"chmod -R go-rwx {config.data_dir}" if inside else f"chmod go-rwx {_all(found)}"
    return _ill(f"Other users of this machine can read {_some(found)}: run {mend}")


def _all(found: list[Path]) -> str:
    return " ".join(map(str, found))


def _some(found: list[Path]) -> str:
    more = len(found) - MAX_NAMED
    named = ", ".join(map(str, found[:MAX_NAMED]))
    return f"{named} and {more} more" if more > 0 else named


def _disk(config: Config) -> bool:
    free = shutil.disk_usage(config.data_dir).free
    if free < FREE_BYTES:
        return _ill(f"Only {free // 1_000_000} MB are free in {config.data_dir}.")
    return _well(f"{free // 1_000_000_000} GB are free in {config.data_dir}.")


def _browser_files() -> bool:
    try:
        bundles()
    except ConfigError as problem:
        return _ill(str(problem))
    return _well("The scripts and styles for browsers are here.")
