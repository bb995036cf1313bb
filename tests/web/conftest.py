"""The inbox without sockets, for tests that depend on its settings."""

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
    """Open an inbox with these settings changed and no staff yet."""

    @asynccontextmanager
    async def open_(**settings: Any) -> AsyncIterator[App]:
        app = App(replace(config, **settings))
        async with app.quart.test_app():
            yield app

    return open_
