"""A texting inbox for churches.

The layers. A module may import only from layers below its own; tests/test_house.py checks this.

    9  cli                                          the commands
    8  demo                                         the practice church in one process
    7  app  server/  connection_limits  doctor      processes, their connections, and a checkup
       practice/                                    what the practice church is made of
    6  web/  api/  work/                            request handlers, API, background loops
    5  context  twilio_setup                        per-process context, connecting a church to
       push_sender  http_errors                     Twilio, push notifications, refused requests
    4  live/                                        rooms, fragments, emit
    3  render  dom_ids  paths  assets               templates, and where fragments belong
    2  models/  providers/  rate_limits             database rows and their verbs, Twilio and push
                                                    services, rate limits
    1  rules/                                       pure functions: no await, no I/O
    0  config  db  db_problems  sqlite  migrating   settings, database, clock, logs: needed
       db_health  clock  keys  logs  seal  i18n      everywhere
       files  bundles  template_cache  batching
       privacy  routing  canceling

web/, api/ and work/ never import each other, nor do models/ and providers/.

models/ has one module per table and one package for the operations on it: conversations/, members/
and broadcasts/. The table of messages has two: outbox/ sends what is queued, and texts/, above the
others, receives, replies, schedules, and undoes. migrations/ is written by the ORM.

simulator/, a Twilio simulator, is a house of its own. Only cli, demo, and the tests import it.
"""

__version__ = "0.1.0"
