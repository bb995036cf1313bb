"""The real PostgreSQL, Redis, and Chromium that tests run against.

A server lives as long as the test session that asked for it, on a free port and without durability.
Under xdist, each worker has its own. If a server is not installed, the tests that need it are
skipped, or fail where CI is set.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from uuid import uuid4

import asyncpg
import pytest

T = TypeVar("T")

START_TIMEOUT = 30.0
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Headless Chromium starts sooner and uses less CPU.
HEADLESS_CHROMIUMS = ("chromium-headless-shell", "headless_shell", *CHROMIUMS)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty PostgreSQL server's `postgres` database."""
    with run_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of an empty Redis server."""
    with run_redis() as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium to give Playwright as `executable_path`."""
    return chromium_program(HEADLESS_CHROMIUMS)


@pytest.fixture(scope="session")
def whole_chromium_path() -> str:
    """The Chromium that also installs apps and shows notifications."""
    return chromium_program(CHROMIUMS)


def chromium_program(names: Sequence[str]) -> str:
    return next(filter(None, map(shutil.which, names)), None) or lacking("Chromium")


def new_postgres_database(url: str, template: str | None = None) -> str:
    """Create a database on the server of `url`, empty or as a copy. Returns its URL."""
    server, name = url.rpartition("/")[0], f"test_{uuid4().hex}"
    like = f"template {template.rpartition('/')[2]}" if template else ""
    _administer(server, lambda version: f"create database {name} {like} {_copied(version)}")
    return f"{server}/{name}"


def drop_postgres_database(url: str) -> None:
    """Before it is written to disk: hundreds of them take a few GB."""
    server, _, name = url.rpartition("/")
    _administer(server, lambda _: f"drop database {name} with (force)")


def _copied(version: int) -> str:
    """Copies files, which is several times as fast as going through the log."""
    return "strategy file_copy" if version >= 15 else ""


def _administer(server: str, statement: Callable[[int], str]) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(f"{server}/postgres")
        await connection.execute(statement(connection.get_server_version().major))
        await connection.close()

    run_apart(run())


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run this in a thread, because a loop may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Server:
    """A server with its own port and folder that can be killed and restarted."""

    url: str
    command: Sequence[str]
    # Succeeds once it answers.
    probe: Sequence[str]
    folder: Path
    user: str | None = None
    # It stops the server at once, even if this run was told to ignore some signals.
    killed_by: signal.Signals = signal.SIGKILL
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        log = self.folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*dies_with_us(), *self.command],
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                **as_user(self.user),
            )
        wait_until_ready(self._process, self.probe, log)

    def kill(self) -> None:
        """Without notice to connected clients."""
        assert self._process
        self._process.send_signal(self.killed_by)
        self._process.wait(START_TIMEOUT)

    def freeze(self) -> None:
        """Accepts connections but never answers."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def run_postgres(durable: bool = False) -> Iterator[str]:
    with postgres_server(durable) as server:
        yield server.url


@contextmanager
def postgres_server(durable: bool = False) -> Iterator[Server]:
    """`durable`: commits are on disk, as they are wherever texts are stored."""
    initdb, postgres = postgres_program("initdb"), postgres_program("postgres")
    ready = postgres_program("pg_isready")
    user = user_for_postgres()
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "port": str(port),
        "log_min_messages": "fatal",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with folder_of(user) as folder:
        subprocess.run(
            [initdb, f"--pgdata={folder}/data", "--username=postgres", "--auth=trust"]
            + ["--encoding=UTF8", "--locale=C", "--no-sync"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            check=True,
            **as_user(user),
        )
        server = Server(
            f"postgres://postgres@127.0.0.1:{port}/postgres",
            [postgres, "-D", f"{folder}/data", *options],
            [ready, "--quiet", "--host=127.0.0.1", f"--port={port}"],
            folder,
            user,
            # If killed, it would leave children that hold its port.
            signal.SIGQUIT,
        )
        with running(server):
            yield server


@contextmanager
def run_redis() -> Iterator[str]:
    with redis_server() as server:
        yield server.url


@contextmanager
def redis_server() -> Iterator[Server]:
    redis, cli = shutil.which("redis-server"), shutil.which("redis-cli")
    if redis is None or cli is None:
        lacking("Redis")
    port = free_port()
    with folder_of(None) as folder:
        command = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "no", "--loglevel", "warning", "--dir", str(folder)]
        probe = [cli, "-p", str(port), "ping"]
        server = Server(f"redis://127.0.0.1:{port}/0", command, probe, folder)
        with running(server):
            yield server


@contextmanager
def running(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.kill()  # it is temporary, so nothing needs to reach the disk


def wait_until_ready(process: subprocess.Popen[bytes], probe: Sequence[str], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is not None or subprocess.run(probe, capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{probe[0]}: no answer. {log.read_text(errors='replace')}")
        time.sleep(0.02)


def postgres_program(name: str) -> str:
    """Debian keeps the server's programs in one folder per version, outside PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=major_version)
    if debian:
        return str(debian[-1])
    return shutil.which(name) or lacking("PostgreSQL")


def major_version(program: Path) -> float:
    return float(program.parent.parent.name)


def user_for_postgres() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def as_user(name: str | None) -> dict[str, Any]:
    """The arguments of subprocess that run a program as another user."""
    if name is None:
        return {}
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def dies_with_us() -> list[str]:
    """A killed test session leaves no servers behind, if util-linux is available."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT"] if setpriv else []


@contextmanager
def folder_of(user: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="inbox-tests-") as name:
        if user is not None:
            shutil.chown(name, user)
        yield Path(name)


def free_port() -> int:
    """A port outside the range that Linux gives to outgoing connections (32768 to 60999).

    In that range, another test's connection could take the port before the server binds it.
    """
    for _ in range(1_000):
        # Not `random`, which a test may seed.
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("No port from 20000 to 31999 can be bound.")


def lacking(what: str) -> NoReturn:
    sentence = f"{what} is not installed; bin/test installs it on Debian."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)
