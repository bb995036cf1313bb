"""Who shares a list: staff with the same scope, unless the list is personal."""

import pytest

from inbox.models.conversations.listing import Listing, page
from inbox.models.conversations.views import VIEWS
from tests.cast import Cast
from tests.costs import asked

FILTERS = ("", "unread", "failed", "opted-out", "number-1", "group-1", "person-1")


@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("view", VIEWS)
async def test_colleagues_are_shown_the_same_rows_unless_the_list_is_personal(
    cast: Cast, view: str, filter: str
) -> None:
    listing = Listing.read(view, filter)
    assert (listing.view, listing.filter) == (view, filter)
    with asked() as for_ruth:
        await page(cast.ruth, listing)
    with asked() as for_daniel:
        await page(cast.daniel, listing)
    assert for_ruth
    assert (for_ruth != for_daniel) == listing.is_personal
