"""Everybody's own preferences: notifications, sound, and writing."""

from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names
from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from inbox import paths
from inbox.i18n import N_
from inbox.models import PushSubscription
from inbox.models.texts.undo import UNDO_SECONDS
from inbox.rules.notification_choice import CHOICES, DAYS, clock, minute_of
from inbox.web.auth import church, me, signed_in
from inbox.web.pages import page

pages = Blueprint("preferences", __name__)

TESTED = {
    "sent": (True, N_("Sent. It may take a few seconds to arrive.")),
    "failed": (False, N_("It could not be delivered. Turn notifications off and on again here.")),
    "nowhere": (
        False,
        N_("None of your browsers gets notifications yet. Turn them on below first."),
    ),
}


@pages.get("/settings/preferences")
@signed_in
async def show() -> ResponseReturnValue:
    return await page(
        "settings/preferences.html",
        view="settings",
        browsers=len(await PushSubscription.living([me().id])),
        days=_days(church().language, church().country),
        hours=(clock(me().notify_from), clock(me().notify_until)),
        undo_seconds=UNDO_SECONDS,
        saved="saved" in request.args,
        tested=TESTED.get(request.args.get("tested", "")),
    )


@pages.post("/settings/preferences")
@signed_in
async def save() -> ResponseReturnValue:
    await me().prefer(**_chosen(await request.form))
    return redirect(f"{paths.preference_settings()}?saved", 303)


@pages.route("/settings/notifications", methods=["GET", "POST"])
@signed_in
async def moved() -> ResponseReturnValue:
    """The page's former address, for bookmarks and for pages that are still open."""
    return redirect(paths.preference_settings(), 308)


def _chosen(form: MultiDict[str, str]) -> dict[str, Any]:
    """The form's values. Aborts with 400 for values that our form cannot send."""
    undo = {str(seconds): seconds for seconds in UNDO_SECONDS}.get(form.get("undo_seconds", ""))
    from_, until = (minute_of(form.get(name, "")) for name in ("from", "until"))
    notify = next((one for one in CHOICES if one == form.get("notify")), None)
    if undo is None or from_ is None or until is None or notify is None:
        abort(400)
    return {
        "notify": notify,
        "notify_days": "".join(day for day in DAYS if day in form.getlist("day")),
        "notify_from": from_,
        "notify_until": until,
        "sound": "sound" in form,
        "enter_sends": form.get("enter") == "sends",
        "undo_seconds": undo,
    }


def _days(language: str, country: str) -> list[tuple[str, str, str]]:
    """The number, short name, and full name of each weekday, in the order usual in that country."""
    first = _locale(language, country).first_week_day
    short = get_day_names("abbreviated", "stand-alone", language)
    whole = get_day_names("wide", "stand-alone", language)
    order = [(first + n) % 7 for n in range(7)]
    return [(str(day), short[day], whole[day]) for day in order]


def _locale(language: str, country: str) -> Locale:
    try:
        return Locale(language, country)
    except UnknownLocaleError:
        return Locale(language)
