"""Templates to HTML. Environments are synchronous: a template cannot await, so it cannot query."""

import json
import re
from collections.abc import Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from inbox import dom_ids, paths
from inbox.assets import asset, bundled, imported
from inbox.files import COMPILED_TEMPLATES, TEMPLATES
from inbox.i18n import (
    LANGUAGES,
    isolate_all,
    phone_numbers,
    runs_from_right,
    translate,
    translations,
    words_of_scripts,
)
from inbox.rules.attachments import counted
from inbox.rules.links import links
from inbox.rules.merge import STAND_IN, merge
from inbox.rules.names import MAX_NAME_LENGTH
from inbox.rules.passwords import MAX_PASSWORD, MIN_PASSWORD
from inbox.rules.phone import show_phone
from inbox.rules.presence import LASTS
from inbox.rules.snippet import Piece
from inbox.template_cache import TemplateCache

# More than all templates contain.
MAX_WORDS = 4_000
_NUMBER = '<bdi dir="ltr">{}</bdi>'
_HIT = "<mark>{}</mark>"
# A URL reads from left to right in every language, and links to exactly what it shows.
_LINK = '<a href="{}" rel="nofollow noopener noreferrer" target="_blank" dir="ltr">{}</a>'
# "@Daniel" or "@Daniel Ortiz", in HTML; an email address mentions no one, nor does an @ in a tag.
_CALLED = re.compile(r"<[^>]*>|(?<![\w>./-])(?P<name>@[^\W\d_][\w'’-]*(?: [A-ZÀ-ÖØ-Þ][\w'’-]*)?)")


def iso(moment: datetime) -> str:
    """The time in UTC, as browsers read it, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def linked(body: str) -> Markup:
    """A text with its URLs as links."""
    show = _numbered if runs_from_right(body) else escape
    parts, at = [], 0
    for start, end, href in links(body):
        parts += [show(body[at:start]), Markup(_LINK).format(href, body[start:end])]
        at = end
    return Markup("").join([*parts, show(body[at:])])


def numbered(words: str) -> Markup:
    """Text in which right-to-left words do not reorder the parts of a phone number."""
    return _numbered(words) if runs_from_right(words) else escape(words)


def _numbered(words: str) -> Markup:
    parts, at = [], 0
    for start, end in phone_numbers(words):
        parts += [escape(words[at:start]), Markup(_NUMBER).format(words[start:end])]
        at = end
    return Markup("").join([*parts, escape(words[at:])])


def marked(pieces: Sequence[Piece]) -> Markup:
    """A snippet with its hits marked. A phone number stays in order even with a hit inside it."""
    parts, at, whole = [], 0, "".join(piece.text for piece in pieces)
    for start, end in phone_numbers(whole) if runs_from_right(whole) else ():
        parts += [_marked(pieces, at, start), Markup(_NUMBER).format(_marked(pieces, start, end))]
        at = end
    return Markup("").join([*parts, _marked(pieces, at, len(whole))])


def _marked(pieces: Sequence[Piece], start: int, end: int) -> Markup:
    """The part of the snippet between these positions."""
    parts, at = [], 0
    for piece in pieces:
        words = piece.text[max(start - at, 0) : max(end - at, 0)]
        at += len(piece.text)
        parts.append(Markup(_HIT).format(words) if piece.hit and words else escape(words))
    return Markup("").join(parts)


def named(body: str) -> Markup:
    """A note with its mentions highlighted."""
    return Markup(_CALLED.sub(_called, str(linked(body))))


def _called(found: re.Match[str]) -> str:
    return f'<span class="called">{found[0]}</span>' if found["name"] else found[0]


class _Environment(Environment):
    """Looks up globals without Jinja's chain of maps, which costs most of a page's time when
    templates are imported. All globals must be set before the first template is read."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


@cache
def environment(language: str) -> Environment:
    """The environment for a language: its texts, and how its numbers are written."""
    made = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        # Does not check each time whether a template's file has changed; a restart reads it anew.
        auto_reload=False,
        bytecode_cache=TemplateCache(COMPILED_TEMPLATES, language, compiled_by=Path(__file__)),
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(_speech(language), drawn=drawn, still=_still(made))
    made.globals.update(
        paths=paths,
        dom_ids=dom_ids,
        asset=asset,
        bundled=bundled,
        imported=imported,
        iso=iso,
        language=language,
        script_words=_script_words(language),
        min_password=MIN_PASSWORD,
        max_password=MAX_PASSWORD,
        max_member_name=MAX_NAME_LENGTH,
        presence_lasts=json.dumps(LASTS),
    )
    made.filters.update(
        linked=linked,
        marked=marked,
        named=named,
        counted=counted,
        numbered=numbered,
        show_phone=show_phone,
        **_readings(language),
    )
    made.filters["number"] = lambda number: format_decimal(number, locale=language)
    made.filters["size"] = lambda count: size_of_file(count, language)
    return made


def size_of_file(count: int, language: str) -> str:
    """The size of a file of so many bytes, as devices show it: "1 kB" at least."""
    if count < 999_500:
        return f"{format_decimal(max(1, round(count / 1000)), locale=language)} kB"
    return f"{format_decimal(round(count / 1_000_000, 1), locale=language)} MB"


def _readings(language: str) -> dict[str, Callable[..., str]]:
    """How a broadcast's text reads for one member, by first name, or with a stand-in."""
    stand_in, anybody = translate(language, STAND_IN), f"[{translate(language, 'First name')}]"
    return {
        "merged": lambda body, name: merge(body, first_name=name, stand_in=stand_in),
        "for_anybody": lambda body: merge(body, first_name=None, stand_in=anybody),
    }


def _still(made: Environment) -> Callable[[str], Markup]:
    """Templates without variables: each is rendered once."""

    @cache
    def still(template: str) -> Markup:
        return Markup(made.get_template(template).render())

    return still


def _speech(language: str) -> dict[str, Callable[..., Markup]]:
    """The functions that translate in templates. Jinja's own format the same text hundreds of times
    per page; here, texts without values are formatted once."""
    spoken = translations(language)

    @lru_cache(MAX_WORDS)
    def pattern(text: str) -> Markup:
        return Markup(spoken.ugettext(text))

    @lru_cache(MAX_WORDS)
    def whole(text: str) -> Markup:
        return pattern(text) % {}

    def gettext(text: str, /, **values: Any) -> Markup:
        return pattern(text) % isolate_all(values) if values else whole(text)

    def ngettext(one: str, many: str, num: int, /, **values: Any) -> Markup:
        return Markup(spoken.ungettext(one, many, num)) % {"num": num, **isolate_all(values)}

    def pgettext(context: str, text: str, /) -> Markup:
        """For one English word that needs two translations."""
        return Markup(spoken.upgettext(context, text))

    return {"gettext": gettext, "ngettext": ngettext, "pgettext": pgettext, "_": gettext}


def drawn(shapes: dict[str, str]) -> Callable[[str], Markup]:
    """Icons by name, from the shapes inside them."""
    start, end = '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">', "</svg>"
    return {name: Markup(start + shape + end) for name, shape in shapes.items()}.__getitem__


def _script_words(language: str) -> Markup:
    """The scripts' translations, as JSON that cannot close the element around it."""
    words = json.dumps(words_of_scripts(language), ensure_ascii=False)
    return Markup(words.replace("<", "\\u003c"))


def compile_templates() -> None:
    """Load all templates in all languages, so that no page waits for it."""
    for language in LANGUAGES:
        made = environment(language)
        for template in made.list_templates(extensions=["html"]):
            made.get_template(template)


def render(language: str, template: str, **context: Any) -> str:
    return environment(language).get_template(template).render(**context)


def put(*fragments: str) -> str:
    """A Turbo Stream that places fragments on the page just as a push does."""
    return str(
        Markup('<turbo-stream action="put"><template>{}</template></turbo-stream>').format(
            Markup("".join(fragments))
        )
    )


def replace(target: str, html: str) -> str:
    return str(
        Markup(
            '<turbo-stream action="replace" target="{}"><template>{}</template></turbo-stream>'
        ).format(target, Markup(html))
    )
