"""A pretend Twilio, for practice and for tests: real HTTP, real signatures, no real texts.

records.py    what there is: accounts, numbers, messages, handsets; world.py keeps it all
app.py        the Quart app: rest, messages, media, numbers, accounts as at Twilio;
              handsets (phones to type on), control (faults)
network.py    what happens to a text on its way to a handset; receipts tell of it
incoming.py   what happens to a text from a handset; calls and webhooks do the telling of both
faults.py     trouble on demand
serving.py    `running(world)` serves it all in the current event loop
"""

from .app import create_simulator
from .faults import Fault, Faults
from .incoming import text_from
from .network import Network
from .records import Account, Handset, Message, Number
from .serving import RunningSimulator, running
from .world import PRACTICE_SID, PRACTICE_TOKEN, World

__all__ = [
    "PRACTICE_SID",
    "PRACTICE_TOKEN",
    "Account",
    "Fault",
    "Faults",
    "Handset",
    "Message",
    "Network",
    "Number",
    "RunningSimulator",
    "World",
    "create_simulator",
    "running",
    "text_from",
]
