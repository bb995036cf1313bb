"""Every string on a screen can be translated, and is."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.jslexer import tokenize
from bs4 import BeautifulSoup, NavigableString
from jinja2 import Environment

from inbox.i18n import LANGUAGES, catalog
from tools.translations import ROOT, extracted, is_said

OTHERS = [language for language in LANGUAGES if language != "en"]
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*.html") if "simulator" not in path.parts
)
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted(path for path in (ROOT / "static/js").rglob("*.js") if path.name != "simulator.js")
# Where handlers have their sentences.
ROOMS = ("web", "models", "rules")
TALKING = sorted(path for room in ROOMS for path in (ROOT / "inbox" / room).rglob("*.py"))
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%|%")
# Shown or read aloud, although not text.
SPOKEN_ATTRIBUTES = "title aria-label placeholder alt data-turbo-confirm data-title".split()
# The same in every language.
NAMES = set(
    "Naomi Twilio Ctrl Shift Esc Enter SMS AC SID CSV API Edg Edge Opera Firefox Chrome Safari "
    "iPhone iPad Android Windows Mac OS Chromebook Linux".split()
)
# Shown in Twilio's console or to a browser.
PHRASES = {
    "Account SID",
    "Auth Token",
    "noopener noreferrer",
    "io server disconnect",
    "a, button",
    "input, textarea, select",
}
WORD = re.compile(r"[^\W\d_]{2,}")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _forms(said: object) -> list[str]:
    return [str(one) for one in said] if isinstance(said, tuple | list) else [str(said)]


@cache
def _code() -> Catalog:
    return extracted()


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_in_the_code_is_translated(language: str) -> None:
    said = {(one.id, one.context): one for one in catalog(language) if one.id}
    code = {(one.id, one.context) for one in _code() if one.id}
    assert len(code) > 300, "the premise: strings were found"
    assert not [id for id in code if id not in said], "run bin/translations"
    assert not [id for id in code if not is_said(said[id])]
    assert not [id for id in code if said[id].fuzzy]


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_in_what_the_english_does(language: str) -> None:
    for message in catalog(language):
        if message.id and is_said(message):
            assert _filled_in(message) <= {_names(form) for form in _forms(message.id)}, message.id


def _filled_in(message: Message) -> set[frozenset[str]]:
    return {_names(form) for form in _forms(message.string)}


def _names(text: str) -> frozenset[str]:
    return frozenset(found[0] for found in PLACEHOLDER.finditer(text) if found[0] != "%%")


def test_templates_contain_no_unmarked_text() -> None:
    said = {_name(path): [*filter(_are_words, _said_by(path.read_text()))] for path in TEMPLATES}
    _nobody_speaks(said)


def _nobody_speaks(said: dict[str, list[str]]) -> None:
    """The plain English in files with these names that no translation could change."""
    assert len(said) > 20, "the premise: files were found"
    assert not {name: words for name, words in said.items() if words}


def test_words_in_a_template_would_be_found() -> None:
    for bare in ("<p>Hello</p>", '<a title="Hello there">', '{{ "Hello there" if x }}'):
        assert any(_are_words(words) for words in _said_by(bare)), bare
    for fine in ('<p>{{ _("Hello") }}</p>', "{% trans %}Hello{% endtrans %}"):
        assert not any(_are_words(words) for words in _said_by(fine)), fine


def _said_by(source: str) -> Iterator[str]:
    """The text and spoken attributes of its HTML, and the strings in its expressions."""
    html: list[str] = []
    calls: list[bool] = []
    translated = False
    before = ""
    for _, kind, value in Environment(trim_blocks=True).lex(source):
        if kind == "name" and value in ("trans", "pluralize", "endtrans"):
            translated = value != "endtrans"
        elif kind == "data" and not translated:
            html.append(value)
        elif kind in ("variable_begin", "block_begin"):
            html.append("¤")
        elif kind == "operator" and value == "(":
            calls.append(before in ("_", "gettext", "ngettext", "pgettext"))
        elif kind == "operator" and value == ")":
            calls.pop()
        elif kind == "string" and not any(calls) and _is_a_sentence(value[1:-1]):
            yield value[1:-1]
        if kind != "whitespace":
            before = value
    page = BeautifulSoup("".join(html), "html.parser")
    for element in page.find_all(True):
        yield from (str(element[name]) for name in SPOKEN_ATTRIBUTES if element.has_attr(name))
        if element.name not in ("script", "code", "kbd", "svg"):
            yield from (str(text) for text in element if type(text) is NavigableString)
    yield from (str(text) for text in page if type(text) is NavigableString)


def _are_words(text: str) -> bool:
    return any(word not in NAMES for word in WORD.findall(text.replace("¤", " ")))


def _is_a_sentence(text: str) -> bool:
    """Rather than a name used in code."""
    if text in PHRASES or text.startswith("(") or not _are_words(text):
        return False
    if re.fullmatch(r"[a-z-]+(,? [a-z-]+)*", text) and "-" in text:
        return False  # names of classes or elements
    if re.search(r"[<>{}\[\]=#/_]|\.\w|^[a-z-]+$", text):
        return False
    return bool(re.search(r"\w[,;:]? [^\W\d_]{2,}|^[A-Z][a-z]+[.…!?]?$", text))


# Keys, headers, and the like, which look like words.
NO_WORDS = set(
    "Accept Alt ArrowDown ArrowLeft ArrowRight ArrowUp Control End Escape Home Meta PageDown "
    "PageUp Space Tab Backspace Delete".split()
)


def test_scripts_contain_no_unmarked_text() -> None:
    _nobody_speaks({_name(path): [*_said_by_script(path.read_text())] for path in SCRIPTS})


def test_words_in_a_script_would_be_found() -> None:
    assert [*_said_by_script('this.textContent = "Not sent yet, trying again"')]
    assert not [*_said_by_script('this.textContent = t("Not sent yet, trying again")')]


def test_every_string_in_a_script_is_found_for_translation() -> None:
    found = {form for one in _code() if one.id for form in _forms(one.id)}
    said = {
        said
        for path in SCRIPTS
        for said in re.findall(r"""\bt\(\s*"((?:[^"\\\\]|\\\\.)+)\"""", path.read_text())
    }
    assert len(said) > 50, "the premise: there are some"
    assert said <= found


def _said_by_script(source: str) -> Iterator[str]:
    calls: list[bool] = []
    before = ""
    for token in tokenize(source, jsx=False):
        if token.type == "operator" and token.value == "(":
            calls.append(before in ("t", "tn"))
        elif token.type == "operator" and token.value == ")" and calls:
            calls.pop()
        elif token.type in ("string", "template_string") and not any(calls):
            words = token.value[1:-1]
            if words not in NO_WORDS and _is_a_sentence(words):
                yield words
        before = token.value


def test_handlers_contain_no_unmarked_text() -> None:
    _nobody_speaks({_name(path): _said_by_handler(path) for path in TALKING})


def _said_by_handler(path: Path) -> list[str]:
    tree = ast.parse(path.read_text())
    silent = {id(one) for node in ast.walk(tree) for one in _not_shown(node)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    said = [node.value for node in found if id(node) not in silent and isinstance(node.value, str)]
    return [words for words in said if re.match(r"[A-Z“].* .*[.?!…]$", words, re.DOTALL)]


def _not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """What is marked for translation, and what only developers read."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    marks = ("N_", "say", "translate", "RuntimeError", "ValueError", "TypeError")
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in marks or (isinstance(node.func, ast.Attribute) and _is_log(node.func.value)):
            yield from ast.walk(node)


def _is_log(value: ast.AST) -> bool:
    return isinstance(value, ast.Name) and value.id == "log"


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheets_contain_no_words(path: Path) -> None:
    """They would always be in the same language."""
    contents = re.findall(r"content: *([\"'].*?[\"'])", path.read_text())
    assert not [words for words in contents if re.search(r"[^\W\d_]{2}", words)]
