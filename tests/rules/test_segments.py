import pytest

from inbox.rules.segments import MAX_TEXT_LENGTH, measure

COMBINED_E = "e\u0301"
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


# Measured with npm sms-segments-calculator 1.3.0.
@pytest.mark.parametrize(
    ("text", "encoding", "units", "count", "left"),
    [
        ("", "GSM-7", 0, 1, 160),
        ("Hi", "GSM-7", 2, 1, 158),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("a" * MAX_TEXT_LENGTH, "GSM-7", 1600, 11, 83),
        ("é" * 160, "GSM-7", 160, 1, 0),
        ("~" * 80, "GSM-7", 160, 1, 0),
        ("~" * 81, "GSM-7", 162, 2, 143),
        ("€" * 153, "GSM-7", 306, 3, 151),
        ("a" * 152 + "~" + "a" * 8, "GSM-7", 162, 2, 143),
        ("a" * 152 + "~" + "a" * 151, "GSM-7", 305, 2, 0),
        ("a" * 152 + "~" + "a" * 152, "GSM-7", 306, 3, 152),
        ("line one\nline two", "GSM-7", 17, 1, 143),
        ("line one\r\nline two", "GSM-7", 18, 1, 142),
        ("a" * 159 + "\r\n", "GSM-7", 161, 2, 145),
        ("{first_name} [x] ^ | \\", "GSM-7", 29, 1, 131),
        ("FAÇADE", "GSM-7", 6, 1, 154),
        ("façade", "UCS-2", 6, 1, 64),
        ("tab\there", "UCS-2", 8, 1, 62),
        ("don`t", "UCS-2", 5, 1, 65),
        ("it’s", "UCS-2", 4, 1, 66),
        ("\u00a0", "UCS-2", 1, 1, 69),
        ("á" * 70, "UCS-2", 70, 1, 0),
        ("á" * 71, "UCS-2", 71, 2, 63),
        ("á" * 134, "UCS-2", 134, 2, 0),
        ("á" * 135, "UCS-2", 135, 3, 66),
        ("á" * MAX_TEXT_LENGTH, "UCS-2", 1600, 24, 8),
        ("[" * 35 + "á" + "[" * 34, "UCS-2", 70, 1, 0),
        ("🙏", "UCS-2", 2, 1, 68),
        ("😀" * 35, "UCS-2", 70, 1, 0),
        ("😀" * 36, "UCS-2", 72, 2, 61),
        ("a" * 66 + "😀" + "a" * 3, "UCS-2", 71, 2, 62),
        ("a" * 66 + "😀" + "a" * 66, "UCS-2", 134, 3, 66),
        ("a" * 60 + FAMILY + "a", "UCS-2", 72, 2, 55),
        ("a" * 65 + "🇺🇸" * 2, "UCS-2", 73, 2, 59),
        ("a" * 66 + COMBINED_E + "a" * 5, "UCS-2", 73, 2, 60),
        ("a" * 64 + "👍🏽" + "a" * 9, "UCS-2", 77, 2, 54),
        ("1\ufe0f\u20e3 " * 20, "UCS-2", 80, 2, 54),
        ("אני" * 30, "UCS-2", 90, 2, 44),
        ("नमस्ते " * 12, "UCS-2", 84, 2, 50),
        ("\u1112\u1161\u11ab" * 30, "UCS-2", 90, 2, 43),
        (WALES * 6, "UCS-2", 84, 2, 39),
        ("\ud83d", "UCS-2", 1, 1, 69),
    ],
)
def test_a_text_is_counted_as_twilio_counts_it(
    text: str, encoding: str, units: int, count: int, left: int
) -> None:
    measured = measure(text)

    assert measured.encoding == encoding
    assert (measured.units, measured.count, measured.left) == (units, count, left)


@pytest.mark.parametrize(
    ("text", "per_segment"),
    [("a" * 160, 160), ("a" * 161, 153), ("á" * 70, 70), ("á" * 71, 67)],
)
def test_a_second_segment_makes_every_segment_smaller(text: str, per_segment: int) -> None:
    assert measure(text).per_segment == per_segment


@pytest.mark.parametrize(
    ("text", "culprits"),
    [
        ("Plain words, [even] these: €5!", ()),
        ("It’s “peace”… it’s", ("’", "“", "”", "…")),
        ("Amen 🙏🏽 and 🙏🏽 and 🙏", ("🙏🏽", "🙏")),
        (f"The Parks {FAMILY}!", (FAMILY,)),
        (f"Caf{COMBINED_E}", (COMBINED_E,)),
        ("🇺🇸🇲🇽", ("🇺🇸", "🇲🇽")),
    ],
)
def test_costly_characters_are_listed_as_a_reader_sees_them(
    text: str, culprits: tuple[str, ...]
) -> None:
    assert measure(text).culprits == culprits


def test_stacked_accents_are_billed_in_full() -> None:
    tower = "e" + "\u0301" * 1599

    assert measure(tower).count == 24
