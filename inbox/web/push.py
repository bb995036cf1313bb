"""A browser asks to be woken when somebody writes, and no longer."""

from quart import Blueprint, abort, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.context import current_context
from inbox.live.wake import Notice, wake
from inbox.models import PushSubscription
from inbox.models.push import PushProblem
from inbox.web.auth import church, me, session, staff_only
from inbox.words import N_, translate

pages = Blueprint("push", __name__)

TESTS_A_MINUTE = 6


@pages.post("/push/subscribe")
@staff_only
async def subscribe() -> ResponseReturnValue:
    form = await request.form
    endpoint = form.get("endpoint", "")
    if not current_context().push.may_send_to(endpoint):
        abort(400)
    try:
        await PushSubscription.begin(
            session(), endpoint, form.get("p256dh", ""), form.get("auth", "")
        )
    except PushProblem:
        abort(400)
    return "", 204


@pages.post("/push/unsubscribe")
@staff_only
async def unsubscribe() -> ResponseReturnValue:
    await PushSubscription.end(me(), (await request.form).get("endpoint", ""))
    return "", 204


@pages.post("/push/test")
@staff_only
async def test() -> ResponseReturnValue:
    """One notification to every browser of this person, now and whatever the hour."""
    context = current_context()
    if not await context.limiter.allow("push-test", TESTS_A_MINUTE, str(me().id)):
        abort(429)
    title = translate(church().language, N_("Notifications work"))
    notice = Notice(title, church().name, paths.notification_settings(), "test")
    browsers = await PushSubscription.living([me().id])
    outcomes = await wake(context, [(browser, notice) for browser in browsers])
    tested = "sent" if "sent" in outcomes else "failed" if outcomes else "nowhere"
    return redirect(f"{paths.notification_settings()}?tested={tested}", 303)
