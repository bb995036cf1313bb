"""Photos for simulated phones: small generated PNGs, so that none has to be shipped."""

import struct
import zlib
from functools import lru_cache

Color = tuple[int, int, int]

WIDTH, HEIGHT = 240, 160
PALETTES: tuple[tuple[Color, Color, Color, Color], ...] = (
    ((253, 186, 116), (251, 113, 133), (254, 243, 199), (91, 33, 82)),
    ((125, 211, 252), (224, 242, 254), (255, 251, 235), (21, 94, 117)),
    ((49, 46, 129), (129, 140, 248), (241, 245, 249), (15, 23, 42)),
    ((187, 247, 208), (254, 249, 195), (253, 224, 71), (22, 101, 52)),
)


def picture(kind: int) -> bytes:
    """A landscape with a sun, as PNG. The same `kind` is the same picture."""
    return _painted(kind % len(PALETTES))


@lru_cache(maxsize=len(PALETTES))
def _painted(kind: int) -> bytes:
    top, bottom, sun, hill = PALETTES[kind]
    rows = bytearray()
    for y in range(HEIGHT):
        share = y / HEIGHT
        sky = bytes(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        rows.append(0)
        for x in range(WIDTH):
            if y > HEIGHT - 34 - (x - 70) * (170 - x) / 260:
                rows += bytes(hill)
            elif (x - 172) ** 2 + (y - 52) ** 2 < 22**2:
                rows += bytes(sun)
            else:
                rows += sky
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
