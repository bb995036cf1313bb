"""Run the named benchmarks, or all of them: `bin/bench [name …]`.

A size may follow a name: `bin/bench memory=20000`.
"""

import importlib
import signal
import sys

NAMES = ("inbound", "live", "pages", "broadcast", "search", "memory", "load")


def main() -> None:
    # When told to stop, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    asked = [word.partition("=") for word in sys.argv[1:] or NAMES]
    if unknown := [name for name, _, _ in asked if name not in NAMES]:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(NAMES)}.")
    for name, _, much in asked:
        importlib.import_module(f"bench.{name}").main(*([int(much)] if much else []))


if __name__ == "__main__":
    main()
