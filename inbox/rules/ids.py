"""Row ids from untrusted input."""

# The largest bigint.
MAX_ID = 2**63 - 1
MAX_ID_LENGTH = len(str(MAX_ID))


def an_id(text: str | None) -> int | None:
    """The id in this text, or None if no row can have it."""
    # Python refuses to parse numbers with thousands of digits.
    if not text or not text.isascii() or not text.isdigit() or len(text) > MAX_ID_LENGTH:
        return None
    id = int(text)
    return id if id <= MAX_ID else None
