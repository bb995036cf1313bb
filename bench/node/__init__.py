"""The second baseline for live updates: Socket.IO's own server on node, only for the benchmark."""

import os
import shutil
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bench.stand import HERE, Server, serving_command

SOURCES = Path(__file__).parent
# Everything is created here; nothing of it belongs to the inbox.
BUILT = HERE / "build" / "bench-node"
FILES = ("package.json", "package-lock.json", "emit.mjs")


def node_emit() -> AbstractAsyncContextManager[Server]:
    """A process that emits what is posted at /emit, as `bench.standins emit` does."""
    if not (shutil.which("node") and shutil.which("npm")):
        sys.exit("bench/live.py compares with node: run bin/packages nodejs npm, and try again.")
    BUILT.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(SOURCES / name, BUILT / name)
    if not (BUILT / "node_modules").is_dir():
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=BUILT, check=True)
    return serving_command(["node", str(BUILT / "emit.mjs")], PATH=os.environ["PATH"])
