"""Twilio's own handling of STOP, START, and HELP: deliberately narrower than what people write."""

from typing import Literal

Word = Literal["STOP", "START", "HELP"]

STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "YES", "UNSTOP"}
HELP_WORDS = {"HELP", "INFO"}
TOLL_FREE_START_WORDS = {"START", "UNSTOP"}
TOLL_FREE_AREAS = {"800", "833", "844", "855", "866", "877", "888"}

STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this"
    " number. Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
    " Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
TOLL_FREE_STOPPED = (
    'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number.'
    ' Text back "unstop" to receive messages again.'
)
TOLL_FREE_STARTED = (
    'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this'
    " number."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def heard(body: str, *, toll_free: bool) -> Word | None:
    """The keyword, if it is the whole message, in any case."""
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in (TOLL_FREE_START_WORDS if toll_free else START_WORDS):
        return "START"
    if word in HELP_WORDS:
        return "HELP"
    return None


def is_toll_free(number: str) -> bool:
    return number.startswith("+1") and number[2:5] in TOLL_FREE_AREAS
