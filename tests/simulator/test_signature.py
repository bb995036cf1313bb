import pytest
from twilio.request_validator import RequestValidator

from inbox.simulator.signature import sign

TOKEN = "12345"
CALL = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
CALLER = "+14158675309"


@pytest.mark.parametrize(
    ("url", "fields", "signature"),
    [
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            [*CALL.items(), ("Caller", CALLER), ("From", CALLER)],
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            [("Sid", "CA123"), ("SidAccount", "AC123")]
            + [("Digits", digits) for digits in ("5678", "1234", "1234")],
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        ),
    ],
)
def test_the_published_examples(url: str, fields: list[tuple[str, str]], signature: str) -> None:
    assert sign(TOKEN, url, fields) == signature


@pytest.mark.parametrize(
    "url",
    [
        "https://grace.example/texts",
        "http://grace.example:8080/texts?x=%2F&y=é",
        "https://grace.example/texts?",
    ],
)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"Body": "", "ToCity": ""},
        {"Reason": "x", "ReasonConferenceEnded": "y", "Zip": "1", "area": "2"},
        {"Body": " line\r\nline 🙏 ‘é’ "},
    ],
)
def test_twilios_own_validator_computes_the_same(url: str, fields: dict[str, str]) -> None:
    own = RequestValidator(TOKEN).compute_signature(url.rstrip("?"), fields)
    assert sign(TOKEN, url.rstrip("?"), list(fields.items())) == own


def test_the_fragment_and_the_password_are_not_signed() -> None:
    plain = sign(TOKEN, "https://grace.example/texts?a=1", [("Body", "x")])
    assert sign(TOKEN, "https://u:p@grace.example/texts?a=1#rc=2", [("Body", "x")]) == plain
