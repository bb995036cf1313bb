"""Why something is refused before it is stored; the rows of rules/reasons.py that are about that.

A row: a code, whether it is worth pressing the same button again; what happened; what to do.
"""

from inbox.rules.segments import MAX_BODY
from inbox.words import N_


class CannotSend(Exception):
    """A text that is refused before it is stored; `code` is a reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# fmt: off
REFUSALS: tuple[tuple[str, bool, str, str], ...] = (
    ("empty", False,
     N_("There is nothing in this text yet."),
     N_("Write something, then send it.")),
    ("too_long", False,
     N_("This text is longer than 1,600 characters."),
     N_("Shorten it, or send it in two parts.")),
    ("unknown_field", False,
     N_("Something in braces would go out as it stands: only {first_name} is filled in."),
     N_("Correct it, or leave out the braces.")),
    ("key_taken", True,
     N_("This form has already sent another text."),
     N_("Your words are still here: press Send once more to send them, too.")),
    ("not_failed", False,
     N_("This text has not failed, so it is not sent again."),
     N_("Its ticks tell how far it has got.")),
    ("not_waiting", False,
     N_("This text is not waiting any more: it has gone out, or was taken back."),
     N_("Its ticks tell how far it has got.")),
    ("taken_back", False,
     N_("This text was taken back already."),
     N_("Its words are in the composer of whoever took it back first.")),
    ("broadcast_begun", False,
     N_("This broadcast has begun to go out, or was canceled meanwhile: nothing was changed."),
     N_("Go back to it to see how far it has come.")),
    ("no_such_time", False,
     N_("That is not a day and time."),
     N_("Choose both from the calendar.")),
    ("time_skipped", False,
     N_("The clocks go forward then, so there is no such time on that day."),
     N_("Choose an hour before or after.")),
    ("time_past", False,
     N_("That time has passed already."),
     N_("Choose one to come, or send the text now.")),
    ("time_far", False,
     N_("That time is more than a year away."),
     N_("Choose one within a year.")),
    ("too_many_scheduled", False,
     N_("Twenty texts are waiting here for their time already."),
     N_("Send or cancel one of them first.")),
    ("no_target", False,
     N_("Nobody is chosen yet."),
     N_("Choose at least one group.")),
    ("too_many_targets", False,
     N_("That is more than can be chosen one by one."),
     N_("Choose groups, or everyone.")),
    ("unknown_target", False,
     N_("One of those chosen is not there any more."),
     N_("Choose again.")),
)
# fmt: on


def checked_body(body: str) -> str:
    """The text as it will be sent. Raises CannotSend when there is none or too much of it."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise CannotSend("empty")
    if len(body) > MAX_BODY:
        raise CannotSend("too_long")
    return body
