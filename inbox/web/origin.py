"""Requests from other sites are refused, and pages may load and embed only what is ours."""

from quart import Quart, Response, abort, request

from inbox.config import Config

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Those are asked by programs that carry a signature or a token, never by a browser's cookie.
PROGRAMS = "/api/"


def guard(app: Quart, config: Config) -> None:
    headers = headers_for(config)

    @app.before_request
    async def refuse_other_sites() -> None:
        if request.method in SAFE_METHODS or request.path.startswith(PROGRAMS):
            return
        # Browsers say it themselves over https; over plain http they at least send Origin. What
        # sends neither is no browser of today, and is refused.
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
    """What every answer says, unless it says otherwise itself."""
    socket = config.public_url.replace("http", "ws", 1)
    policy = (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"object-src 'none'; connect-src 'self' {socket}; img-src 'self' data:"
    )
    headers = {
        # Pages hold conversations: not for shared caches, nor for the disk.
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
