"""The composer counts a text exactly as the server does."""

from dataclasses import asdict
from typing import Any

import pytest
from playwright.async_api import Page

from inbox.rules.segments import measure

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
WALES = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"

TEXTS = (
    "",
    "See you on Sunday",
    "a" * 160,
    "a" * 161,
    "a" * 306,
    "a" * 307,
    "a" * 1600,
    "~" * 80,
    "~" * 81,
    "€" * 153,
    "a" * 152 + "~" + "a" * 8,
    "a" * 152 + "~" + "a" * 152,
    "one line\nand another\r\nand a third",
    "{first_name} [x] ^ | \\ \f",
    "Grüße aus Ägypten, ¿señor?",
    "FAÇADE",
    "façade",
    "tab\there",
    "don`t",
    "it’s “quoted”, it’s …",
    "\u00a0",
    "á" * 70,
    "á" * 71,
    "á" * 135,
    "🙏",
    "😀" * 35,
    "😀" * 36,
    "a" * 66 + "😀" + "a" * 66,
    "a" * 60 + FAMILY + "a",
    "a" * 65 + "🇺🇸" * 2,
    "🇺🇸🇬🇧🇨",
    "a" * 66 + "e\u0301" + "a" * 5,
    "a" * 64 + "👍🏽" + "a" * 9,
    "☝\ufe0f🏽 and 🏽 alone, ❤\ufe0f\u200d🔥",
    "1\ufe0f\u20e3 " * 20,
    "אני" * 30,
    "नमस्ते " * 12,
    "각\u1112\u1161\u11ab" * 30,
    WALES * 6,
    "x\u0301" * 34 + "y" + "\u0301" * 80,
    "a\u200bb\u200dc\u2028d\ud7a3\u11a8",
    "教会は九時に始まります。" * 9,
)


async def test_the_composer_counts_what_the_server_counts(page: Page) -> None:
    counted: list[dict[str, Any]] = await page.evaluate(
        "async texts => { const { measure } = await import('/js/composer/segments.js')\n"
        "return texts.map(measure) }",
        list(TEXTS),
    )
    assert len(TEXTS) >= 40
    for text, segments in zip(TEXTS, counted, strict=True):
        expected = asdict(measure(text))
        expected["perSegment"] = expected.pop("per_segment")
        expected["culprits"] = list(expected["culprits"])
        assert segments == expected, text
