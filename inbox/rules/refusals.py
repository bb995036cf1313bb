"""Why something is refused before it is stored; the rows of rules/reasons.py that are about that.

A row: a code, whether it is worth pressing the same button again; what happened; what to do.
"""

from inbox.i18n import N_
from inbox.rules.merge import unknown_in
from inbox.rules.segments import MAX_TEXT_LENGTH


class CannotSend(Exception):
    """A text that is refused before it is stored; `code` is a reason code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotFilledIn(CannotSend):
    """The text contains a {field} that cannot be filled in, so everyone would see it as typed."""

    def __init__(self, field: str) -> None:
        super().__init__("unknown_field")
        self.field = field


# fmt: off
REFUSALS: tuple[tuple[str, bool, str, str], ...] = (
    ("empty", False,
     N_("This text is empty."),
     N_("Write something, then send it.")),
    ("too_long", False,
     N_("This text is longer than 1,600 characters."),
     N_("Shorten it, or send it in two parts.")),
    ("unknown_field", False,
     N_("The words in braces would be sent as they are: only {first_name} is replaced."),
     N_("Your text is not lost: correct it, or leave out the braces.")),
    ("key_taken", True,
     N_("This form already sent another text."),
     N_("Your text is still here. Press Send again to send it too.")),
    ("not_failed", False,
     N_("This text has not failed, so it is not sent again."),
     N_("The check marks show its delivery status.")),
    ("not_waiting", False,
     N_("This text is no longer waiting: it was sent or undone."),
     N_("The check marks show its delivery status.")),
    ("already_undone", False,
     N_("This text was already undone."),
     N_("Whoever undid it first has its text in their composer.")),
    ("broadcast_begun", False,
     N_("This broadcast has started sending or was canceled in the meantime. Nothing was changed."),
     N_("Go back to it to see its progress.")),
    ("no_such_time", False,
     N_("That is not a date and time."),
     N_("Choose a date and a time.")),
    ("time_skipped", False,
     N_("The clocks go forward then, so there is no such time on that day."),
     N_("Choose a time an hour earlier or later.")),
    ("time_past", False,
     N_("That time has passed already."),
     N_("Choose a time in the future, or send the text now.")),
    ("time_far", False,
     N_("That time is more than a year away."),
     N_("Choose a time within a year.")),
    ("too_many_scheduled", False,
     N_("Twenty texts are already scheduled here."),
     N_("Send or cancel one of them first.")),
    ("no_target", False,
     N_("No recipients are selected yet."),
     N_("Choose at least one group.")),
    ("too_many_targets", False,
     N_("You selected more members than you can choose one by one."),
     N_("Choose groups, or everyone.")),
    ("unknown_target", False,
     N_("A selected member or group no longer exists."),
     N_("Choose again.")),
)
# fmt: on


def check_fields(body: str) -> None:
    """Raises NotFilledIn."""
    if field := unknown_in(body):
        raise NotFilledIn(field)


def checked_body(body: str) -> str:
    """The text as it will be sent. Raises CannotSend when there is none or too much of it."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise CannotSend("empty")
    if len(body) > MAX_TEXT_LENGTH:
        raise CannotSend("too_long")
    return body
