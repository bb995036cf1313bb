"""Templates to HTML. Synchronous environments: a template cannot await, so it cannot query."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from inbox import paths
from inbox.assets import asset
from inbox.files import TEMPLATES
from inbox.words import translations, words_of_scripts


def iso(moment: datetime) -> str:
    """The moment in UTC as browsers read it, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@cache
def environment(language: str) -> Environment:
    """One for each language: what is said, and how its numbers are written."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        # Whether a template's file has changed is not asked each time; a new start reads it anew.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        paths=paths, asset=asset, iso=iso, language=language, script_words=_script_words(language)
    )
    made.filters["number"] = lambda number: format_decimal(number, locale=language)
    return made


def _script_words(language: str) -> Markup:
    """What the scripts say in this language, as JSON that cannot end the element around it."""
    words = json.dumps(words_of_scripts(language), ensure_ascii=False)
    return Markup(words.replace("<", "\\u003c"))


def render(language: str, template: str, **context: Any) -> str:
    return environment(language).get_template(template).render(**context)


def stream(*actions: str) -> str:
    """Turbo Stream actions as one answer."""
    return "".join(actions)


def put(*fragments: str) -> str:
    """A Turbo Stream that places fragments on the page exactly as a push does."""
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
