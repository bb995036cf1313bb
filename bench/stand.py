"""The base of the benchmarks: databases, servers in their own processes, tables, and results."""

import asyncio
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, TypeVar

import aiohttp

from inbox import db
from inbox.config import Config
from inbox.context import Context
from tests import cast as the_cast
from tests.cast import Cast
from tests.house import until
from tests.services import dies_with_us, free_port, new_postgres_database, run_postgres

HERE = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
# Seconds. Anything that takes longer hangs.
MAX_SECONDS = 600.0
# Nothing listens there: no text leaves the machine.
NO_TWILIO = "http://127.0.0.1:9"

Row = dict[str, object]
Found = TypeVar("Found")


@dataclass
class Server:
    """A process that serves at `url`."""

    process: "subprocess.Popen[bytes]"
    url: str

    @property
    def cpu(self) -> float:
        """Seconds of one core that it has used so far."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Resident memory, in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def serving(module: str, *words: str, **environ: str) -> AbstractAsyncContextManager[Server]:
    """`python -m module words`, with its PORT set, until the block ends."""
    return serving_command([sys.executable, "-m", module, *words], **environ)


@asynccontextmanager
async def serving_command(command: Sequence[str], **environ: str) -> AsyncIterator[Server]:
    """This command, with its PORT set, until the block ends."""
    port = int(environ.get("PORT") or free_port())
    url = f"http://127.0.0.1:{port}"
    # Its log would appear between the tables.
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: ASYNC220
            [*dies_with_us(), *command],
            cwd=HERE,
            env={"PATH": os.environ["PATH"], "PORT": str(port), "PUBLIC_URL": url} | environ,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            await until(lambda: _answers(process, url, log), within=60)
            yield Server(process, url)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _answers(process: "subprocess.Popen[bytes]", url: str, log: IO[bytes]) -> bool:
    if process.poll() is not None:
        log.seek(0)
        sys.exit(f"The server ended by itself:\n{log.read().decode(errors='replace')}")
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/healthz") as answer:
                return answer.status == 200
    except aiohttp.ClientError:
        return False


@dataclass
class Home:
    """A migrated database with the cast in it, open in this process too, and its settings."""

    config: Config
    cast: Cast

    def inbox(self) -> AbstractAsyncContextManager[Server]:
        return inbox_on(self.config.database_url, str(self.config.data_dir), self.config.port)


def inbox_on(
    url: str,
    folder: str,
    port: int | None = None,
    twilio: str = NO_TWILIO,
    serve: Sequence[str] = ("inbox.cli", "serve"),
) -> AbstractAsyncContextManager[Server]:
    """`inbox serve` on this database, in its own process."""
    settings = {"DATA_DIR": folder, "DATABASE_URL": url, "TWILIO_API_URL": twilio}
    settings["PORT"] = str(port or free_port())
    # The web server to measure: see docs/servers.md.
    settings["SERVER"] = os.environ.get("SERVER", "")
    return serving(*serve, SEND_RATE="0", **settings)


def kinds() -> list[str]:
    """The databases to measure on. BENCH_DATABASE names only one of them."""
    return os.environ.get("BENCH_DATABASE", "sqlite postgres").split()


def on_each_database(measure: Callable[[str, str], Coroutine[Any, Any, list[Row]]]) -> list[Row]:
    """The results of `measure(kind, url)` on a fresh "sqlite" and a fresh "postgres", both
    durable.
    """
    rows: list[Row] = []
    for kind in kinds():
        with database(kind) as url:
            rows += apart(measure, kind, url)
    return rows


def apart(work: Callable[..., Coroutine[Any, Any, Found]], *given: Any) -> Found:
    """`await work(*given)` in its own process, because the ORM supports one dialect per process.

    It ends with this process, or after MAX_SECONDS.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_run, args=(there, work, *given), daemon=True)
    process.start()
    there.close()
    try:
        found: Found = here.recv()
    except EOFError:
        sys.exit("  This could not be measured; see the words above.")
    finally:
        process.terminate()
        process.join()
    return found


def _run(there: Connection, work: Callable[..., Coroutine[Any, Any, object]], *given: Any) -> None:
    async def run() -> object:
        async with asyncio.timeout(MAX_SECONDS):
            return await work(*given)

    there.send(asyncio.run(run()))


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with run_postgres(durable=True) as server:
            yield new_postgres_database(server)
    else:
        with tempfile.TemporaryDirectory(prefix="inbox-bench-") as folder:
            yield f"sqlite://{folder}/inbox.sqlite3"


@asynccontextmanager
async def home(url: str, folder: str | None = None) -> AsyncIterator[Home]:
    with tempfile.TemporaryDirectory(prefix="inbox-bench-") as another:
        environ = {"DATABASE_URL": url, "PORT": str(free_port()), "SEND_RATE": "0"}
        config = Config.from_environ(environ | {"DATA_DIR": folder or another})
        context = Context.from_config(config)
        await db.open_database(config)
        try:
            await db.migrate_database()
            yield Home(config, await the_cast.assemble(context.seal))
        finally:
            await context.close()
            await db.close_database()


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def table(title: str, rows: Sequence[Row]) -> None:
    """Print rows that have the same columns."""
    print(f"\n{title}")
    columns = list(rows[0])
    cells = [columns, *([_cell(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    for line in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def keep(name: str, rows: Sequence[Row]) -> None:
    """Write the rows into results/, with the date and the machine."""
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    facts = {
        "measured_at": at.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "rows": list(rows),
    }
    file = RESULTS / f"{name}-{at:%Y%m%dT%H%M%S}.json"
    file.write_text(json.dumps(facts, indent=1) + "\n")
    print(f"  -> bench/results/{file.name}", flush=True)


async def rest(seconds: float = 0.2) -> None:
    """Work in progress ends before the next slice is measured."""
    await asyncio.sleep(seconds)
