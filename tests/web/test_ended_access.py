"""A session or token that ends during a request."""

from collections.abc import AsyncIterator

import pytest

from inbox import paths
from inbox.models import ApiToken, Member, Session
from tests.house import House

FORM = b"name=Esther+Quist&phone=2025550188&list=Esther+Quist%2C+202+555+0188&sure=yes"
JSON = b'{"name": "Esther Quist", "phone": "+12025550188"}'


@pytest.mark.parametrize("path", [paths.people_settings(), paths.import_people(), "/api/members"])
@pytest.mark.parametrize("ended", [False, True])
async def test_access_that_ends_during_a_slow_request_is_refused(
    house: House, path: str, ended: bool
) -> None:
    _, token = await ApiToken.issue(house.cast.grace, "A program", by=house.cast.ruth)
    browser = await house.browser(house.cast.ruth)
    body, kind = (JSON, "json") if path.startswith("/api") else (FORM, "x-www-form-urlencoded")

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:5]
        # A second request on another connection: when it is answered, the first has long arrived.
        for _ in range(3):
            assert (await (await house.browser()).get("/healthz")).status == 200
        if ended:
            await Session.all().delete()
            await ApiToken.all().update(revoked_at=house.cast.grace.created_at)
        yield body[5:]

    headers = {"Content-Type": f"application/{kind}", "Authorization": f"Bearer {token}"}
    answer = await browser.post(path, data=slowly(), headers=headers, allow_redirects=False)
    assert answer.status == 401 if ended else answer.status < 400, await answer.text()
    assert await Member.exists(name="Esther Quist") != ended
