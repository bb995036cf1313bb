"""The tokens that let other programs act for the church."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from inbox import paths
from inbox.models import ApiToken
from inbox.models.finders import find_api_token
from inbox.web.auth import church, me, needs
from inbox.web.pages import page, say

pages = Blueprint("api_tokens", __name__)


@pages.get("/settings/api-tokens")
@needs("manage_api_tokens")
async def index() -> ResponseReturnValue:
    return await _page(None)


@pages.post("/settings/api-tokens")
@needs("manage_api_tokens")
async def create() -> ResponseReturnValue:
    name = (await request.form).get("name", "").strip()
    _, text = await ApiToken.issue(church(), name or say("Unnamed"), by=me())
    # Answered directly: the token's text is shown once, and a redirect could not carry it. The
    # status is 201, because Turbo expects a form that is answered with 200 to redirect.
    return await _page(text, 201)


@pages.post("/settings/api-tokens/<int:token_id>/revoke")
@needs("manage_api_tokens")
async def revoke(token_id: int) -> ResponseReturnValue:
    token = await find_api_token(me(), token_id)
    await token.revoke()
    return redirect(paths.api_token_settings(), 303)


async def _page(issued: str | None, status: int = 200) -> ResponseReturnValue:
    tokens = (
        await ApiToken.filter(church_id=church().id, revoked_at=None).order_by("-id").limit(100)
    )
    return await page("settings/api_tokens.html", status, tokens=tokens, issued=issued)
