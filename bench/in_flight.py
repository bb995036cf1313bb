"""`inbox serve` with another number of texts in flight: `python -m bench.in_flight 100`."""

import sys
from functools import partial

from inbox import cli
from inbox.work import worker
from inbox.work.outbox import Outbox

if __name__ == "__main__":
    most = int(sys.argv[1])
    worker.Outbox = partial(Outbox, most_in_flight=most)  # type: ignore[misc,assignment]
    sys.argv = ["inbox", "serve"]
    sys.exit(cli.main())
