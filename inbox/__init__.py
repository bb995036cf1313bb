"""A texting inbox for churches.

The floors of the house; imports run downward only, and tests/test_house.py holds us to it:

    6  app  cli  seed                     wiring
    5  web/  api/  work/                  thin: find, one verb of a model, show; never each other
    4  live/                              rooms, fragments, emit
    3  render  paths  assets  context     paper: templates and addresses; no database
    2  models/  providers/                what is kept, and who carries it; never each other
    1  rules/                             pure functions: no await, no I/O
    0  config  files  db  pulse  privacy  logs  seal  words  read once, passed down

simulator/ is a house of its own: a pretend Twilio. Only cli and the tests open its door.
"""

__version__ = "0.1.0"
