"""The keys of Web Push, written as browsers write them: base64 for addresses, without padding."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_LENGTH = 100


def new_key_pair() -> tuple[str, str]:
    """A public key, which every browser is told, and its private one, which none is."""
    private = ec.generate_private_key(ec.SECP256R1())
    number = private.private_numbers().private_value.to_bytes(32, "big")
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _written(point), _written(number)


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether these are what a browser gives: a point on the curve, and 16 bytes."""
    try:
        point, secret = _read(p256dh), _read(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(point) == 65 and len(secret) == 16


def _written(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _read(text: str) -> bytes:
    text = text.rstrip("=")
    if not text.isascii() or len(text) > MAX_LENGTH:
        raise ValueError("no key")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
