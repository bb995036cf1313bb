"""A program's text travels the whole way: over real HTTP, through the worker, to simulated
phones.
"""

from typing import Any

import aiohttp

from inbox.models import ApiToken
from tests.cast import GEORGE, NAOMI, STRANGER
from tests.house import House, until


async def test_a_programs_text_reaches_the_phones_and_can_be_followed(house: House) -> None:
    _, token = await ApiToken.issue(house.cast.grace, "The website", by=None)
    await house.cast.george.opt_out()
    headers = {"Authorization": f"Bearer {token}"}
    body = {
        "content": "Hello {first_name}, soup on Friday at six.",
        "targetType": "individual",
        "targetIds": [house.cast.naomi.id, GEORGE, STRANGER],
    }

    async with aiohttp.ClientSession(house.url, headers=headers) as program:
        async with program.post("/api/messages/send", json=body) as answer:
            assert answer.status == 200
            message_id = (await answer.json())["messageId"]

        async def progress() -> dict[str, Any]:
            async with program.get(f"/api/messages/{message_id}") as answer:
                data: dict[str, Any] = (await answer.json())["data"]
                return data

        async def done() -> bool:
            return bool((await progress())["status"] == "done")

        await until(done, every=0.1)
        await house.settled()
        data = await progress()

    assert data["status"] == "done"
    assert {name: count for name, count in data["counts"].items() if count} == {
        "total": 3,
        "delivered": 2,
        "optedOut": 1,
    }
    assert received(house, NAOMI) == ["Hello Naomi, soup on Friday at six."]
    assert received(house, STRANGER) == ["Hello friend, soup on Friday at six."]
    assert received(house, GEORGE) == []


def received(house: House, phone: str) -> list[str]:
    return [bubble.body for bubble in house.world.handset(phone).bubbles]
