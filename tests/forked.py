"""`inbox COMMAND` as a process of its own, forked from one that has imported everything.

Importing takes longer than most of what a test does with the process. Unlike one that is started by
its user, it has imported everything in the tests' environment, has the same seed for `hash` as its
siblings, and ends without `atexit`. tests/test_cli.py starts the command as its users do.
"""

import os
import resource
import sys
import time
from collections.abc import Mapping
from contextlib import chdir
from multiprocessing import forkserver, get_context
from multiprocessing.process import BaseProcess, parent_process
from pathlib import Path
from threading import Thread

from inbox import cli

HERE = Path(__file__).parent.parent
_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload([__name__, "inbox.cli", "inbox.server.processes"])


def forked(
    command: str, settings: Mapping[str, str], output: Path, handles: int | None
) -> BaseProcess:
    """Start `inbox COMMAND` with these settings, and nothing else in its environment.

    It appends its error output to `output`. `handles` is how many files and connections it may
    open, if not as many as this process.
    """
    environ = {"PATH": os.environ["PATH"], **settings}
    with chdir(HERE):
        # It imports from its working folder, or else from wherever the inbox is installed.
        forkserver.ensure_running()
    process = _SERVER.Process(target=_run, args=(command, environ, output, handles), daemon=True)
    process.start()
    return process


def _run(command: str, environ: Mapping[str, str], output: Path, handles: int | None) -> None:
    _redirect(Path(os.devnull), sys.stdout.fileno())
    _redirect(output, sys.stderr.fileno())
    Thread(target=_die_with_the_tests, daemon=True).start()
    if handles:
        resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))
    os.chdir(HERE)
    # The usual default: everyone can read new files.
    os.umask(0o022)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = ["inbox", command]
    sys.exit(cli.main())


def _redirect(file: Path, to: int) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_APPEND)
    os.dup2(opened, to)
    os.close(opened)


def _die_with_the_tests() -> None:
    """A killed test session leaves no processes behind."""
    tests = parent_process()
    assert tests
    tests.join()
    os._exit(1)
