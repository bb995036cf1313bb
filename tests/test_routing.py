"""Routes only match URLs; they do not build them."""

import pytest
from quart import Quart, url_for

from inbox.routing import RoutedQuart


async def test_a_route_is_matched_and_builds_no_url() -> None:
    app: Quart = RoutedQuart("inbox", static_folder=None, template_folder=None)

    @app.get("/things/<int:id>")
    async def thing(id: int) -> str:
        return f"Thing {id}"

    client = app.test_client()
    assert await (await client.get("/things/7")).get_data(as_text=True) == "Thing 7"
    assert (await client.get("/things/none")).status_code == 404
    async with app.test_request_context("/"):
        with pytest.raises(NotImplementedError, match=r"/things/<int:id> to inbox/paths.py"):
            url_for("thing", id=7)
