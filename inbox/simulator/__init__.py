"""A Twilio simulator for practice and tests: real HTTP, real signatures, no real texts.

records.py    accounts, numbers, messages, handsets; world.py holds them
app.py        the Quart app: rest, messages, media, numbers, accounts as at Twilio;
              handsets (simulated phones), control (faults)
network.py    carries a text to a handset; receipts reports it
incoming.py   receives a text from a handset; webhook_calls and webhooks call the app
faults.py     faults on demand
serving.py    `running(world)` serves everything in the current event loop
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
