"""Text that people wrote has its own direction, wherever it appears on a page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from inbox import paths
from inbox.i18n import runs_from_right
from inbox.models import (
    ApiToken,
    Broadcast,
    Church,
    Conversation,
    Draft,
    Group,
    Member,
    Message,
    SavedReply,
    Staff,
)
from tests.house import House
from tests.web.test_isolation import BODIES, QUERIES, Grace, ask, furnish, requests_to

ROOT = Path(__file__).parent.parent.parent
WORDS = "שלום עולם"
# Not an element of its own on a screen, or plain text only.
APART = {"title", "option", "textarea", "script", "style"}
ISOLATES = re.compile("\u2068[^\u2068\u2069]*(?:\u2066[^\u2069]*\u2069[^\u2069]*)*\u2069")
LATIN = re.compile(r"[A-Za-zÀ-ÿ]")


async def turn_around(house: House) -> None:
    """From now on, everything people wrote or named is Hebrew."""
    await Church.all().update(name=WORDS)
    await Staff.all().update(name=WORDS)
    await Member.all().update(name=WORDS, about=WORDS)
    await Group.all().update(name=WORDS)
    await Message.all().update(body=WORDS)
    await Conversation.all().update(last_body=WORDS)
    await Broadcast.all().update(body=WORDS)
    await SavedReply.all().update(title=WORDS, body=WORDS)
    await Draft.all().update(body=WORDS)
    await ApiToken.all().update(name=WORDS)


async def test_right_to_left_words_are_isolated_on_every_page(house: House) -> None:
    grace = await furnish(house.cast)
    await turn_around(house)
    browser = await house.browser(house.cast.ruth)
    seen, problems = 0, []
    for rule in (rule for rule, bodies in BODIES.items() if None in bodies):
        for address in addresses(rule, grace):
            status, text = await ask(browser, address, None, "")
            if status != 200 or "<" not in text:
                continue
            page = BeautifulSoup(text, "html.parser")
            seen += len(page.find_all(string=re.compile(WORDS)))
            problems += [f"{rule}: {problem}" for problem in found_in(page)]
    assert seen > 80, "the premise: they are shown"
    assert not problems, "\n".join(sorted(set(problems)))


def addresses(rule: str, grace: Grace) -> Iterator[str]:
    """With the search term, too."""
    yield from (address for address, body in requests_to(rule, grace) if body is None)
    if "q=" in QUERIES.get(rule, ""):
        yield grace.fill(rule) + f"?q={WORDS.split()[0]}"
        yield grace.fill(rule) + "?q=אברהם"


def found_in(page: BeautifulSoup) -> Iterator[str]:
    """Text that would run in the wrong direction, or drag its surroundings along."""
    for text in page.find_all(string=cast(Any, runs_from_right)):
        if not isinstance(text, Comment) and not is_isolated(text):
            yield f"{text.parent.name}.{text.parent.get('class')} says {str(text).strip()!r}"
    for element in page.find_all(True):
        yield from unfit(element)


def is_isolated(text: NavigableString) -> bool:
    if not runs_from_right(ISOLATES.sub("", text)):
        return True
    for element in text.parents:
        if element.name in APART or "avatar" in (element.get("class") or []):
            return True
        if element.get("aria-hidden") and len(text.strip()) <= 2:
            return True  # a person's initials
        if element.name == "bdi" or element.get("dir") == "auto":
            # Its first letter decides, so none of our words may come before theirs.
            return runs_from_right(own_words(element)[:1])
    return False


def own_words(element: Tag) -> str:
    """The letters of an element, without parts that set their own direction."""
    copy = BeautifulSoup(str(element), "html.parser")
    for inner in cast(Tag, copy.contents[0]).select("bdi, [dir]"):
        inner.extract()
    return "".join(one for one in copy.text if one.isalpha())


def unfit(element: Tag) -> Iterator[str]:
    for name in ("title", "aria-label", "alt", "placeholder"):
        rest = ISOLATES.sub("", str(element.get(name, "")))
        if runs_from_right(rest) and LATIN.search(rest):
            yield f"{element.name}'s {name} says {element[name]!r}"
    written = element.name == "textarea" or (
        element.name == "input" and element.get("type", "text") in ("text", "search")
    )
    if written and element.get("dir") != "auto" and "hidden" not in element.attrs:
        yield f"{element.name} {element.get('name') or element.get('class')} has no direction"


async def test_an_import_is_shown_in_its_own_direction(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    numbers = {"שרה כהן": "(202) 555-0191", "محمد علي": "(202) 555-0192", "דוד לוי": "12"}
    listed = "Name,Phone\n" + "\n".join(f"{name},{number}" for name, number in numbers.items())
    async with browser.post(paths.import_people(), data={"list": listed}) as answer:
        page = BeautifulSoup(await answer.text(), "html.parser")
    assert not list(found_in(page))
    [sarah] = [one for one in page.find_all("li") if "0191" in one.text and not one.find("li")]
    name, number = sarah.find_all("bdi")
    assert (name.text, number.text, number["dir"]) == ("שרה כהן", "(202) 555-0191", "ltr")


# Expressions that contain only text written by people.
_OUTPUT = re.compile(r"\{\{-? *(.*?) *-?\}\}")
_THEIRS = re.compile(
    r"(?:\w+\.)+(?:name|shown_name\(country\)|title|body|last_body|about|text)"
    r"(?: \| (?:linked|named|truncate|for_anybody).*| or .*| if .*)?"
)
TEMPLATES = [
    path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "simulator"
]
# Our own words with the same names.
OURS = re.compile(r"(?:reason|problem|system|church\.problem|event)\.\w+.*")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_isolate_all_user_text(path: Path) -> None:
    html = re.sub(r"\{% block title %\}.*|\{#(?s:.*?)#\}|\{%(?s:.*?)%\}", "", path.read_text())
    marked = _OUTPUT.sub(
        lambda found: WORDS if _THEIRS.fullmatch(found[1]) and not OURS.match(found[1]) else "",
        html,
    )
    page = BeautifulSoup(marked, "html.parser")
    loose = [
        text.parent for text in page.find_all(string=cast(Any, runs_from_right)) if not held(text)
    ]
    assert not loose


def held(text: NavigableString) -> bool:
    return any(
        element.name in APART or element.name == "bdi" or element.has_attr("dir")
        for element in text.parents
        if isinstance(element, Tag)
    )


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (f"<p>{WORDS}</p>", "p.None says"),
        (f"<p>Hello <bdi>{WORDS}</bdi></p>", ""),
        (f"<p dir='auto'>Hello {WORDS}</p>", "p.None says"),
        (f"<p dir='auto'><bdi>Hello</bdi> {WORDS}</p>", ""),
        (f"<p>Hello \u2068{WORDS}\u2069</p>", ""),
        (f"<p title='Hello {WORDS}'></p>", "p's title says"),
        ("<textarea name='body'></textarea>", "textarea body has no"),
    ],
)
def test_the_premise_that_a_fault_is_noticed(html: str, fault: str) -> None:
    problems = list(found_in(BeautifulSoup(html, "html.parser")))
    assert bool(problems) == bool(fault) and all(one.startswith(fault) for one in problems)
