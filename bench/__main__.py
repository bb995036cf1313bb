"""Run the benchmarks that are named, or all of them: `bin/bench [inbound|live|pages|broadcast]`."""

import importlib
import sys

NAMES = ("inbound", "live", "pages", "broadcast")


def main() -> None:
    names = sys.argv[1:] or list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        sys.exit(f"There is no {', '.join(unknown)}; there are {', '.join(NAMES)}.")
    for name in names:
        importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
