"""Words on screen: marked in the code, translated when shown.

The code contains the English. Other languages are in locale/<language>.po; `bin/translations`
updates those files from the code.
"""

import re
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALE = Path(__file__).parent / "locale"
# Each language's own name for itself.
LANGUAGES = {"en": "English", "es": "Español"}
SCRIPTS = "static/js/"

# Right-to-left scripts: Hebrew, Arabic (also for Persian and Urdu), and others.
_FROM_RIGHT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# In digits of any script: Arabic ones, too, change places around a hyphen.
_NUMBER = re.compile(r"\+?\(?\d[\d\s().·/\-\u2010-\u2015]{4,}\d")
# Invisible Unicode isolates: text between them does not affect the direction around it.
_ISOLATE, _ISOLATE_NUMBER, _END = "\u2068", "\u2066", "\u2069"


def N_(text: str) -> str:
    """Mark text that is shown later: it is found for translation and returned unchanged."""
    return text


@cache
def translations(language: str) -> Translations:
    """The translations for one of LANGUAGES; anything untranslated stays English."""
    if language == "en":
        return Translations()
    compiled = BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return Translations(compiled)


@cache
def catalog(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def translate(language: str, text: str, **values: object) -> str:
    """`text` in this language, with its %(name)s filled in."""
    # A catalog translates "" to its own header.
    said: str = translations(language).ugettext(text) if text else ""
    return said % isolate_all(values) if values else said


def isolate_all(values: Mapping[str, object]) -> dict[str, object]:
    """Values for a sentence, such as names, each isolated so that it keeps its own direction."""
    return {
        name: isolated(value) if isinstance(value, str) else value for name, value in values.items()
    }


def isolated(text: str) -> str:
    """Right-to-left text that leaves the sentence around it, and phone numbers in it, in order."""
    if not runs_from_right(text):
        return text
    kind = type(text)
    if kind is str:
        text = _NUMBER.sub(lambda found: f"{_ISOLATE_NUMBER}{found[0]}{_END}", text)
    # Markup stays Markup.
    return kind(_ISOLATE) + text + kind(_END)


def phone_numbers(text: str) -> list[tuple[int, int]]:
    """Where phone numbers start and end."""
    return [found.span() for found in _NUMBER.finditer(text)]


def runs_from_right(text: str) -> bool:
    return _FROM_RIGHT.search(text) is not None


class Problem(Exception):
    """An error as a sentence for users, with %(name)s placeholders for its values."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values

    def said(self, language: str) -> str:
        return translate(language, self.text, **self.values)


@cache
def words_of_scripts(language: str) -> dict[str, str | list[str]]:
    """What the browser's scripts say: English to this language, with plurals as a list."""
    if language == "en":
        return {}
    words: dict[str, str | list[str]] = {}
    for message in catalog(language):
        if message.id and any(file.startswith(SCRIPTS) for file, _ in message.locations):
            if isinstance(message.id, tuple | list):
                words[message.id[0]] = list(message.string or message.id)
            elif message.string:
                words[message.id] = str(message.string)
    return words
