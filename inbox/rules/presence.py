"""What someone is doing in a conversation, and how long that counts without being repeated."""

from typing import Literal

State = Literal["viewing", "writing", "away"]
STATES: tuple[State, ...] = ("viewing", "writing", "away")
# Seconds. Browsers get these from the page, and repeat what they said after half of that.
LASTS: dict[State, int] = {"viewing": 30, "writing": 6}
