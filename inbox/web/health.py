"""Whether this process can do its work, for load balancers and monitors."""

from quart import Blueprint
from quart.typing import ResponseReturnValue

from inbox import db

pages = Blueprint("health", __name__)


@pages.get("/healthz")
async def healthz() -> ResponseReturnValue:
    try:
        await db.rows("select 1 as alive")
    except Exception:
        return {"status": "no database"}, 503
    return {"status": "ok"}, 200
