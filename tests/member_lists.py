"""Read whole member lists."""

from inbox.rules.member_list import Line, read_list


def lines_of(text: str, country: str = "US") -> list[Line]:
    """All lines of a list except empty ones and the heading."""
    return read_list(text, country, len(text)).lines
