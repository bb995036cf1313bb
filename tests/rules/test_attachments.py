"""Attachments: their real type, their kind, and their file extension."""

import pytest

from inbox.rules.attachments import SHOWN_TYPES, counted, ending_of, kind_of, real_type

JPEG, PNG = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0"
BMP = b"BM\x9a\0\0\0\0\0\0\0\x36\0\0\0"


@pytest.mark.parametrize(
    ("content_type", "kind", "ending"),
    [
        ("audio/amr", "voice", ".amr"),
        ("audio/mp4", "voice", ".m4a"),
        ("audio/x-m4a", "voice", ".m4a"),
        ("audio/3gpp", "voice", ".3gp"),
        ("audio/ogg", "voice", ".ogg"),
        ("audio/mpeg", "audio", ".mp3"),
        ("audio/something-new", "voice", ""),
        ("text/x-vcard", "contact", ".vcf"),
        ("text/vcard", "contact", ".vcf"),
        ("text/directory", "contact", ".vcf"),
        ("application/pdf", "pdf", ".pdf"),
        ("image/heic", "photo", ".heic"),
        ("image/jpeg", "photo", ".jpg"),
        ("image/jpg", "photo", ".jpg"),
        ("image/png", "photo", ".png"),
        ("image/gif", "photo", ".gif"),
        ("image/webp", "photo", ".webp"),
        ("image/something-new", "photo", ""),
        ("video/3gpp", "video", ".3gp"),
        ("video/mp4", "video", ".mp4"),
        ("video/quicktime", "video", ".mov"),
        ("text/plain", "text", ".txt"),
        ("text/plain; charset=utf-8", "text", ".txt"),
        ("TEXT/Plain;charset=UTF-8", "text", ".txt"),
        ("Image/HEIC", "photo", ".heic"),
        (" application/PDF ; name=x.exe", "pdf", ".pdf"),
        ("text/calendar", "event", ".ics"),
        ("text/csv", "spreadsheet", ".csv"),
        ("application/msword", "document", ".doc"),
        ("application/x-vcard", "contact", ".vcf"),
        ("application/ics", "event", ".ics"),
        ("image/x-png", "photo", ".png"),
        ("audio/mp4a-latm", "voice", ".m4a"),
        ("audio/vnd.qcelp", "voice", ".qcp"),
        ("application/vnd.apple.pages", "document", ".pages"),
        ("audio/x-amr", "voice", ".amr"),
        ("audio/caf", "voice", ".caf"),
        ("audio/mpg", "audio", ".mp3"),
        ("audio/x-aiff", "audio", ".aiff"),
        ("video/avi", "video", ".avi"),
        ("image/x-adobe-dng", "photo", ".dng"),
        ("application/x-zip-compressed", "file", ".zip"),
        ("message/rfc822", "file", ".eml"),
        ("application/vnd.apple.pkpass", "file", ".pkpass"),
        ("application/x-hwp", "document", ".hwp"),
        ("application/haansofthwp", "document", ".hwp"),
        ("application/vnd.hancom.hwpx", "document", ".hwpx"),
        ("application/hwp+zip", "document", ".hwpx"),
        ("application/vnd.oasis.opendocument.presentation", "slides", ".odp"),
        ("application/x-iwork-keynote-sffkey", "slides", ".key"),
        ("application/x-iwork-numbers-sffnumbers", "spreadsheet", ".numbers"),
        ("application/x-rar", "file", ".rar"),
        ("text/comma-separated-values", "spreadsheet", ".csv"),
        ("application/csv", "spreadsheet", ".csv"),
        ("text/tab-separated-values", "spreadsheet", ".tsv"),
        ("application/vnd.ms-word.document.macroEnabled.12", "document", ".docm"),
        ("application/vnd.ms-excel.sheet.macroEnabled.12", "spreadsheet", ".xlsm"),
        ("application/vnd.ms-powerpoint.presentation.macroEnabled.12", "slides", ".pptm"),
        ("audio/3gp", "voice", ".3gp"),
        ("audio/x-mp4", "voice", ".m4a"),
        ("audio/x-ogg", "voice", ".ogg"),
        ("audio/x-flac", "audio", ".flac"),
        ("video/x-flv", "video", ".flv"),
        ("application/mp4", "video", ".mp4"),
        ("image/tif", "photo", ".tiff"),
        ("image/x-bmp", "photo", ".bmp"),
        ("application/octet-stream", "file", ""),
        ("", "file", ""),
        ("nonsense", "file", ""),
    ],
)
def test_each_type_has_a_kind_and_an_extension(content_type: str, kind: str, ending: str) -> None:
    assert (kind_of(content_type), ending_of(content_type)) == (kind, ending)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "image/svg",
        "text/javascript",
        "application/x-sh",
    ],
)
def test_an_executable_type_has_no_extension_and_is_called_a_file(content_type: str) -> None:
    assert (kind_of(content_type), ending_of(content_type)) == ("file", "")


@pytest.mark.parametrize(
    ("content", "claimed", "real"),
    [
        (JPEG, "image/png", "image/jpeg"),
        (PNG, "application/pdf", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/jpeg", "image/webp"),
        (b"<script>", "image/png", "application/octet-stream"),
        (b"<script>", "image/gif; x=y", "application/octet-stream"),
        (HEIC, "image/jpeg", "image/heic"),
        (HEIC, "application/octet-stream", "image/heic"),
        (HEIC, "image/heic", "image/heic"),
        (b"%PDF-1.7", "application/octet-stream", "application/pdf"),
        (b"%PDF-1.7", "", "application/pdf"),
        (b"#!AMR\n\x3c", "application/octet-stream", "audio/amr"),
        (b"#!AMR\n\x3c", "audio/amr", "audio/amr"),
        (b"BEGIN:VCARD\r\n", "text/x-vcard", "text/x-vcard"),
        (b"BEGIN:VCARD\r\n", "binary/octet-stream", "text/vcard"),
        (b"\0\0\0\x18ftyp3gp4", "video/3gpp", "video/3gpp"),
        (b"\0\0\0\x18ftypmp42", "audio/mp4", "audio/mp4"),
        (b"BEGIN:VCARD\r\n", "text/plain", "text/vcard"),
        (b"\xef\xbb\xbfbegin:vcard\r\n", "application/octet-stream", "text/vcard"),
        (b"BEGIN:VCALENDAR\r\n", "text/plain", "text/calendar"),
        (b"%PDF-1.4", "text/plain", "application/pdf"),
        (b"%PDF-1.4", "image/jpeg", "application/pdf"),
        (b"\0\0\0\x1cftypM4A ", "audio/mpeg", "audio/mp4"),
        (b"\0\0\0\x18ftypM4V ", "", "video/x-m4v"),
        (b"\0\0\0\x18ftypiso5", "", "video/mp4"),
        (b"\0\0\0\x18ftypavc1", "image/jpeg", "video/mp4"),
        (b"\0\0\0\x18ftyp3g2a", "application/octet-stream", "video/3gpp2"),
        (b"\0\0\0\x18ftyp3gp5", "audio/3gpp", "audio/3gpp"),
        (b"\0\0\0\x18ftyphevx", "image/jpeg", "image/heic"),
        (b"\0\0\0\x18ftypmif1", "image/heic", "image/heic"),
        (b"\0\0\0\x18ftypmp42", "text/plain", "video/mp4"),
        (b"\xff\xfb\x90\0", "application/octet-stream", "audio/mpeg"),
        (b"ID3\3", "audio/aac", "audio/aac"),
        (b"\xff\xf1\x50\x80", "application/octet-stream", "audio/aac"),
        (b"OggS\0\2", "audio/opus", "audio/opus"),
        (b"caff\0\1", "application/octet-stream", "audio/x-caf"),
        (b"\x1aE\xdf\xa3\x01webm", "application/octet-stream", "video/webm"),
        (b"\x1aE\xdf\xa3\x01matroska", "application/octet-stream", "video/x-matroska"),
        (b"RIFF\0\0\0\0AVI ", "application/octet-stream", "video/x-msvideo"),
        (b"PK\3\4", "application/zip", "application/zip"),
        (b"<script>", "text/vcard", "text/vcard"),
        (b"MZ\x90", "application/octet-stream", "application/octet-stream"),
        (b"Hello", "text/plain; charset=utf-8", "text/plain"),
        (b"Hello", "TEXT/PLAIN", "text/plain"),
        (b"Hello", "application/x-unheard-of", "application/x-unheard-of"),
        (BMP, "image/bmp", "image/bmp"),
        (BMP, "image/x-bmp", "image/x-bmp"),
        (BMP, "image/jpeg", "image/bmp"),
        (b"BMW for sale, ask Ruth", "text/plain", "text/plain"),
        (b"II*\0", "image/x-adobe-dng", "image/x-adobe-dng"),
        (b"MM\0*", "application/octet-stream", "image/tiff"),
        (b"\xef\xbb\xbf%PDF-1.4", "application/octet-stream", "application/pdf"),
        (b"\r\n%PDF-1.4", "application/octet-stream", "application/pdf"),
        (b"{\\rtf1", "application/octet-stream", "application/rtf"),
        (b"\xef\xbb\xbf{\\rtf1", "text/plain", "application/rtf"),
        (b"{\\rtf1", "text/rtf", "text/rtf"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1", "application/octet-stream", "image/avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic", "image/jpeg", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1\0\0\0\0avif", "image/jpeg", "image/heif"),
        (b"", "", "application/octet-stream"),
    ],
)
def test_the_first_bytes_outrank_the_claimed_type(content: bytes, claimed: str, real: str) -> None:
    assert real_type(content, claimed) == real
    assert real not in SHOWN_TYPES or real_type(content, "application/octet-stream") == real


def test_attachments_are_counted_by_kind_in_order_of_arrival() -> None:
    types = ["image/jpeg", "application/pdf", "image/heic", "text/x-vcard", "image/png"]
    assert counted(types) == {"photo": 3, "pdf": 1, "contact": 1}
    assert list(counted(types)) == ["photo", "pdf", "contact"]
