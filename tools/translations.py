"""Finds every string shown to users in the code, and updates the translations.

`python -m tools.translations` writes inbox/locale/*.po. New strings are added untranslated,
and strings no longer in the code are removed.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from inbox.i18n import LANGUAGES, LOCALE

ROOT = Path(__file__).parent.parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "N_": None,
    "translate": (2,),
    "say": None,
    "t": None,
    "tn": (1, 2),
}
# The simulated phones are a separate practice tool.
METHODS = [
    ("inbox/simulator/**", "ignore"),
    ("templates/simulator/**", "ignore"),
    ("static/js/simulator.js", "ignore"),
    ("inbox/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("static/js/**.js", "javascript"),
]
OPTIONS = {"templates/**.html": {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}}
PLACES = ("inbox", "templates", "static/js")


def extracted() -> Catalog:
    """All strings in the code, with the files that contain them. Line numbers would change every
    day.
    """
    catalog = Catalog(project="inbox", charset="utf-8")
    for place in PLACES:
        found = extract_from_dir(
            ROOT / place,
            method_map=[
                (pattern.removeprefix(f"{place}/"), method)
                for pattern, method in METHODS
                if pattern.startswith(f"{place}/")
            ],
            options_map={
                pattern.removeprefix(f"{place}/"): options for pattern, options in OPTIONS.items()
            },
            keywords=KEYWORDS,
        )
        for file, _, said, comments, context in found:
            catalog.add(said, None, [(f"{place}/{file}", 0)], (), (), comments, "", 0, context)
    for message in catalog:
        message.locations = sorted(set(message.locations))
    return catalog


def written(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_po(
        out,
        catalog,
        width=100,
        omit_header=False,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
        include_previous=False,
    )
    return out.getvalue()


def updated(language: str) -> Catalog:
    """The translations of this language, for all strings now in the code."""
    file = LOCALE / f"{language}.po"
    catalog = read_po(file.open("rb"), locale=language) if file.exists() else Catalog(language)
    # A guess is worse than English: nothing is copied from strings that only look alike.
    catalog.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    return catalog


def main() -> None:
    for language in LANGUAGES:
        if language != "en":
            catalog = updated(language)
            (LOCALE / f"{language}.po").write_bytes(written(catalog))
            missing = [message.id for message in catalog if message.id and not is_said(message)]
            print(f"{language}: {len(catalog)} in all, {len(missing)} not translated")


def is_said(message: object) -> bool:
    """Whether every form of it is translated."""
    string = message.string  # type: ignore[attr-defined]
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    main()
