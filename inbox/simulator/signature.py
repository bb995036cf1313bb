"""Twilio's request signature, written from its documentation, independently of the inbox's own
check, so that the two check each other.
"""

import base64
import hmac
from collections.abc import Iterable
from hashlib import sha1
from urllib.parse import urlsplit, urlunsplit


def sign(auth_token: str, url: str, fields: Iterable[tuple[str, str]] = ()) -> str:
    """The value of X-Twilio-Signature for a call of `url` with these form fields.

    Names in byte order; each distinct value of a name once, sorted as text; blank values count.
    """
    values: dict[str, set[str]] = {}
    for name, value in fields:
        values.setdefault(name, set()).add(value)
    text = signed_url(url) + "".join(
        name + value for name in sorted(values) for value in sorted(values[name])
    )
    digest = hmac.new(auth_token.encode(), text.encode(), sha1).digest()
    return base64.b64encode(digest).decode()


def signed_url(url: str) -> str:
    """The address as signed: without fragment, user, and password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
