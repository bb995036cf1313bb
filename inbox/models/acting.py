"""Changes that someone makes because of their role, which must still be theirs when the change is
stored."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from inbox import db
from inbox.models.church import Church
from inbox.models.permissions import Action, Actor, NotAllowed, check


class Acting(Actor, Protocol):
    """A member of staff, or a program with an API token."""

    church_id: int

    async def find_again(self) -> Actor | None:
        """The same actor as stored now; None for one who has left or was revoked."""


@asynccontextmanager
async def acting(by: Acting | None, action: Action) -> AsyncIterator[None]:
    """Open a transaction in which `by` has this permission, and keeps it until the end.

    Hashing a password or asking Twilio takes a while after the request was allowed, and two owners
    may remove each other at the same moment. So the changes of one church queue up here, and each
    looks again. None is the administrator, at the command line. Raises NotAllowed. Await nothing
    slow inside.
    """
    async with db.transaction():
        if by is not None:
            await _check_again(by, action)
        yield


async def _check_again(by: Acting, action: Action) -> None:
    await Church.lock(by.church_id)
    found = await by.find_again()
    if found is None:
        raise NotAllowed
    check(found, action)
