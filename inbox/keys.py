"""Keys: the UUIDs with which browsers and API clients send a text exactly once."""

import uuid


def new_key() -> str:
    return str(uuid.uuid4())


def checked_key(key: str) -> str:
    """A client's key in its canonical form. ValueError if it is not a UUID."""
    return str(uuid.UUID(key))
