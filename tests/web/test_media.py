"""Received files: displayed if they are pictures, and saved under a name that opens."""

import pytest

from inbox import paths
from inbox.models import Media, Message
from tests.cast import NAOMI
from tests.house import House, until


@pytest.mark.parametrize(
    ("content_type", "content", "name"),
    [
        ("audio/amr", b"#!AMR\n<", "voice-{}.amr"),
        ("text/x-vcard; charset=utf-8", b"BEGIN:VCARD", "contact-{}.vcf"),
        ("Application/PDF", b"%PDF-1.7", "pdf-{}.pdf"),
        ("video/3gpp", b"\0\0\0\x18ftyp3gp4", "video-{}.3gp"),
        ("image/heic", b"\0\0\0\x18ftypheic", "photo-{}.heic"),
        ("text/plain", b"Hello", "text-{}.txt"),
        ("image/png", b"<script>alert(1)</script>", "file-{}"),
        ("text/html", b"<script>alert(1)</script>", "file-{}"),
        ("image/svg+xml", b"<svg><script/></svg>", "file-{}"),
    ],
)
async def test_a_file_is_saved_under_a_name_that_opens_and_never_shown(
    house: House, content_type: str, content: bytes, name: str
) -> None:
    media = await arrived(house, content_type, content)
    browser = await house.browser(house.cast.ruth)
    async with browser.get(paths.media(media.id)) as answer:
        assert await answer.read() == content
        assert answer.content_type == "application/octet-stream"
        assert (
            answer.headers["Content-Disposition"] == f"attachment; filename={name.format(media.id)}"
        )
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_picture_is_shown_and_has_an_extension_too(house: House) -> None:
    media = await arrived(house, "image/jpg", b"\xff\xd8\xff\xe0")
    browser = await house.browser(house.cast.ruth)
    async with browser.get(paths.media(media.id)) as answer:
        assert answer.content_type == "image/jpeg"
        assert answer.headers["Content-Disposition"] == f"inline; filename=photo-{media.id}.jpg"


async def arrived(house: House, content_type: str, content: bytes) -> Media:
    """Naomi's file, fetched and stored."""
    await house.text(NAOMI, "", files=[(content_type, content)])

    async def stored() -> bool:
        return await Media.exists(status="stored")

    await until(stored)
    assert (await Message.get()).body == ""
    return await Media.get()
