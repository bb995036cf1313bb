"""The `inbox` command, as users type it."""

import asyncio
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
from cryptography.fernet import Fernet

from inbox import db
from inbox.cli import main
from inbox.clock import now
from inbox.config import SETTINGS, Config
from inbox.models import Staff
from tests.cast import PASSWORD
from tests.databases import Databases
from tests.house import listen, until
from tests.services import free_port

OWNER = ("--owner-email", "ruth@grace.example", "--owner-password-stdin")


class Inbox(Protocol):
    def __call__(self, *arguments: str, stdin: str = "", **environ: str) -> tuple[int, str, str]:
        """Exit status, output, and errors."""


@pytest.fixture
def inbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Inbox:
    """The command in this process, with its own data folder."""

    def run(*arguments: str, stdin: str = "", **environ: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name, value in _clean({"DATA_DIR": str(tmp_path)} | environ).items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            before = os.umask(0o022)
            try:
                status = main(arguments)
            finally:
                os.umask(before)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def migrated(inbox: Inbox, databases: Databases, tmp_path: Path) -> Iterator[Inbox]:
    """The command, after `inbox migrate`."""
    with databases.sqlite(tmp_path, with_cast=False):
        yield inbox


@pytest.fixture
def seeded(migrated: Inbox, databases: Databases, tmp_path: Path) -> Inbox:
    """The command, after `inbox seed`, which runs once for all tests."""
    kept = databases.folder / "practice"
    if not kept.exists():
        assert migrated("seed")[0] == 0
        shutil.copytree(tmp_path, kept)
    else:
        shutil.copytree(kept, tmp_path, dirs_exist_ok=True)
    return migrated


def _clean(settings: dict[str, str]) -> dict[str, str]:
    return {one.name: "" for one in SETTINGS} | settings


def _is_one_sentence(err: str) -> bool:
    return err.startswith("inbox: ") and err.endswith(".\n") and err.count("\n") == 1


def test_migrate_runs_once_and_then_has_nothing_to_do(inbox: Inbox) -> None:
    status, out, _ = inbox("migrate")
    assert status == 0 and "0001_initial" in out
    assert inbox("migrate") == (0, "The database is up to date.\n", "")


def test_one_command_creates_a_church_and_its_owner(migrated: Inbox) -> None:
    create = ("church", "create", "Grace Chapel", *OWNER)
    status, out, err = migrated(*create, "--json", stdin=f"{PASSWORD}\n")
    made = json.loads(out)
    assert (status, err) == (0, "") and made.keys() == {"churchId", "apiToken"}
    assert made["churchId"] == 1 and made["apiToken"].startswith("inbox_")

    again = migrated(*create, stdin=PASSWORD)
    assert again[0] == 1 and "already signs in with that email address" in again[2]
    hope = ("church", "create", "Hope", "--owner-email", "sam@hope.example", OWNER[2])
    status, out, _ = migrated(*hope, stdin=PASSWORD)
    assert status == 0 and "Hope is church 2" in out and "inbox_" in out


def test_a_church_that_cannot_be_created_is_explained_in_one_sentence(migrated: Inbox) -> None:
    for name, stdin in (("Grace Chapel", "short"), ("Grace Chapel", ""), (" ", PASSWORD)):
        status, out, err = migrated("church", "create", name, *OWNER, stdin=stdin)
        assert (status, out) == (1, "") and _is_one_sentence(err), err
        assert "short" not in err


def test_an_administrator_creates_an_owner_for_a_church_without_one(
    migrated: Inbox, tmp_path: Path
) -> None:
    migrated("church", "create", "Grace Chapel", *OWNER, stdin=PASSWORD)
    make = ("staff", "owner", " Ruth@Grace.example ")
    practice = {"TWILIO_API_URL": "http://127.0.0.1:1", "SECRET_KEYS": migrated("key")[1].strip()}
    assert "✓ Every church has an owner." in migrated("doctor", **practice)[1]

    for lost, returns in (({"role": "volunteer"}, False), ({"left_at": now()}, True)):
        asyncio.run(_change_all_staff(tmp_path, **lost))
        _, out, _ = migrated("doctor", **practice)
        assert "✗ Grace Chapel has no owner" in out and "`inbox staff owner EMAIL`" in out
        status, out, err = migrated(*make)
        assert (status, err) == (0, "") and "is an owner from now on." in out
        assert ("can sign in again" in out) == returns
        assert "✓ Every church has an owner." in migrated("doctor", **practice)[1]

    status, out, err = migrated("staff", "owner", "nobody@grace.example")
    assert (status, out) == (1, "") and _is_one_sentence(err), err


async def _change_all_staff(data: Path, **columns: object) -> None:
    await db.open_database(Config.from_environ({"DATA_DIR": str(data)}))
    try:
        await Staff.all().update(**columns)
    finally:
        await db.close_database()


def test_a_password_on_the_command_line_is_refused(inbox: Inbox) -> None:
    with pytest.raises(SystemExit):
        inbox("church", "create", "Grace Chapel", *OWNER[:2], stdin=PASSWORD)


NOWHERE = "postgres://inbox:secret@127.0.0.1:1/inbox"


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ("serve", {"PORT": "x"}),
        ("serve", {"HOST": "192.0.2.1"}),
        ("serve", {"HOST": "no such host"}),
        ("serve", {"PUBLIC_URL": "inbox.example"}),
        ("serve", {"SECRET_KEYS": "x"}),
        ("serve", {"DATA_DIR": "/dev/null"}),
        ("serve", {"DATABASE_URL": "sqlite:///nowhere/inbox.sqlite3"}),
        ("serve", {"DATABASE_URL": NOWHERE}),
        ("migrate", {"DATABASE_URL": NOWHERE}),
        ("work", {}),
        ("work", {"REDIS_URL": "redis://127.0.0.1:1"}),
    ],
)
def test_a_command_that_cannot_start_explains_why_in_one_sentence(
    inbox: Inbox, command: str, settings: dict[str, str]
) -> None:
    status, _, err = inbox(command, **({"PORT": str(free_port())} | settings))
    assert status == 1 and _is_one_sentence(err), err
    assert "secret@" not in err


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_explained_in_one_sentence(
    inbox: Inbox, tmp_path: Path, command: str
) -> None:
    demo = ("--data", str(tmp_path), "--no-browser") if command == "demo" else ()
    with listen() as listener:
        status, out, err = inbox(command, "--port", str(listener.getsockname()[1]), *demo)
    assert status == 1 and _is_one_sentence(err) and "--port" in err, err
    assert out == "", "no address is printed that is not ours"


@pytest.mark.parametrize("command", ["serve", "demo", "simulate"])
@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.5", ""])
def test_an_invalid_port_is_explained_in_plain_words(
    inbox: Inbox, capsys: pytest.CaptureFixture[str], command: str, port: str
) -> None:
    with pytest.raises(SystemExit):
        inbox(command, "--port", port)
    assert f"must be a number from 1 to 65535, but it is {port!r}" in capsys.readouterr().err


IN_A_DATABASE = [
    ("church", "create", "Grace Chapel", *OWNER),
    ("staff", "password", "ruth@grace.example", "--password-stdin"),
    ("staff", "owner", "ruth@grace.example"),
    ("seed",),
]


@pytest.mark.parametrize("command", IN_A_DATABASE)
def test_no_command_creates_an_inbox_by_mistake(
    inbox: Inbox, tmp_path: Path, command: tuple[str, ...]
) -> None:
    status, _, err = inbox(*command, stdin=PASSWORD)
    assert status == 1 and _is_one_sentence(err), err
    assert f"There is no inbox in {tmp_path}" in err and "`inbox migrate`" in err
    assert not list(tmp_path.iterdir())

    (tmp_path / "inbox.sqlite3").touch()
    status, _, err = inbox(*command, stdin=PASSWORD)
    assert status == 1 and _is_one_sentence(err), err
    assert "run `inbox migrate` first" in err


@pytest.mark.parametrize("command", [*IN_A_DATABASE, ("serve",), ("migrate",)])
def test_a_broken_database_is_explained_in_one_sentence_and_left_alone(
    inbox: Inbox, tmp_path: Path, command: tuple[str, ...]
) -> None:
    broken = tmp_path / "inbox.sqlite3"
    broken.write_bytes(b"not a database" * 1_000)
    status, _, err = inbox(*command, stdin=PASSWORD, PORT=str(free_port()))
    assert status == 1 and _is_one_sentence(err), err
    assert f"{broken} is damaged" in err and "from your backup" in err
    assert broken.read_bytes() == b"not a database" * 1_000
    assert not (tmp_path / "secret.key").exists()


def test_an_unreachable_postgresql_is_explained_with_what_to_check(inbox: Inbox) -> None:
    for command in (*IN_A_DATABASE, ("serve",), ("migrate",)):
        port = str(free_port())
        status, _, err = inbox(*command, stdin=PASSWORD, DATABASE_URL=NOWHERE, PORT=port)
        assert status == 1 and _is_one_sentence(err), err
        assert "check that it is running" in err and "DATABASE_URL" in err


def test_seeding_twice_or_naming_unknown_staff_is_explained(seeded: Inbox) -> None:
    status, _, err = seeded("staff", "password", "sam@hope.example", "--password-stdin", stdin="x")
    assert (status, err) == (1, "inbox: No one signs in with that email address.\n")
    assert seeded("seed")[0] == 0, "a second run changes nothing"


@pytest.mark.parametrize(
    "change", ["update church set name = 'Hope'", "update staff set email = 'x' || email"]
)
def test_no_practice_church_is_created_if_another_is_in_the_way(
    seeded: Inbox, tmp_path: Path, change: str
) -> None:
    with sqlite3.connect(tmp_path / "inbox.sqlite3") as database:
        database.execute(change)
    status, out, err = seeded("seed")
    assert (status, out) == (1, "") and _is_one_sentence(err), err
    with sqlite3.connect(tmp_path / "inbox.sqlite3") as database:
        assert database.execute("select count(*) from church").fetchone() == (1,)


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("seed",)])
def test_a_restored_database_without_its_key_gets_no_new_key(
    seeded: Inbox, tmp_path: Path, command: tuple[str, ...]
) -> None:
    key = tmp_path / "secret.key"
    kept = key.read_bytes()
    key.unlink()
    status, out, err = seeded(*command, PORT=str(free_port()))
    assert (status, out) == (1, "") and _is_one_sentence(err), err
    assert f"{key} is missing" in err and "put it back" in err
    assert not key.exists()
    key.write_bytes(kept)
    assert seeded("migrate")[0] == 0


def test_the_doctor_reports_what_is_well_and_what_is_not(inbox: Inbox, tmp_path: Path) -> None:
    # The test connects to nothing outside this machine.
    practice = {"TWILIO_API_URL": "http://127.0.0.1:1"}
    status, out, err = inbox("doctor", **practice)
    assert (status, err) == (1, "")
    assert all(setting.name in out for setting in SETTINGS)
    assert f"✗ There is no inbox in {tmp_path}" in out
    assert not list(tmp_path.iterdir()), "checking creates none"

    (tmp_path / "inbox.sqlite3").touch()
    _, out, _ = inbox("doctor", **practice)
    assert f"✗ The key file {tmp_path}/secret.key is missing" in out
    (tmp_path / "secret.key").write_text(Fernet.generate_key().decode())
    _, out, _ = inbox("doctor", **practice)
    assert "✗ SQLite is not up to date: run `inbox migrate`." in out
    assert "✗ http://127.0.0.1:1 cannot be reached from here." in out

    inbox("migrate")
    (tmp_path / "secret.key").chmod(0o644)
    _, out, _ = inbox("doctor", PUBLIC_URL="https://inbox.example", **practice)
    assert "✓ SQLite is up to date." in out and "✓ Twilio and browsers reach us at https" in out
    assert "✗ Others may read the key file: run chmod 600" in out
    keys = Fernet.generate_key().decode()
    _, out, _ = inbox("doctor", SECRET_KEYS=keys, **practice)
    assert keys not in out and "✓ The keys come from SECRET_KEYS." in out


def test_the_doctor_explains_how_to_close_a_folder_that_others_can_read(
    inbox: Inbox, tmp_path: Path
) -> None:
    folder = tmp_path / "old"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    settings = {"DATA_DIR": str(folder), "TWILIO_API_URL": "http://127.0.0.1:1"}
    inbox("migrate", **settings)
    assert folder.joinpath("inbox.sqlite3").stat().st_mode & 0o077 == 0, "created by us"
    folder.joinpath("inbox.sqlite3").chmod(0o644)
    _, out, _ = inbox("doctor", **settings)
    said = f"✗ Other users of this machine can read {folder}, {folder}/inbox.sqlite3: run "
    assert said in out
    subprocess.run(out.partition(said)[2].splitlines()[0].split(), check=True)
    _, out, _ = inbox("doctor", **settings)
    assert "✓ Other users of this machine cannot read what is kept here." in out


@pytest.mark.parametrize(
    "settings", [{"PORT": "x"}, {"DATA_DIR": "/dev/null"}, {"DATABASE_URL": NOWHERE}]
)
def test_the_doctor_does_not_crash(inbox: Inbox, settings: dict[str, str]) -> None:
    status, out, err = inbox("doctor", **({"TWILIO_API_URL": "http://127.0.0.1:1"} | settings))
    assert (status, err) == (1, "") and "✗ " in out and "secret@" not in out


def test_the_printed_key_works(inbox: Inbox) -> None:
    status, out, _ = inbox("key")
    assert status == 0 and Fernet(out.strip())


async def _begin(*arguments: str, data: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "inbox.cli", *arguments),
        env=os.environ | _clean({"DATA_DIR": str(data)}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _end(process: asyncio.subprocess.Process, stdin: str = "") -> tuple[str, str]:
    async with asyncio.timeout(60):
        out, err = await process.communicate(stdin.encode())
    return out.decode(), err.decode()


@asynccontextmanager
async def serving(data: Path) -> AsyncIterator[str]:
    """The address of `inbox serve`, which stops cleanly on SIGTERM."""
    port = str(free_port())
    process = await _begin("serve", "--host", "127.0.0.1", "--port", port, data=data)
    url = f"http://127.0.0.1:{port}"
    try:
        await until(lambda: _answers(url), within=60, every=0.05)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = await _end(process)
    assert process.returncode == 0, err
    assert f"The inbox is at {url}" in out and "Traceback" not in err


async def _answers(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{url}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def test_a_church_is_created_while_the_inbox_runs(tmp_path: Path) -> None:
    create = ("church", "create", "Grace Chapel", *OWNER, "--json")
    async with serving(tmp_path) as url, aiohttp.ClientSession(url) as session:
        creating = await _begin(*create, data=tmp_path)
        # A second server on the same data would send everything twice.
        second = await _begin("serve", "--port", str(free_port()), data=tmp_path)
        out, err = await _end(creating, PASSWORD)
        assert creating.returncode == 0, err
        bearer = {"Authorization": f"Bearer {json.loads(out)['apiToken']}"}
        assert (await session.get("/api/members", headers=bearer)).status == 200
        form = {"email": OWNER[1], "password": PASSWORD}
        own = {"Sec-Fetch-Site": "same-origin"}
        answer = await session.post("/sign-in", data=form, headers=own, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/inbox")

        _, err = await _end(second)
        assert second.returncode == 1 and _is_one_sentence(err), err


@pytest.mark.parametrize(("argument", "status"), [("--help", 0), ("--bogus", 2), ("tests", 2)])
def test_the_setup_script_explains_itself(argument: str, status: int) -> None:
    root = Path(__file__).parent.parent
    ended = subprocess.run([root / "bin/setup", argument], capture_output=True, text=True)
    assert ended.returncode == status and "bin/setup --tests adds" in ended.stdout
    assert (argument in ended.stderr) == (status == 2)


def test_output_that_nobody_reads_to_the_end_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m inbox.cli doctor | true"
    environ = os.environ | _clean({"DATA_DIR": str(tmp_path)})
    ended = subprocess.run(["sh", "-c", command], env=environ, capture_output=True, text=True)
    assert ended.stderr == ""
