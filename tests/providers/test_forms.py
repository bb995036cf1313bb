"""The content of Twilio's forms, after their signature was checked."""

import pytest
from werkzeug.datastructures import MultiDict

from inbox.providers import Attachment
from inbox.providers.twilio import parse_incoming, parse_receipt

SID = "SM" + "0123456789abcdefABCDEF0123456789"
AC = "AC" + "a" * 32
TEXT = {
    "MessageSid": SID, "SmsSid": SID, "AccountSid": AC, "From": "+12025550142",
    "To": "+12025550100", "Body": "See you Sunday", "NumMedia": "0", "FromCity": "",
    "SomethingNew": "1",
}  # fmt: skip
NEWS = {"MessageSid": SID, "AccountSid": AC, "MessageStatus": "delivered"}


def test_an_ordinary_text_is_read() -> None:
    text = parse_incoming(TEXT)
    assert (text.sid, text.account_sid) == (SID, AC)
    assert (text.from_, text.to, text.body) == ("+12025550142", "+12025550100", "See you Sunday")
    assert (text.attachments, text.opt_out_type) == ((), None)


def test_pairs_and_mappings_are_read_alike_and_the_first_value_counts() -> None:
    twice = [*TEXT.items(), ("Body", "not this")]
    assert parse_incoming(twice) == parse_incoming(MultiDict(twice)) == parse_incoming(TEXT)


def test_a_sender_may_be_a_short_code_or_a_name() -> None:
    assert parse_incoming(TEXT | {"From": "262966"}).from_ == "262966"
    assert parse_incoming(TEXT | {"From": "GRACE"}).from_ == "GRACE"
    for sender in ("whatsapp:+12025550142", "messenger:12345678901234567890", "Банк", "311"):
        assert parse_incoming(TEXT | {"From": sender}).from_ == sender


@pytest.mark.parametrize("sender", ["12025550142", " 12025550142", "rcs:+12025550142"])
def test_the_number_of_one_phone_is_always_the_same(sender: str) -> None:
    assert parse_incoming(TEXT | {"From": sender}).from_ == "+12025550142"


def test_the_body_is_stored_as_it_arrived_except_for_nul() -> None:
    body = "  ☃\ufe0f\r\n\x00 "
    assert parse_incoming(TEXT | {"Body": body}).body == "  ☃\ufe0f\r\n\ufffd "
    assert parse_incoming({k: v for k, v in TEXT.items() if k != "Body"}).body == ""


def test_only_attachments_that_exist_are_counted() -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/x/Messages/y/Media/"
    claimed = TEXT | {"NumMedia": "9999999999", "MediaUrl0": url + "0", "MediaUrl2": url + "2"}
    kinds = {"MediaContentType0": "Image/JPEG; x=y", "MediaContentType2": "<script>"}
    assert parse_incoming(claimed | kinds).attachments == (
        Attachment(url + "0", "image/jpeg"),
        Attachment(url + "2", "application/octet-stream"),
    )
    many = {f"MediaUrl{n}": f"{url}{n}" for n in range(30)}
    assert len(parse_incoming(TEXT | many | {"NumMedia": "none"}).attachments) == 10
    odd = {
        "MediaUrl0": "javascript:alert(1)",
        "MediaUrl1": "",
        "MediaUrl2": "https://x/" + "y" * 3000,
    }
    assert parse_incoming(TEXT | odd).attachments == ()


@pytest.mark.parametrize(("word", "read"), [("STOP", "stop"), ("HELP", "help"), ("?", None)])
def test_twilios_own_reading_of_a_keyword_is_kept(word: str, read: str | None) -> None:
    assert parse_incoming(TEXT | {"OptOutType": word}).opt_out_type == read


@pytest.mark.parametrize(
    "nonsense",
    [
        {"MessageSid": "", "SmsSid": ""},
        {"MessageSid": SID + "\n"},
        {"MessageSid": "SM" + "x" * 32},
        {"MessageSid": "CA" + "0" * 32},
        {"AccountSid": ""},
        {"AccountSid": AC[:-1]},
        {"From": ""},
        {"From": "  "},
        {"To": "\x00"},
        {"To": "+" + "1" * 90},
    ],
)
def test_nonsense_is_refused_with_a_sentence(nonsense: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^The .*\.$"):
        parse_incoming(TEXT | nonsense)


def test_an_empty_form_is_refused() -> None:
    for parse in (parse_incoming, parse_receipt):
        with pytest.raises(ValueError):
            parse({})


def test_a_receipt_is_translated_to_our_statuses() -> None:
    receipt = parse_receipt(NEWS)
    assert (receipt.sid, receipt.account_sid) == (SID, AC)
    assert (receipt.status, receipt.error_code) == ("delivered", None)
    assert parse_receipt(NEWS | {"MessageStatus": "queued"}).status == "accepted"
    failed = parse_receipt(NEWS | {"MessageStatus": "undelivered", "ErrorCode": "30006"})
    assert (failed.status, failed.error_code) == ("undelivered", "30006")


def test_a_receipt_in_the_older_fields_is_read() -> None:
    old = {"SmsSid": SID, "AccountSid": AC, "SmsStatus": "sent"}
    assert parse_receipt(old).status == "sent"


def test_an_unknown_status_from_twilio_is_accepted() -> None:
    assert parse_receipt(NEWS | {"MessageStatus": "blessed"}).status is None


@pytest.mark.parametrize("code", ["", "0", "none", "-1", "30006\n", "1" * 40])
def test_an_invalid_error_code_is_left_out(code: str) -> None:
    assert parse_receipt(NEWS | {"ErrorCode": code}).error_code is None


@pytest.mark.parametrize(
    "nonsense", [{"MessageStatus": ""}, {"MessageSid": "x"}, {"AccountSid": "x"}]
)
def test_a_receipt_without_content_is_refused(nonsense: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^The .*\.$"):
        parse_receipt(NEWS | nonsense)
