"""Turning push notifications on and off in a browser."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context
from inbox.i18n import N_, translate
from inbox.models import PushKey, PushSubscription
from inbox.models.push import PushProblem
from inbox.push_sender import Notice, wake
from inbox.rate_limits import TEST_NOTIFICATIONS
from inbox.web.auth import church, me, session, signed_in
from inbox.web.pages import draw

pages = Blueprint("push", __name__)


@pages.get("/push/state")
@signed_in
async def state() -> ResponseReturnValue:
    """The key that browsers subscribe with, and how many of this person's are notified."""
    key = await PushKey.ours(current_context().seal)
    browsers = len(await PushSubscription.living([me().id]))
    drawn = draw("settings/_browsers.html", browsers=browsers)
    return {"key": key.public_key, "browsers": drawn}


@pages.post("/push/subscribe")
@signed_in
async def subscribe() -> ResponseReturnValue:
    """`before`: this browser's earlier endpoint that no longer works, if it knows one."""
    form = await request.form
    endpoint, before = form.get("endpoint", ""), form.get("before", "")
    if not current_context().push.may_send_to(endpoint):
        abort(400)
    try:
        await PushSubscription.begin(
            session(), endpoint, form.get("p256dh", ""), form.get("auth", "")
        )
    except PushProblem:
        abort(400)
    if before != endpoint:
        await PushSubscription.end(me(), before)
    return "", 204


@pages.post("/push/unsubscribe")
@signed_in
async def unsubscribe() -> ResponseReturnValue:
    await PushSubscription.end(me(), (await request.form).get("endpoint", ""))
    return "", 204


@pages.post("/push/test")
@signed_in
async def test() -> ResponseReturnValue:
    """Send one notification to each of this person's browsers, now and at any hour."""
    context = current_context()
    if not await context.limiter.allow(TEST_NOTIFICATIONS, str(me().id)):
        abort(429)
    title = translate(church().language, N_("Notifications work"))
    notice = Notice(title, church().name, paths.preference_settings(), "test")
    browsers = await PushSubscription.living([me().id])
    outcomes = await wake(context, [(browser, notice) for browser in browsers])
    tested = "sent" if "sent" in outcomes else "failed" if outcomes else "nowhere"
    return redirect(f"{paths.preference_settings()}?tested={tested}", 303)
