"""Templates to HTML. One synchronous environment: a template cannot await, so it cannot query."""

from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from inbox import paths
from inbox.assets import asset
from inbox.files import TEMPLATES


def iso(moment: datetime) -> str:
    """The moment in UTC as browsers read it, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    # Whether a template's file has changed is not asked each time; a new start reads it anew.
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals.update(paths=paths, asset=asset, iso=iso)


def render(template: str, **context: Any) -> str:
    return environment.get_template(template).render(**context)


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
