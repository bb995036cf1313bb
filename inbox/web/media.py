"""Attachments that came with a text, only for the staff of their church."""

from quart import Blueprint, Response, abort, send_file

from inbox.context import current_context
from inbox.models.finders import find_media
from inbox.web.auth import me, needs

pages = Blueprint("media", __name__)


@pages.get("/media/<int:media_id>")
@needs("read_conversations")
async def show(media_id: int) -> Response:
    media = await find_media(me(), media_id)
    if media.file_name is None:
        abort(404)
    file = current_context().config.data_dir / "media" / media.file_name
    if not file.exists():
        abort(404)
    # Show a picture in the page only if its first bytes say it is one; a sender may claim anything.
    response = await send_file(
        file,
        mimetype=media.content_type if media.is_shown else "application/octet-stream",
    )
    disposition = "inline" if media.is_shown else "attachment"
    response.headers["Content-Disposition"] = f"{disposition}; filename={media.name}"
    response.headers["Cache-Control"] = "private, max-age=86400"
    # If someone else signs in to this browser, it must ask again.
    response.headers["Vary"] = "Cookie"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
