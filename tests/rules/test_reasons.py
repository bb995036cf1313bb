import re

import pytest

from inbox.rules.reasons import Reason, makes_unreachable, opts_out, reason_for

# Every code that Twilio documents for sending and receiving texts, and our own reasons.
TWILIO_CODES = """
    20001 20003 20004 20005 20008 20009 20404 20429 20500 20503
    21211 21212 21268 21408 21601 21602 21603 21604 21605 21606 21608 21609 21610 21611 21612 21614
    21617 21619 21620 21621 21622 21623 21624 21658 21659 21660 21661 21703 21704 21710 21714 21730
    30001 30002 30003 30004 30005 30006 30007 30008 30009 30010 30011 30017 30019 30020 30021 30022
    30023 30024 30025 30026 30027 30032 30033 30034 30035 30036 30037 30038 30039
    30400 30404 30409 30410 30450 30453 30454 30485 30500 30610 30640
    35111 35114 35115 35117 35118 35125 35126 57012 63038 90002 90007
    11200 11205 11206 11210 11217 11220 11235 11236 11237 11321 11322 11750 11751 11770
    12100 12200 12300 14107 14109 23001 23002 23003 23004
""".split()
OUR_CODES = ["opted_out", "too_old", "no_number", "unreachable", "not_connected", "connection"] + [
    "named_sender",
    "short_code",
    "other_channel",
    "toll_free",
    "premium_number",
    "hidden_number",
]

NUMBER_FAULTS = ["21212", "21408", "21601", "21606", "21608", "21660", "30032", "30033", "30034"]


@pytest.mark.parametrize("code", [*TWILIO_CODES, *OUR_CODES])
def test_every_reason_is_explained_in_sentences_a_pastor_understands(code: str) -> None:
    reason = reason_for(code)

    assert reason.code == code
    for sentence in (reason.text, reason.remedy):
        assert sentence[0].isupper() and sentence.endswith(".")
        assert code not in sentence
        assert not re.search(r"API|webhook|callback|HTTP|TwiML|parameter|carrier", sentence)
    assert "(Twilio code" not in reason.text
    assert len(reason.text) <= 90


@pytest.mark.parametrize(
    ("code", "retry"),
    [
        *((code, "later") for code in ("20429", "21611", "21730", "30001", "429", "connection")),
        *((code, "check") for code in ("20500", "20503", "30410", "500", "502", "503", "520")),
        *((code, "account") for code in ("20003", "20004", "20005", "90002", "30002", "401")),
        *((code, "never") for code in ("21211", "21610", "21614", "21617", "30005", "30006")),
        *((code, "never") for code in NUMBER_FAULTS),
        ("not_connected", "account"),
        ("opted_out", "never"),
        ("too_old", "never"),
        ("99999", "never"),
    ],
)
def test_the_outbox_learns_whether_it_may_retry(code: str, retry: str) -> None:
    assert reason_for(code).retry == retry


@pytest.mark.parametrize("code", [*NUMBER_FAULTS, "20003", "20005", "30002", "90002", "no_number"])
def test_reasons_that_only_an_owner_or_an_administrator_can_fix_say_so(code: str) -> None:
    reason = reason_for(code)

    assert ("owner" if "Settings" in reason.remedy else "administrator") in reason.remedy
    assert reason.worth_retrying


@pytest.mark.parametrize(
    ("code", "worth_retrying"),
    [
        ("30003", True),
        ("30008", True),
        ("30410", True),
        ("too_old", True),
        ("21610", False),
        ("21614", False),
        ("30005", False),
        ("30007", False),
        ("21617", False),
        ("opted_out", False),
        ("99999", True),
    ],
)
def test_retry_is_offered_only_where_it_can_help(code: str, worth_retrying: bool) -> None:
    assert reason_for(code).worth_retrying is worth_retrying


def test_everything_that_is_retried_is_worth_retrying() -> None:
    for code in (*TWILIO_CODES, *OUR_CODES):
        assert reason_for(code).retry == "never" or reason_for(code).worth_retrying, code


def test_a_code_may_be_a_number_or_a_string() -> None:
    assert reason_for(30003) == reason_for("30003") == reason_for(" 30003 ")


def test_an_unknown_code_is_shown_with_the_page_that_explains_it() -> None:
    reason = reason_for(39999)

    assert reason.text == "The text was not delivered."
    assert reason.remedy == "Twilio 39999: https://www.twilio.com/docs/api/errors/39999"


@pytest.mark.parametrize("code", [None, "", "none", "-1", "3000³", "9" * 400, "<b>", "\ud83d"])
def test_a_nonsense_code_simply_means_not_delivered(code: str | None) -> None:
    reason = reason_for(code)

    assert isinstance(reason, Reason)
    assert reason.text == "The text was not delivered."


@pytest.mark.parametrize(
    ("code", "stopped", "unreachable"),
    [
        (21610, True, False),
        ("21610", True, False),
        (21211, False, True),
        (21614, False, True),
        (21268, False, True),
        ("30005", False, True),
        (30006, False, True),
        (30003, False, False),
        (30004, False, False),
        (21612, False, False),
        (None, False, False),
    ],
)
def test_some_failures_reveal_something_about_the_member(
    code: str | int | None, stopped: bool, unreachable: bool
) -> None:
    assert (opts_out(code), makes_unreachable(code)) == (stopped, unreachable)


@pytest.mark.parametrize(
    "code",
    ["empty", "too_long", "key_taken", "not_failed", "no_target", "too_many_targets"]
    + ["unknown_target", "not_connected", "opted_out", "unreachable"],
)
def test_every_refusal_before_sending_has_its_own_words(code: str) -> None:
    assert reason_for(code).text != reason_for("a code of nobody's").text
