"""What an action costs a small church and a large one."""

from collections.abc import Awaitable, Callable

from inbox import db
from tests.cast import Cast
from tests.costs import cost_of
from tests.large import fill

SMALL, LARGE = 200, 2_000
# The index tree may be one level higher, or a page not read yet.
MORE = 1.2
# Far less than looking at each member takes.
SLACK = 600


async def assert_grows_little(
    cast: Cast,
    analyzed: bool,
    prepare: Callable[[], Awaitable[object]],
    action: Callable[[], Awaitable[object]],
) -> None:
    """With ten times the members, `action` costs about the same. `prepare` runs before each."""
    costs = []
    for members in (SMALL, LARGE):
        await fill(cast, members, texts=2)
        await prepare()
        if analyzed:
            await db.rows("analyze")
        costs.append(await cost_of(action))
    small, large = costs
    assert small > 0
    assert large <= MORE * small + SLACK, f"the cost grows from {small} to {large}"
