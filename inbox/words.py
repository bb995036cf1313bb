"""Words for people: marked where they stand, translated where they are shown.

English is what stands in the code. What another language says instead is in locale/<language>.po;
`bin/words` brings those files up to date with the code.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALE = Path(__file__).parent / "locale"
# Each called as its own speakers call it.
LANGUAGES = {"en": "English", "es": "Español"}
SCRIPTS = "static/js/"


def N_(text: str) -> str:
    """Marks words that are shown later: they are found for translation, and stay as they are."""
    return text


@cache
def translations(language: str) -> Translations:
    """Of one of LANGUAGES; whatever is not translated stays English."""
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
    # Of nothing, a catalog says its own header.
    said: str = translations(language).ugettext(text) if text else ""
    return said % values if values else said


class Problem(Exception):
    """What is wrong, as a sentence for people, with %(names)s of what belongs into it."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values

    def said(self, language: str) -> str:
        return translate(language, self.text, **self.values)


@cache
def words_of_scripts(language: str) -> dict[str, str | list[str]]:
    """What the browser's scripts say, from English to this language; plurals as a list."""
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
