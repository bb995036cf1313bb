"""A texting inbox for churches.

The floors of the house; imports run downward only, and tests/test_house.py holds us to it:

    7  app  cli  server/  connections  doctor       wiring
       demo  practice/
    6  web/  api/  work/                            find, one verb of a model, show
    5  context  connecting  notifying  error_table  what a process was started with, and keeps
    4  live/                                        rooms, fragments, emit
    3  render  placing  paths  assets               templates, and where fragments belong
    2  models/  providers/  rate_limits             what is kept, and who carries it
    1  rules/                                       pure functions: no await, no I/O
    0  config  db  db_problems  sqlite  migrating  read once, passed down
       pulse  clock  keys  logs  seal  words  files  bundles  batching  privacy  routing

web/, api/ and work/ never import each other, nor do models/ and providers/. models/ has a file for
each row and a room for what happens to it: conversations/, broadcasts/, outbox/ and members/, and
on top of them texts/. migrations/ is written by the ORM.

simulator/ is a house of its own: a Twilio simulator. Only cli, demo and the tests open its door.
"""

__version__ = "0.1.0"
