"""`inbox COMMAND` as a process of its own, forked from one that has imported everything.

Importing takes longer than most of what a test does with the process. tests/test_cli.py starts the
command as its users do.
"""

import os
import resource
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess, parent_process
from pathlib import Path
from threading import Thread

from inbox import cli

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload([__name__, "inbox.cli", "inbox.server.processes"])


def forked(
    command: str, settings: Mapping[str, str], output: Path, handles: int | None
) -> BaseProcess:
    """Started, with these settings and nothing else from our environment.

    It writes its error output to `output`. `handles` is how many files and connections it may open,
    if not as many as this process.
    """
    environ = {"PATH": os.environ["PATH"], **settings}
    process = _SERVER.Process(target=_run, args=(command, environ, output, handles), daemon=True)
    process.start()
    return process


def _run(command: str, environ: Mapping[str, str], output: Path, handles: int | None) -> None:
    Thread(target=_die_with_the_tests, daemon=True).start()
    if handles:
        resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles))
    # The usual default: everyone can read new files.
    os.umask(0o022)
    os.environ.clear()
    os.environ.update(environ)
    nowhere, log = os.open(os.devnull, os.O_WRONLY), os.open(output, os.O_WRONLY | os.O_APPEND)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    sys.argv = ["inbox", command]
    sys.exit(cli.main())


def _die_with_the_tests() -> None:
    """A killed test session leaves no processes behind."""
    tests = parent_process()
    assert tests
    tests.join()
    os._exit(1)
