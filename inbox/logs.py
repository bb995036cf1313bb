"""The log: what happened and where, never message bodies or phone numbers."""

import logging
import traceback
from types import TracebackType

FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# These log every statement and request with its values: bodies and phone numbers.
TALKATIVE = ("tortoise", "aiosqlite", "twilio", "hypercorn.access", "engineio", "socketio")

Fault = tuple[type[BaseException], BaseException, TracebackType | None]


class WithoutWords(logging.Formatter):
    """An exception's type and place only: database errors contain values."""

    def formatException(self, ei: Fault | tuple[None, None, None]) -> str:
        kind, fault, trace = ei
        if kind is None:
            return ""
        said = [*traceback.format_tb(trace), kind.__name__]
        if cause := fault and (fault.__cause__ or fault.__context__):
            said.append(
                f"\nafter\n{self.formatException((type(cause), cause, cause.__traceback__))}"
            )
        return "".join(said)


def _is_news(record: logging.LogRecord) -> bool:
    """asyncio reports every write to a closed connection; strangers can cause thousands."""
    return not record.getMessage().startswith("socket.send() raised")


def set_up_logging() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutWords(FORM))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("asyncio").addFilter(_is_news)
