"""Errors that end a request: one table for the web and the API.

Screens show most refusals where they were caused, in the words of rules/reasons.py. What no handler
shows gets the status here, and programs get the code and the sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.models.broadcasts.audience import MAX_TARGETS
from inbox.models.finders import NotFound
from inbox.models.group import MAX_GROUPS, TooManyGroups
from inbox.models.members.consent import OnlyTheyCanUndo
from inbox.models.permissions import NotAllowed
from inbox.rules.reasons import reason_for
from inbox.rules.refusals import CannotSend
from inbox.rules.segments import MAX_TEXT_LENGTH


@dataclass(frozen=True)
class Refusal:
    status: int
    code: str
    sentence: str


_REFUSALS: Mapping[type[Exception], Refusal] = {
    # Also for rows of another church, so that no one learns that they exist.
    NotFound: Refusal(
        404, "not_found", "There is nothing at this address that this token may see."
    ),
    NotAllowed: Refusal(403, "forbidden", "An API token cannot do this."),
    TooManyGroups: Refusal(
        422, "too_many_groups", f"There are {MAX_GROUPS} groups already, and no more fit."
    ),
    OnlyTheyCanUndo: Refusal(
        409, "only_they_can", "The member texted STOP, so only their START undoes it."
    ),
}
# Why a text is refused, in the API's own names for its input. Other codes use the screens' words.
TEXT_REFUSALS = {
    "empty": "content is empty.",
    "too_long": f"content is longer than {MAX_TEXT_LENGTH} characters.",
    "too_long_merged": f"With a name, content is longer than {MAX_TEXT_LENGTH} characters.",
    "unknown_field": "content holds braces that nothing is filled in for; {first_name} is.",
    "no_target": "targetIds is empty, so this would reach nobody.",
    "too_many_targets": f"targetIds holds more than {MAX_TARGETS} ids.",
    "unknown_target": "targetIds holds an id that this church does not have.",
    "not_connected": "The church has not connected a Twilio account and number yet.",
}
REFUSED: tuple[type[Exception], ...] = (*_REFUSALS, CannotSend)


def refusal_of(error: Exception) -> Refusal:
    """The refusal for an error in REFUSED."""
    if isinstance(error, CannotSend):
        reason = reason_for(error.code)
        sentence = TEXT_REFUSALS.get(error.code, f"{reason.text} {reason.remedy}")
        return Refusal(422, error.code, sentence)
    return next(refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind))
