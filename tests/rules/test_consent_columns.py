"""Lists say in many ways who may be texted, and a no is heeded in each of them."""

import pytest

from tests.member_lists import lines_of


def who(heading: str, *cells: str) -> list[bool]:
    """Which members may be texted, with these cells below that heading."""
    rows = [f'Member {n},202-555-01{n:02d},"{cell}"' for n, cell in enumerate(cells)]
    return [
        line.phone is not None for line in lines_of("\n".join([f"Name,Phone,{heading}", *rows]))
    ]


@pytest.mark.parametrize(
    "heading",
    "Opted out|Opt out of SMS|Text opt-out?|SMSOptOut|HasOptedOutOfSms|SMS unsubscribed"
    "|Sent STOP|Exclude from texting|Text excluded|Suppress SMS|SMS suppressed"
    "|Texting blocked|Mute texts|Remove from texts|Do not text (DNT)|DNC|Do not call/text"
    "|No texting|No textear|No contactar|Baja de SMS|Dado de baja|Deceased|Difunto"
    "|Passed away".split("|"),
)
def test_a_yes_below_a_refusal_means_no(heading: str) -> None:
    assert who(heading, "Yes", "x", "TRUE", "1", "2025-01-01") == [False] * 5
    assert who(heading, "No", "", "FALSE", "0", "n/a") == [True] * 5


@pytest.mark.parametrize(
    "heading",
    "Opted In|smsOptIn|SMS|TXT|TXT OK|Msgs|Txt msgs ok?|Texts (Y/N)|Allow SMS|isSmsEnabled"
    "|Texting OK|I consent to receive SMS messages from Grace Church|Cell Phone OK to text?"
    "|Wants texts|Einwilligung SMS|Consent|Consent to contact|GDPR consent|Phone consent"
    "|Contact?|Permite mensajes de texto|Permiso para textear|Autorizo mensajes"
    "|Recibe mensajes|Accepte les SMS".split("|"),
)
def test_a_no_below_a_question_about_consent_means_no(heading: str) -> None:
    assert who(heading, "No", "I do not agree", "Declined", "never", "❌") == [False] * 5
    assert who(heading, "Yes", "I agree", "", "Sí", "✅") == [True] * 5


@pytest.mark.parametrize(
    "heading",
    "Spouse deceased|Block|Bus stop|Stop|Exclude|Email unsubscribe date|Photo consent"
    "|Medical consent|Death in family|Message|Email consent|Email opt-in|Call OK?"
    "|Opt in to directory|Baptized|Media release|Volunteer|Member|Contact No".split("|"),
)
def test_a_no_to_another_question_is_not_about_texts(heading: str) -> None:
    assert who(heading, "No", "Yes") == [True, True]


@pytest.mark.parametrize("heading", ["No. of texts", "Number of SMS sent", "Count of messages"])
def test_a_count_of_texts_is_no_refusal(heading: str) -> None:
    assert who(heading, "0", "3", "") == [True, True, True]


@pytest.mark.parametrize(
    ("no", "other"),
    [
        ("Does not want texts", "Does not want a visit"),
        ("doesn't text", "doesn't drive"),
        ("Never text", "Never late"),
        ("prefers no texts", "prefers texts"),
        ("Not receiving texts by request", "Not receiving the bulletin"),
        ("Texted STOP 2/3", "Texted back 2/3"),
        ("no quiere mensajes", "no quiere visita"),
        ("Inactive - Deceased", "Inactive - moved"),
    ],
)
def test_what_staff_noted_is_heeded(no: str, other: str) -> None:
    assert who("Notes", no, other) == [False, True]
