"""Estimates a broadcast before it is sent: segments for each member and in total."""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.rules.merge import STAND_IN, fields_in, merge
from inbox.rules.segments import MAX_TEXT_LENGTH, measure


@dataclass(frozen=True, slots=True)
class Estimate:
    """`fewest` and `most` segments for one member, and `total` for all; 0 without recipients.
    `too_long`: the first name that makes the text longer than Twilio accepts, and that length."""

    fewest: int
    most: int
    total: int
    too_long: tuple[str, int] | None


def estimate(template: str, first_names: Mapping[str, int], stand_in: str = STAND_IN) -> Estimate:
    """`first_names`: the number of members with each; "" where the name is unknown."""
    personal = "first_name" in fields_in(template)
    known: dict[str | int, tuple[int, int]] = {}
    fewest, most, total = 0, 0, 0
    too_long: tuple[str, int] | None = None
    for name, people in first_names.items():
        shape = _shape(name or stand_in) if personal else 0
        if shape not in known:
            text = merge(template, first_name=name, stand_in=stand_in)
            known[shape] = (measure(text).count, len(text))
        count, length = known[shape]
        if length > MAX_TEXT_LENGTH and (too_long is None or length > too_long[1]):
            too_long = (name or stand_in, length)
        fewest = min(fewest or count, count)
        most = max(most, count)
        total += count * people
    return Estimate(fewest, most, total, too_long)


def _shape(name: str) -> str | int:
    """Names of the same shape take the same number of units; for ASCII letters, their count."""
    return len(name) if name.isascii() and name.isalpha() else name


def seconds_for(segments: int, rate: float) -> float:
    """Seconds to send the segments at this rate per second; 0 without a limit."""
    return segments / rate if rate else 0.0
