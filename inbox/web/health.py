"""Whether this process can do its work, for load balancers and monitors."""

from quart import Blueprint
from quart.typing import ResponseReturnValue

from inbox.context import current_context
from inbox.web.auth import public

pages = Blueprint("health", __name__)

# Seconds. Monitors ask often and give up quickly, so a slow database counts as down.
PATIENCE = 1.0


@pages.get("/healthz")
@public
async def healthz() -> ResponseReturnValue:
    status = await current_context().db_health.ask(PATIENCE)
    return {"status": status}, 200 if status == "ok" else 503
