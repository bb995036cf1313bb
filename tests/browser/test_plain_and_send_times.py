"""What the composer computes: plain characters, times on the church's clock, and emoji."""

import json
from typing import Any

import pytest
from playwright.async_api import Page

from inbox.files import STATIC
from inbox.i18n import LANGUAGES
from inbox.rules.merge import merge, unknown_in
from inbox.rules.segments import measure

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN = {
    "“Yes” – 9 o’clock…": '"Yes" - 9 o\'clock...',
    "«Sí», ‘no’ — 5′ 10″": "\"Sí\", 'no' - 5' 10\"",
    "a\u00a0b\u202fc\u2009d\te\u3000f": "a b c d e f",
    "one\u200b two\u00ad, \ufefftrès": "one two, très",
    "• one\u2028• two": "- one\n- two",
    "Señor, ¿mañana? Él está": "Señor, ¿mañana? Él está",
    "👨\u200d👩\u200d👧 ❤\ufe0f {first_name}": "👨\u200d👩\u200d👧 ❤\ufe0f {first_name}",
    "": "",
}

# In Chicago, six hours behind UTC in winter and five in summer: what is offered at that moment.
OFFERED: dict[str, dict[str, str | None]] = {
    "2026-11-25T16:20:30Z": {
        "later": "2026-11-25T13:20",
        "tomorrow": "2026-11-26T08:00",
        "monday": "2026-11-30T08:00",
    },
    # A Sunday evening: tomorrow is Monday, and three hours from now is night.
    "2026-11-23T01:00:00Z": {"later": None, "tomorrow": "2026-11-23T08:00", "monday": None},
    "2026-11-23T15:00:00Z": {
        "later": "2026-11-23T12:00",
        "tomorrow": "2026-11-24T08:00",
        "monday": "2026-11-30T08:00",
    },
    # The night when clocks go forward.
    "2026-03-08T07:30:00Z": {
        "later": "2026-03-08T08:00",
        "tomorrow": "2026-03-09T08:00",
        "monday": None,
    },
    "2027-01-01T05:30:00Z": {
        "later": None,
        "tomorrow": "2027-01-01T08:00",
        "monday": "2027-01-04T08:00",
    },
}


async def test_expensive_characters_are_made_plain(page: Page) -> None:
    made: list[str] = await page.evaluate(
        "async texts => { const { plain } = await import('/js/composer/plain_characters.js')\n"
        "return texts.map(plain) }",
        list(PLAIN),
    )
    assert made == list(PLAIN.values())
    quoted = made[0]
    assert (measure("“Yes” – 9 o’clock…").encoding, measure(quoted).encoding) == ("UCS-2", "GSM-7")


async def test_later_uses_the_clock_of_the_church(page: Page) -> None:
    offered: list[Any] = await page.evaluate(
        "async moments => { const { choices } = await import('/js/clock/church_time.js')\n"
        "return moments.map(moment => choices(new Date(moment), 'America/Chicago')) }",
        list(OFFERED),
    )
    assert offered == list(OFFERED.values())


async def test_fields_are_filled_in_and_found_as_on_the_server(page: Page) -> None:
    texts = [
        "Hi {first_name} and { First_Name }",
        "Hola {nombre} y {firstname}",
        "Hi {first name}, { Señora }",
        "On {3 May}, {}, {_x}, { } and {first_name",
        "{" + "a" * 40 + "} {" + "a" * 41 + "} {a\nb}",
        "{{first_name}} ｛First_Name｝ {{ first_name }}",
        "Hi {first_name, welcome",
        "Hi first_name}, welcome",
        "Hi {first_name|friend}",
        "Hi {First name|friend",
        "{John 3:16} {Psalm 23} {see you there!} {one two three four five}",
        "{member’s name}",
        "{{name}}",
        "",
    ]
    found: list[Any] = await page.evaluate(
        "async texts => { const { merge, unknownIn } = await import('/js/composer/fields.js')\n"
        "return texts.map(text => [merge(text, 'Naomi'), unknownIn(text) ?? null]) }",
        texts,
    )
    assert found == [[merge(text, first_name="Naomi"), unknown_in(text)] for text in texts]
    assert found[1][1] == "{nombre}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_emoji_have_names_in_every_language_of_the_screens(language: str) -> None:
    script = (STATIC / "vendor" / f"emoji.{language}.js").read_text(encoding="utf-8")
    emoji = json.loads(script.removeprefix("export default "))
    assert len(emoji) > 1500
    assert len({sign for sign, *_ in emoji}) == len(emoji)
    assert all(name and group in range(10) for _, name, _, group in emoji)
    assert [name for sign, name, *_ in emoji if sign == "🙏"][0]
