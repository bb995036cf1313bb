"""Keys: the UUIDs under which browsers and programs send a text exactly once."""

import uuid


def new_key() -> str:
    return str(uuid.uuid4())


def checked_key(key: str) -> str:
    """The key that a browser or program chose, in one spelling. ValueError if it is not a UUID."""
    return str(uuid.UUID(key))
