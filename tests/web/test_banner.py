"""A problem that stops the whole church from texting is on every screen at once."""

from inbox.context import Context
from inbox.live import rooms
from inbox.models.scope import Scope
from tests.cast import Cast
from tests.house import Screens


async def test_a_pause_of_all_sending_appears_on_open_screens_and_disappears(
    context: Context, cast: Cast, screens: Screens
) -> None:
    room = rooms.inbox(Scope(cast.grace.id))
    context.screens.show_counts_soon(cast.grace.id)
    await context.screens.drain()
    assert "Sending is paused" not in screens.put_in(room)

    await cast.grace.report_problem("30002")
    context.screens.show_counts_soon(cast.grace.id)
    await context.screens.drain()
    assert "Sending is paused" in screens.put_in(room)
    assert "Sending is paused" not in screens.put_in(rooms.inbox(Scope(cast.hope.id)))

    screens.told.clear()
    await cast.grace.clear_problem()
    context.screens.show_counts_soon(cast.grace.id)
    await context.screens.drain()
    assert 'id="banner"' in screens.put_in(room)
    assert "Sending is paused" not in screens.put_in(room)
