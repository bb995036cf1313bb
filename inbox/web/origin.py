"""Refuses requests from other sites, and lets pages load and embed only our own files."""

from quart import Quart, Response, abort, request

from inbox.config import Config

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Called by programs with a signature or a token, never with a browser's cookie.
PROGRAMS = "/api/"


def guard(app: Quart, config: Config) -> None:
    headers = headers_for(config)

    @app.before_request
    async def refuse_other_sites() -> None:
        if request.method in SAFE_METHODS or request.path.startswith(PROGRAMS):
            return
        # Over https, browsers send Sec-Fetch-Site; over plain http, at least Origin. A request with
        # neither is not from a current browser, and is refused.
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            if site != "same-origin":
                abort(403)
        elif request.headers.get("Origin") not in (config.public_url, request.host_url.rstrip("/")):
            abort(403)

    @app.after_request
    async def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def headers_for(config: Config) -> dict[str, str]:
    """Headers for every response that does not set them itself."""
    socket = config.public_url.replace("http", "ws", 1)
    policy = (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"object-src 'none'; connect-src 'self' {socket}; img-src 'self' data:"
    )
    headers = {
        # Pages contain conversations: keep them out of shared caches and off the disk.
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    if config.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
