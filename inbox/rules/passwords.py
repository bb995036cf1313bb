"""Password rules: refuses passwords that are too short, too long, or easily guessed."""

import re
from collections.abc import Iterable

from inbox.i18n import N_, Problem

MIN_PASSWORD = 10
MAX_PASSWORD = 200
# Of zxcvbn's 0 to 4: "safely unguessable" within a hundred million guesses.
MIN_SCORE = 3
# It is slow for long passwords. A strong beginning stays strong.
LOOKED_AT = 72
# Letters. Shorter words of the owner's are not looked for in the password.
MIN_OWN = 3
# Letters that a password must have besides the owner's words.
MIN_OTHER = 4


def weakness(password: str, own: Iterable[str]) -> Problem | None:
    """What is wrong with a new password; `own` holds its owner's name, email address, and church.
    Takes several milliseconds: keep it off the event loop.
    """
    if len(password) < MIN_PASSWORD:
        return Problem(N_("The password needs at least %(least)s characters."), least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        return Problem(N_("The password can have at most %(most)s characters."), most=MAX_PASSWORD)
    words = [word for text in own for word in _words(text) if len(word) >= MIN_OWN]
    if _is_only(password, words):
        return Problem(
            N_(
                "Your name, your email address, and your church's name are the first guesses "
                "others would try. Choose a password without them."
            )
        )
    if _score(password, words) < MIN_SCORE:
        return Problem(
            N_(
                "That password is easy to guess. Choose four or five words that have nothing to "
                "do with each other, or let your browser suggest one."
            )
        )
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _is_only(password: str, own: list[str]) -> bool:
    """Whether little is left after removing the owner's words, digits, and signs."""
    left = "".join(_words(password))
    for word in sorted(own, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < MIN_OTHER and any(word in password.casefold() for word in own)


def _score(password: str, own: list[str]) -> int:
    # Its word lists load slowly and are needed only to choose a password.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    return int(zxcvbn(password[:LOOKED_AT], user_inputs=own)["score"])
