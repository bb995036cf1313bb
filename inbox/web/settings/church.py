"""Settings: the church's name, time zone, country, and language."""

from babel import Locale
from phonenumbers import SUPPORTED_REGIONS
from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import screens
from inbox.i18n import LANGUAGES, N_, Problem
from inbox.web.auth import church, needs
from inbox.web.pages import page, say
from inbox.web.settings.zones import choices, known_zones

pages = Blueprint("church", __name__)

FIELDS = ("name", "country", "timezone", "language")


@pages.get("/settings/church")
@needs("read_settings")
async def show() -> ResponseReturnValue:
    values = {name: getattr(church(), name) for name in FIELDS}
    saved = say("Saved.") if "saved" in request.args else None
    return await _page(values, None, saved=saved)


@pages.post("/settings/church")
@needs("change_church")
async def update() -> ResponseReturnValue:
    form = await request.form
    values = {name: form.get(name, "").strip() for name in FIELDS}
    try:
        _check(values)
    except Problem as problem:
        return await _page(values, problem.said(church().language), 422)
    await church().amend(**values)
    await screens().show_church(church().id)
    return redirect(f"{paths.church_settings()}?saved", 303)


def _check(values: dict[str, str]) -> None:
    if not values["name"]:
        raise Problem(N_("Please enter the name of your church."))
    if values["timezone"] not in known_zones():
        raise Problem(N_("Please choose one of the time zones."))
    if values["country"] not in SUPPORTED_REGIONS:
        raise Problem(N_("Please choose one of the countries."))
    if values["language"] not in LANGUAGES:
        raise Problem(N_("Please choose one of the languages."))


async def _page(
    values: dict[str, str], problem: str | None, status: int = 200, saved: str | None = None
) -> ResponseReturnValue:
    names = Locale(church().language).territories
    countries = sorted((names[code], code) for code in SUPPORTED_REGIONS if code in names)
    near, other_zones = choices(church().country, church().language, church().timezone)
    return await page(
        "settings/church.html",
        status,
        values=values,
        problem=problem,
        saved=saved,
        languages=LANGUAGES,
        countries=countries,
        country_name=names.get(church().country, church().country),
        zones=near,
        other_zones=other_zones,
        view="settings",
    )
