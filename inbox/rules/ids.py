"""Row ids from untrusted input."""

# The largest bigint.
LARGEST_ID = 2**63 - 1
LONGEST_ID = len(str(LARGEST_ID))


def an_id(text: str | None) -> int | None:
    """The id in this text, or None if no row can have it."""
    # Python refuses to parse numbers with thousands of digits.
    if not text or not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        return None
    id = int(text)
    return id if id <= LARGEST_ID else None
