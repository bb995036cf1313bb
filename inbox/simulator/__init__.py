"""A pretend Twilio, for practice and for tests: real HTTP, real signatures, no real texts.

world.py      what there is: accounts, numbers, messages, handsets
app.py        the Quart app: rest, messages, media, numbers, accounts as at Twilio;
              handsets (phones to type on), control (faults)
network.py    what happens to a text on its way; receipts, calls and webhooks tell of it
faults.py     trouble on demand
serving.py    `running(world)` serves it all in the current event loop
"""

from .app import create_simulator
from .faults import Fault, Faults
from .network import Network
from .serving import RunningSimulator, running
from .world import PRACTICE_SID, PRACTICE_TOKEN, Account, Handset, Message, Number, World

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
]
