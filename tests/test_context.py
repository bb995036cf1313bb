"""The context closes in order: nothing that it has begun asks a closed database."""

import logging

import pytest

from inbox import db
from inbox.config import Config
from inbox.context import Context
from inbox.live.screens import Screens as LiveScreens
from tests import cast as the_cast
from tests.house import Screens


async def test_screens_are_told_before_the_database_closes(
    config: Config, screens: Screens, caplog: pytest.LogCaptureFixture
) -> None:
    context = Context.from_config(config, LiveScreens(screens))
    await db.open_database(config)
    cast = await the_cast.assemble(context.seal)
    context.screens.show_counts_soon(cast.grace.id)
    assert screens.told == []

    await context.close()
    await db.close_database()

    assert {event for event, _, _ in screens.told} == {"put"}
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
