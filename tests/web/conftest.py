"""The inbox without sockets, for what depends on how it was set up."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Protocol

import pytest

from inbox.app import App
from inbox.config import Config


class Opening(Protocol):
    def __call__(self, **settings: Any) -> AbstractAsyncContextManager[App]: ...


@pytest.fixture
def opening(config: Config) -> Opening:
    """Opens an inbox, with nobody in it yet, whose settings differ in this or that."""

    @asynccontextmanager
    async def open_(**settings: Any) -> AsyncIterator[App]:
        app = App(replace(config, **settings))
        async with app.quart.test_app():
            yield app

    return open_
