"""The `inbox` command."""

import argparse
import asyncio
import errno
import json
import os
import signal
import sqlite3
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from getpass import getpass
from pathlib import Path
from typing import Any

from asyncpg import PostgresError
from cryptography.fernet import Fernet
from tortoise.exceptions import BaseORMException

from inbox import db, doctor
from inbox.config import Config, ConfigError
from inbox.logs import set_up_logging
from inbox.models import ApiToken, Staff
from inbox.models.phone_number import NumberTaken
from inbox.models.staff import StaffProblem


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # Anything we write may hold texts or keys: keep it private to this user.
    os.umask(0o077)
    set_up_logging()
    try:
        return int(options.run(options) or 0)
    except (ConfigError, StaffProblem) as problem:
        return _refused(str(problem))
    except NumberTaken:
        return _refused("Another church here has that phone number; nothing was changed.")
    except (BaseORMException, sqlite3.Error, PostgresError) as problem:
        # The error's own words may hold texts or phone numbers.
        return _refused(
            f"The database cannot be used ({type(problem).__name__}): run `inbox doctor`."
        )
    except BrokenPipeError:
        # Whoever reads our output, such as `head`, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        return _refused(
            "That port is in use: choose another with --port (`demo` needs two in a row)."
        )
    except KeyboardInterrupt:
        return 130


def _refused(sentence: str) -> int:
    print(f"inbox: {sentence}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="inbox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Any], object], help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        return added

    demo = command("demo", _demo, "Inbox, worker, and simulated phones with a practice church.")
    _add_address(demo)
    demo.add_argument("--data", type=Path, help="folder for the practice database")
    demo.add_argument("--no-browser", action="store_true", help="do not open the browser")
    _add_address(command("serve", _serve, "The web process; alone, it does all the work."))
    command("work", _work, "A worker process, beside web processes (PostgreSQL and Redis).")
    command("migrate", _migrate, "Bring the database up to date.")
    simulate = command(
        "simulate", _simulate, "A Twilio simulator, with a page of simulated phones."
    )
    _add_address(simulate)
    simulate.add_argument("--sms-url", help="where texts to its number go")
    command("seed", _seed, "Make the practice church in this database.")
    command("doctor", _doctor, "Check the settings and everything they point to.")
    command("key", lambda _: print(Fernet.generate_key().decode()), "Make a key for SECRET_KEYS.")
    church = commands.add_parser("church", help="Churches: church create NAME.")
    create = church.add_subparsers(required=True, metavar="ACTION").add_parser("create")
    create.set_defaults(run=_create_church)
    create.add_argument("name")
    create.add_argument("--owner-email", required=True)
    create.add_argument("--owner-name", default="")
    _add_password(create, "--owner-password-stdin")
    create.add_argument("--json", action="store_true", help="print churchId and apiToken as JSON")
    staff = commands.add_parser("staff", help="Staff: staff password EMAIL, staff owner EMAIL.")
    actions = staff.add_subparsers(required=True, metavar="ACTION")
    owner = actions.add_parser("owner", help="make someone an owner, even after they were removed")
    owner.set_defaults(run=_make_owner)
    owner.add_argument("email")
    password = actions.add_parser("password", help="give someone a new password")
    password.set_defaults(run=_change_password)
    password.add_argument("email")
    _add_password(password, "--password-stdin")
    return parser


def _add_password(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument(
        name,
        action="store_true",
        required=True,
        help="ask for the password, or read it from standard input, where no process list shows it",
    )


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host")
    parser.add_argument("--port", type=_port)


def _port(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 65535, but it is {given!r}")
    return int(given)


def _config(options: argparse.Namespace | None = None, **given: str) -> Config:
    """From the environment, overridden by the command line."""
    environ = dict(os.environ)
    if options and options.host:
        environ["HOST"] = options.host
    if options and options.port is not None:
        environ["PORT"] = str(options.port)
    return Config.from_environ(environ | given)


def _serve(options: argparse.Namespace) -> None:
    from inbox.server import processes

    config = _config(options)
    asyncio.run(_until_told(lambda ended: processes.serve(config, ended)))


def _work(_: argparse.Namespace) -> None:
    from inbox.server import processes

    config = _config()
    asyncio.run(_until_told(lambda ended: processes.work(config, ended)))


async def _until_told(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until SIGTERM or Ctrl-C, then finish work in progress."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, ended.set)
    await work(ended)


def _migrate(_: argparse.Namespace) -> None:
    from inbox.server import processes

    async def run() -> None:
        config = _config()
        await db.open_database(config)
        try:
            applied = await db.migrate_database()
            await processes.renew_seals(config)
        finally:
            await db.close_database()
        print("\n".join(applied) or "The database is up to date.")

    asyncio.run(run())


def _seed(_: argparse.Namespace) -> None:
    from inbox import demo
    from inbox.practice.seed import PRACTICE_PASSWORD, Practice
    from inbox.server import processes

    async def run() -> Practice:
        config = _config()
        async with _database(config):
            await processes.check_key_is_here(config)
        return await demo.seeded(config)

    practice = asyncio.run(run())
    print(f"{practice.church.name}: {practice.owner.email} / {PRACTICE_PASSWORD}")


def _create_church(options: argparse.Namespace) -> None:
    password = _read_password()

    async def run() -> None:
        async with _database(_config()):
            owner = await Staff.found_church(
                options.name, options.owner_email, options.owner_name, password
            )
            church = await owner.church
            _, token = await ApiToken.issue(church, "Made with the church", by=owner)
            if options.json:
                print(json.dumps({"churchId": church.id, "apiToken": token}))
            else:
                print(f"{church.name} is church {church.id}. Its API token, shown this once:")
                print(token)

    asyncio.run(run())


def _read_password() -> str:
    """From a terminal, unseen; otherwise one line of standard input."""
    if sys.stdin.isatty():
        return getpass("New password: ")
    return sys.stdin.readline().rstrip("\r\n")


def _change_password(options: argparse.Namespace) -> None:
    """For owners who forgot their password: no one else can give them a new one."""
    password = _read_password()

    async def run() -> None:
        async with _database(_config()):
            person = await _find_staff(options.email, left_at=None)
            await person.reset_password(password, by=None)
            print(f"{person.name} signs in with the new password from now on.")

    asyncio.run(run())


def _make_owner(options: argparse.Namespace) -> None:
    """For churches that have lost their last owner: no one else can make another."""

    async def run() -> None:
        async with _database(_config()):
            person = await _find_staff(options.email)
            returned = person.left_at is not None
            await person.make_owner()
            print(f"{person.name} is an owner from now on.")
            if returned:
                print("They had been removed and can sign in again, with the password they had.")

    asyncio.run(run())


async def _find_staff(email: str, **condition: None) -> Staff:
    person = await Staff.get_or_none(email=email.strip().lower(), **condition)
    if person is None:
        raise StaffProblem("No one signs in with that email address.")
    return person


@asynccontextmanager
async def _database(config: Config) -> AsyncIterator[None]:
    """One that is there and up to date: a mistyped DATA_DIR must not begin another inbox."""
    await db.open_existing(config)
    try:
        yield
    finally:
        await db.close_database()


def _doctor(_: argparse.Namespace) -> int:
    return asyncio.run(doctor.examine(os.environ))


def _simulate(options: argparse.Namespace) -> None:
    from inbox import demo

    host, port = options.host or "127.0.0.1", options.port or 8010
    asyncio.run(_until_told(lambda ended: demo.simulate(host, port, options.sms_url, ended)))


def _demo(options: argparse.Namespace) -> None:
    from inbox import demo

    data = (options.data or Path("data/demo")).absolute()
    host, port = options.host or "127.0.0.1", options.port or 8000
    opened = None if options.no_browser else webbrowser.open
    asyncio.run(_until_told(lambda ended: demo.demo(host, port, data, opened, ended)))


if __name__ == "__main__":
    sys.exit(main())
