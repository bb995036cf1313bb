"""What went wrong with a text, for someone who does not know what an error code is.

One row per reason. The codes are Twilio's (https://www.twilio.com/docs/api/errors) and, as words,
our own; a few are bare HTTP statuses, which is all the SDK has when an answer carries no code.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from inbox.i18n import N_
from inbox.rules.refusals import REFUSALS

Retry = Literal["never", "later", "check", "account"]
"""What the outbox does: `never` retries by itself; `later` retries, since nothing was sent and
waiting may help; `check` first finds out whether it was sent; `account` sends nothing until someone
fixes the account."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`text`: what happened. `remedy`: what to do, and who can do it. Both are whole sentences,
    to be translated where they are shown.

    `worth_retrying`: whether a person may press Retry, now, later or once the remedy is done;
    False when the same text to the same number would only fail again.
    """

    code: str
    text: str
    remedy: str
    retry: Retry
    worth_retrying: bool


def reason_for(code: str | int | None) -> Reason:
    """Never raises; a code that is not in the table is named, with Twilio's page about it."""
    word = _word(code)
    if word in _KNOWN:
        return _KNOWN[word]
    if _HTTP_5XX.fullmatch(word):
        return replace(_KNOWN["20500"], code=word)
    if not _NUMBER.fullmatch(word):
        return Reason(word, _NOT_DELIVERED, _TRY_OR_CALL, "never", True)
    # The same in every language.
    page = f"Twilio {word}: https://www.twilio.com/docs/api/errors/{word}"
    return Reason(word, _NOT_DELIVERED, page, "never", True)


def opts_out(code: str | int | None) -> bool:
    """Whether Twilio holds a STOP of theirs, which counts even if we never saw it."""
    return _word(code) == "21610"


def makes_unreachable(code: str | int | None) -> bool:
    """Whether no text can ever reach this number, so that the member needs another one."""
    return _word(code) in ("21211", "21268", "21614", "30005", "30006")


def _word(code: str | int | None) -> str:
    return "" if code is None else str(code).strip()


_HTTP_5XX = re.compile(r"5\d\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)

_NOT_DELIVERED = N_("The text was not delivered.")
_TRY_OR_CALL = N_("Try once more, or reach them another way.")
_OWNER_NUMBER = N_("An owner can choose another number in Settings.")
_TELL_ADMIN = N_("Tell your administrator: this is a fault in the inbox, not in your text.")

# A row: codes, retry, worth_retrying; what happened; what to do. Kept from the formatter, which
# would make eight lines of each.
# fmt: off
_ROWS: tuple[tuple[str, Retry, bool, str, str], ...] = (
    # Ours.
    ("opted_out", "never", False,
     N_("They are opted out of the church's texts."),
     N_("They can opt in again by texting START to the church's number.")),
    ("too_old", "never", True,
     N_("This text waited so long that it was held back."),
     N_("If you still want to send it, press Retry.")),
    ("no_number", "never", True,
     N_("The church has no phone number to send from."),
     N_("An owner can add one in Settings.")),
    ("named_sender", "never", False,
     N_("This sender has a name instead of a phone number, so it cannot be answered by text."),
     N_("Look in the text for a number or a link to reply to.")),
    ("short_code", "never", False,
     N_("This is a company's short code, which broadcasts leave out."),
     N_("You can still answer it in its conversation.")),
    ("toll_free", "never", False,
     N_("This is a company's toll-free number, which broadcasts leave out."),
     N_("You can still answer it in its conversation.")),
    ("hidden_number", "never", False,
     N_("This sender hid their phone number, so it cannot be answered by text."),
     N_("If you know who they are, ask them for their number.")),
    ("21268 premium_number", "never", False,
     N_("This is a premium number, which charges its callers. Twilio sends no texts to those."),
     N_("Ask them for a mobile number.")),
    ("other_channel", "never", False,
     N_("They wrote from another service, such as WhatsApp, which cannot be answered from here."),
     N_("Text or call their phone number instead.")),
    ("unreachable", "never", False,
     N_("Texts cannot reach this phone number."),
     N_("Ask them for a mobile number and save it with their name.")),
    ("not_connected", "account", True,
     N_("The church is not connected to Twilio yet."),
     N_("An owner can connect it in Settings.")),
    ("connection", "later", True,
     N_("We could not reach Twilio."),
     N_("If this continues, an administrator can check the network.")),
    # The Twilio account.
    ("20003 401", "account", True,
     N_("Twilio no longer accepts the church's Account SID and Auth Token."),
     N_("An owner must enter the Account SID and the Auth Token again in Settings.")),
    ("20004 20005", "account", True,
     N_("The church's Twilio account is not active."),
     N_("An administrator needs to sign in to Twilio and fix it.")),
    ("30002", "account", True,
     N_("Twilio has suspended the church's account."),
     N_("An administrator needs to settle this with Twilio's support.")),
    ("30037", "account", True,
     N_("Sending is turned off for the church's Twilio account."),
     N_("An administrator can ask Twilio's support to turn it on again.")),
    ("90002", "account", True,
     N_("The church's Account SID is not right."),
     N_("An owner must correct it in Settings: it starts with AC.")),
    ("20008", "never", True,
     N_("The church is connected with Twilio's test credentials, which cannot do this."),
     N_("An owner can enter the live Account SID and Auth Token in Settings.")),
    ("21608", "never", True,
     N_("A Twilio trial account only texts numbers that have been verified in Twilio."),
     N_("An administrator can upgrade the account and complete its business profile at Twilio.")),
    ("30454", "never", True,
     N_("The Twilio trial account has used up its texts."),
     N_("An administrator can upgrade the account at Twilio.")),
    ("30453 30485", "never", True,
     N_("Twilio's fraud protection is holding back the church's texts for now."),
     N_("An administrator needs to contact Twilio's support.")),
    ("63038", "later", True,
     N_("The church's Twilio account has sent all the texts it may send today."),
     N_("Try again tomorrow. An administrator can ask Twilio for a higher limit.")),
    # The member's number.
    ("21211", "never", False,
     N_("This is not a working phone number."),
     N_("Check the number with them and correct it.")),
    ("21604", "never", False,
     N_("The text had no phone number to go to."),
     N_("Add a phone number for them first.")),
    ("21610", "never", False,
     N_("They replied STOP, so Twilio does not let texts through to them."),
     N_("Only they can change that, by texting START to the church's number.")),
    ("21612", "never", False,
     N_("The church's number has no way to reach this phone."),
     N_("Reach them another way, or ask an administrator about a different church number.")),
    ("21614", "never", False,
     N_("This number cannot get texts. It is probably a landline."),
     N_("Ask them for a mobile number.")),
    ("30003", "later", True,
     N_("Their phone was switched off or had no signal."),
     N_("Try again later. If it keeps happening, check the number with them.")),
    ("30004", "never", False,
     N_("Their phone or phone company blocks texts from the church."),
     N_("Ask them in person: they can text START, or unblock the church's number.")),
    ("30005", "never", False,
     N_("This number no longer exists."),
     N_("Ask them for their new number.")),
    ("30006", "never", False,
     N_("Texts cannot reach this number. It may be a landline."),
     N_("Ask them for a mobile number.")),
    ("30450", "later", True,
     N_("Twilio has paused texts to this number for safety."),
     N_("Try again in half an hour.")),
    ("30640", "never", False,
     N_("The protection rules in the church's Twilio account block texts to this member."),
     N_("An administrator can review the compliance settings at Twilio.")),
    ("30610", "never", True,
     N_("It was too early or too late in the day for texts, by the rules in the Twilio account."),
     N_("Send it in the daytime. An administrator can change the quiet hours at Twilio.")),
    ("21408", "never", True,
     N_("Texting to that country is turned off."),
     N_("An administrator can allow the country in Twilio's geographic permissions.")),
    # The church's number.
    ("21212", "never", True,
     N_("The number the church sends from is not set up correctly."),
     _OWNER_NUMBER),
    ("21601 21606", "never", True,
     N_("The church's number is not able to send this text."),
     _OWNER_NUMBER),
    ("21603", "never", True,
     N_("The text had no church number to go out from."),
     _OWNER_NUMBER),
    ("21659 21660 21661", "never", True,
     N_("The number the church sends from does not belong to its Twilio account."),
     _OWNER_NUMBER),
    ("21703 21704", "never", True,
     N_("The church's Messaging Service at Twilio has no number that can send this."),
     N_("An administrator can add a number to it at Twilio.")),
    ("21710", "never", False,
     N_("This number already belongs to a Messaging Service."),
     N_("An administrator can see at Twilio which one.")),
    ("21714", "never", False,
     N_("The Messaging Service at Twilio cannot take another number."),
     N_("An administrator can remove a number from it at Twilio.")),
    ("30024", "never", True,
     N_("This member's phone company does not know the church's number yet."),
     N_("Try again tomorrow. If it lasts, an administrator can ask Twilio's support.")),
    ("30032", "never", True,
     N_("The church's toll-free number has not been verified."),
     N_("An administrator must have it verified at Twilio.")),
    ("30033", "never", True,
     N_("The church's registration for texting has been suspended."),
     N_("An administrator can find out why at Twilio and have it restored.")),
    ("30034", "never", True,
     N_("US phone companies refuse texts from this number until the church registers it."),
     N_("An administrator must complete the registration (A2P 10DLC) at Twilio.")),
    ("30035", "later", True,
     N_("The church's number is still being set up."),
     N_("Try again in a few hours.")),
    # The text itself.
    ("21602 21619", "never", False,
     N_("This text was empty."),
     N_("Write a few words and send it again.")),
    ("21605 21617", "never", False,
     N_("This text is too long."),
     N_("Shorten it, or send it as two.")),
    ("21620", "never", True,
     N_("Twilio could not use the picture's address."),
     N_("Send the text without the picture, and tell your administrator.")),
    ("21621", "never", False,
     N_("The church's number cannot send pictures."),
     N_("Send the text without the picture, or ask an administrator for a number that can send "
        "pictures.")),
    ("21622", "never", False,
     N_("A file of this kind cannot be sent as a text."),
     N_("Send a picture (JPEG, PNG or GIF) instead.")),
    ("21623", "never", False,
     N_("There are too many files for one text."),
     N_("Send ten or fewer at a time.")),
    ("11751 30019", "never", False,
     N_("The attachment is too big."),
     N_("Send a smaller picture, or a link to it.")),
    ("30011", "never", False,
     N_("This member's phone company does not accept pictures."),
     N_("Send the text without the picture.")),
    ("30007", "never", False,
     N_("A phone company treated this text as spam."),
     N_("Put it in other words, without links or capitals. "
     "An administrator can check the church's registration at Twilio.")),
    ("35111 35114 35115 35117 35118 35126", "never", False,
     N_("This text cannot be scheduled for that time."),
     N_("Choose a time at least 15 minutes and at most 35 days from now.")),
    ("35125", "never", True,
     N_("Too many texts are scheduled already."),
     N_("Cancel some of them, or wait until they are sent.")),
    ("30400 30404 30409", "never", False,
     N_("This text can no longer be changed or canceled."),
     N_("There is nothing you need to do.")),
    # Too much at once.
    ("20429 429", "later", True,
     N_("Twilio asked us to slow down."),
     N_("Wait a few minutes, then press Retry if it has not been sent.")),
    ("21611 30001", "later", True,
     N_("Too many texts are already waiting to be sent from the church's number."),
     N_("Try again later today.")),
    ("30022", "later", True,
     N_("The phone companies allow fewer texts a minute than the church was sending."),
     N_("Try again later.")),
    ("30023", "later", True,
     N_("The church has sent T-Mobile phones as many texts as it may in one day."),
     N_("Try again tomorrow.")),
    ("30025 30026 30027", "never", False,
     N_("The church is using up the texts it may send to T-Mobile phones in one day."),
     N_("Spread large sends over several days. An administrator can see the limit at Twilio.")),
    ("30017", "later", True,
     N_("This member's phone company had too much traffic."),
     N_("Try again later.")),
    ("30036", "later", True,
     N_("The text could not be sent in time, so Twilio dropped it."),
     N_("If you still want to send it, press Retry.")),
    ("21730", "later", True,
     N_("Twilio is down for maintenance."),
     N_("Wait an hour, then press Retry if it has not been sent.")),
    ("20009", "later", True,
     N_("Twilio is still busy with this text."),
     N_("Try again in a few minutes.")),
    # Nobody knows, or nobody says.
    ("20500 20503", "check", True,
     N_("Twilio had a problem while taking this text."),
     N_("We are checking whether it was sent. Please do not send it again.")),
    ("30410", "check", True,
     N_("The phone company did not say in time whether it took the text."),
     N_("Ask them whether it arrived before you send it again.")),
    ("30020 30021 30500", "check", True,
     N_("Something broke inside Twilio while this text was on its way."),
     _TRY_OR_CALL),
    ("30008", "later", True,
     N_("The phone company did not deliver this text and gave no reason."),
     _TRY_OR_CALL),
    # Incoming texts.
    ("30009", "never", False,
     N_("Part of their long text was lost."),
     N_("Ask them to send it once more.")),
    ("30038 30039", "never", False,
     N_("Twilio held back an incoming text that looked automated."),
     N_("An administrator can see it in Twilio's log.")),
    ("11200 11205 11206 11210 11217 11220 11235 11236 11237", "never", False,
     N_("Twilio could not reach this app, so incoming texts may be late."),
     N_("An administrator must check that the inbox's public address works from outside.")),
    ("11321 11322", "never", False,
     N_("The address Twilio was given for incoming texts is not usable."),
     N_("An owner can connect the number again in Settings.")),
    ("57012", "never", False,
     N_("A request arrived that was not signed by Twilio."),
     N_("An administrator should check the Auth Token and the inbox's public address.")),
    # The app's own mistakes.
    ("21609", "never", True,
     N_("The app's public address is wrong, so Twilio refused the text."),
     N_("An administrator must correct PUBLIC_URL where the inbox is installed.")),
    ("20404 404", "never", False,
     N_("Twilio does not know this text or number."),
     N_("It may have been deleted there. An administrator can look it up at Twilio.")),
    ("20001 21624 21658 90007 30010", "never", False,
     N_("Twilio did not understand what the inbox asked for."),
     _TELL_ADMIN),
    ("11750 11770 12100 12200 12300", "never", False,
     N_("Twilio did not understand what the inbox answered."),
     _TELL_ADMIN),
    ("14107 14109", "never", False,
     N_("Twilio stopped a series of automatic replies."),
     N_("An administrator should look for another program that answers texts by itself.")),
    ("23001 23002 23003 23004", "never", False,
     N_("Twilio's message redaction does not work together with its opt-out features."),
     N_("An administrator can turn one of them off at Twilio.")),
)
# fmt: on

_KNOWN: dict[str, Reason] = {
    code: Reason(code, text, remedy, retry, worth_retrying)
    for codes, retry, worth_retrying, text, remedy in _ROWS
    for code in codes.split()
} | {
    code: Reason(code, text, remedy, "never", worth_retrying)
    for code, worth_retrying, text, remedy in REFUSALS
}
