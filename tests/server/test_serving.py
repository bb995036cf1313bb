"""The same inbox under each server that SERVER can select."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from inbox import paths
from inbox.config import SERVERS, Config, ServerName
from inbox.keys import new_key
from inbox.models import Conversation, Message
from inbox.server.serving import MAX_FRAME
from tests.cast import NAOMI, token_of
from tests.house import House, running_house, until
from tests.live.browser import browsers

pytestmark = pytest.mark.parametrize("server", SERVERS)
ENDED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


@pytest.fixture
async def served(config: Config, server: ServerName) -> AsyncIterator[House]:
    async with running_house(replace(config, server=server)) as house:
        yield house


async def test_a_text_arrives_is_seen_and_answered(served: House) -> None:
    async with browsers(served, served.cast.ruth) as [ruth]:
        await ruth.join("inbox")
        await served.text(NAOMI, "May I bring my dog?")
        await until(lambda: _holds("my dog" in ruth.html))
        conversation = await Conversation.get(member__phone=NAOMI)
        browser = await served.browser(served.cast.ruth)
        page = await browser.get(paths.conversation(conversation.id))
        assert page.status == 200 and "my dog" in await page.text()
        form = {"body": "Yes!", "key": new_key()}
        assert (await browser.post(paths.messages(conversation.id), data=form)).ok
        await served.settled()
        assert (await Message.get(kind="out")).status == "delivered"


async def test_it_stops_at_once_although_browsers_are_connected(served: House) -> None:
    async with browsers(served, served.cast.ruth, served.cast.ruth):
        async with asyncio.timeout(5):
            await served.stop()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])))
    await served.start()


async def test_websockets_are_not_compressed(served: House) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Cookie": f"inbox={await token_of(served.cast.ruth)}", "Origin": served.url}
        url = f"{served.url}/socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(url, headers=headers, compress=15) as ws:
            assert (await ws.receive_str()).startswith("0{")
            assert not ws.compress


async def test_a_frame_that_is_too_large_ends_only_its_own_connection(served: House) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Cookie": f"inbox={await token_of(served.cast.ruth)}", "Origin": served.url}
        url = f"{served.url}/socket.io/?EIO=4&transport=websocket"
        async with session.ws_connect(url, headers=headers) as ws:
            await ws.receive_str()
            await ws.send_str("4" * (2 * MAX_FRAME))
            async with asyncio.timeout(5):
                while (await ws.receive()).type not in ENDED:
                    pass
    assert (await (await served.browser()).get("/healthz")).status == 200


async def _holds(value: bool) -> bool:
    return value
