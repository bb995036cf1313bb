"""Checks an account and its number, and sets the number's webhook.

Every problem is an AccountProblem with a sentence that tells an administrator what to do. The
sentences never contain the token.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inbox.i18n import N_
from inbox.providers import (
    AccountProblem,
    Credentials,
    FoundNumber,
    Refused,
    Unconfirmed,
    Unreachable,
)
from inbox.providers.twilio_http import understood

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
API_KEY_SID = re.compile(r"SK[0-9a-fA-F]{32}")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")

SENTENCES = {
    "bad_sid": N_(
        "Twilio has no account with this Account SID. Copy it again from the Twilio Console."
    ),
    "bad_token": N_(
        "Twilio did not accept this Account SID and Auth Token together. "
        "Copy both again from the Twilio Console."
    ),
    "account_suspended": N_(
        "This Twilio account is suspended. Sign in to Twilio to see why, then connect it again."
    ),
    "account_closed": N_("This Twilio account is closed. Connect an account that is active."),
    "test_credentials": N_(
        "These are Twilio's test credentials. Enter the live Account SID and Auth Token."
    ),
    "number_not_found": N_(
        "This number does not belong to this Twilio account. "
        "Choose one that the Twilio Console lists under Phone Numbers."
    ),
    "number_cannot_text": N_(
        "This number is for calls only. Choose one that can send and receive texts."
    ),
    "not_pointed": N_(
        "Twilio did not keep the address for incoming texts. "
        "Set it in the Twilio Console, in the number's messaging settings."
    ),
    "busy": N_("Twilio is answering too many requests right now. Try again in a minute."),
    "connection": N_(
        "Twilio did not answer. Check this server's internet connection, or try again in a minute."
    ),
}
WORDS_BY_TWILIO_CODE = {
    "20003": "bad_token",
    "20005": "account_suspended",
    "20008": "test_credentials",
    "20404": "bad_sid",
    "20429": "busy",
    "90002": "bad_sid",
}


async def check_account(client: Any, credentials: Credentials) -> None:
    """Raises AccountProblem unless Twilio has this account and it is active. On trial is enough."""
    check_shape(credentials)
    with _in_plain_words(), understood("GET"):
        account = await client.api.v2010.accounts(credentials.account_sid).fetch_async()
        if account.status in ("suspended", "closed"):
            raise _problem(f"account_{account.status}")


def check_shape(credentials: Credentials) -> None:
    """Check everything that needs no request to Twilio."""
    if API_KEY_SID.fullmatch(credentials.account_sid):
        raise AccountProblem(
            "bad_sid",
            N_("This is the SID of an API key. Enter the Account SID, which begins with AC."),
        )
    if not ACCOUNT_SID.fullmatch(credentials.account_sid):
        raise AccountProblem(
            "bad_sid",
            N_(
                "This is not an Account SID, which is AC followed by 32 digits or letters from a "
                "to f. Copy it again from the Twilio Console."
            ),
        )
    token = credentials.auth_token
    if not token or not token.isascii() or not token.isalnum():
        raise AccountProblem(
            "bad_token", N_("This is not an Auth Token, which has letters and digits only.")
        )


async def find_number(client: Any, number: str) -> FoundNumber:
    """The account's own record of an E.164 number that can text."""
    if not E164.fullmatch(number):
        raise AccountProblem(
            "bad_number", N_("This is not a complete phone number. Enter it with its area code.")
        )
    with _in_plain_words(), understood("GET"):
        # Twilio matches parts of numbers, too.
        listed = await client.incoming_phone_numbers.list_async(
            phone_number=number, limit=50, page_size=50
        )
        own = next((one for one in listed if one.phone_number == number), None)
        if own is None:
            raise _problem("number_not_found")
        if not _can_text(own.capabilities):
            raise _problem("number_cannot_text")
        return FoundNumber(str(own.sid), number, own.friendly_name or "", own.sms_url or "")


def _can_text(capabilities: Any) -> bool:
    """Missing data counts as yes: the first text will show it more clearly."""
    if not isinstance(capabilities, dict):
        return True
    said = {str(name).lower(): value for name, value in capabilities.items()}
    return bool(said.get("sms", True))


async def point_number(client: Any, number_sid: str, sms_url: str) -> None:
    """Set the number's webhook to `sms_url`, then read back what Twilio stored."""
    with _in_plain_words({"20404": "number_not_found"}), understood("POST"):
        number = client.incoming_phone_numbers(number_sid)
        # An application set on the number would win over its addresses.
        await number.update_async(sms_url=sms_url, sms_method="POST", sms_application_sid="")
        kept = await number.fetch_async()
        # The fragment is only how patient Twilio is to be: without it the texts come here, too.
        address = (kept.sms_url or "").partition("#")[0], kept.sms_method
        if address != (sms_url.partition("#")[0], "POST") or kept.sms_application_sid:
            raise _problem("not_pointed")


def _problem(word: str) -> AccountProblem:
    return AccountProblem(word, SENTENCES[word])


@contextmanager
def _in_plain_words(instead: dict[str, str] | None = None) -> Iterator[None]:
    """Twilio's errors as sentences; `instead` holds those that mean something else here."""
    try:
        yield
    except Refused as no:
        word = (WORDS_BY_TWILIO_CODE | (instead or {})).get(no.code)
        if word is not None:
            raise _problem(word) from no
        text = N_("Twilio refused this (Twilio code %(number)s).")
        raise AccountProblem(no.code, text, number=no.code) from no
    except (Unreachable, Unconfirmed) as silence:
        raise _problem("connection") from silence
