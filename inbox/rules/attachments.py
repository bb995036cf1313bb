"""Attachments: their real content type, kind, and file ending."""

from collections.abc import Iterable

UNKNOWN = "application/octet-stream"
# What a browser may show inside the page, by its first bytes. Everything else is a download.
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

# Content type -> kind, and the ending with which devices open it. Types that a browser would
# execute (HTML, SVG, scripts) are not among them, and never will be.
_KNOWN = {
    "image/jpeg": ("photo", ".jpg"),
    "image/jpg": ("photo", ".jpg"),
    "image/pjpeg": ("photo", ".jpg"),
    "image/png": ("photo", ".png"),
    "image/x-png": ("photo", ".png"),
    "image/gif": ("photo", ".gif"),
    "image/webp": ("photo", ".webp"),
    "image/heic": ("photo", ".heic"),
    "image/heif": ("photo", ".heif"),
    "image/heic-sequence": ("photo", ".heic"),
    "image/heif-sequence": ("photo", ".heif"),
    "image/avif": ("photo", ".avif"),
    "image/bmp": ("photo", ".bmp"),
    "image/x-ms-bmp": ("photo", ".bmp"),
    "image/x-bmp": ("photo", ".bmp"),
    "image/bitmap": ("photo", ".bmp"),
    "image/tiff": ("photo", ".tiff"),
    "image/tif": ("photo", ".tiff"),
    "image/jxl": ("photo", ".jxl"),
    "image/x-adobe-dng": ("photo", ".dng"),
    "audio/amr": ("voice", ".amr"),
    "audio/x-amr": ("voice", ".amr"),
    "audio/amr-nb": ("voice", ".amr"),
    "audio/amr-wb": ("voice", ".awb"),
    "audio/x-amr-wb": ("voice", ".awb"),
    "audio/3gp": ("voice", ".3gp"),
    "audio/3gpp": ("voice", ".3gp"),
    "audio/3gpp2": ("voice", ".3g2"),
    "audio/mp4": ("voice", ".m4a"),
    "audio/m4a": ("voice", ".m4a"),
    "audio/x-m4a": ("voice", ".m4a"),
    "audio/mp4a-latm": ("voice", ".m4a"),
    "audio/x-mp4": ("voice", ".m4a"),
    "audio/mpeg4": ("voice", ".m4a"),
    "audio/mpeg4-generic": ("voice", ".m4a"),
    "audio/aac": ("voice", ".aac"),
    "audio/x-aac": ("voice", ".aac"),
    "audio/aacp": ("voice", ".aac"),
    "audio/vnd.dlna.adts": ("voice", ".aac"),
    "audio/ogg": ("voice", ".ogg"),
    "audio/x-ogg": ("voice", ".ogg"),
    "audio/vorbis": ("voice", ".ogg"),
    "audio/opus": ("voice", ".opus"),
    "audio/webm": ("voice", ".weba"),
    "audio/caf": ("voice", ".caf"),
    "audio/x-caf": ("voice", ".caf"),
    "audio/qcelp": ("voice", ".qcp"),
    "audio/vnd.qcelp": ("voice", ".qcp"),
    "audio/evrc": ("voice", ".qcp"),
    "audio/mpeg": ("audio", ".mp3"),
    "audio/mp3": ("audio", ".mp3"),
    "audio/x-mp3": ("audio", ".mp3"),
    "audio/x-mpeg": ("audio", ".mp3"),
    "audio/mpeg3": ("audio", ".mp3"),
    "audio/mpg": ("audio", ".mp3"),
    "audio/wav": ("audio", ".wav"),
    "audio/wave": ("audio", ".wav"),
    "audio/x-wav": ("audio", ".wav"),
    "audio/vnd.wave": ("audio", ".wav"),
    "audio/flac": ("audio", ".flac"),
    "audio/x-flac": ("audio", ".flac"),
    "audio/midi": ("audio", ".mid"),
    "audio/mid": ("audio", ".mid"),
    "audio/sp-midi": ("audio", ".mid"),
    "audio/x-midi": ("audio", ".mid"),
    "audio/aiff": ("audio", ".aiff"),
    "audio/x-aiff": ("audio", ".aiff"),
    "audio/x-ms-wma": ("audio", ".wma"),
    "audio/wma": ("audio", ".wma"),
    "audio/vnd.rn-realaudio": ("audio", ".ra"),
    "audio/basic": ("audio", ".au"),
    "audio/ac3": ("audio", ".ac3"),
    "video/3gpp": ("video", ".3gp"),
    "video/3gp": ("video", ".3gp"),
    "video/3gpp2": ("video", ".3g2"),
    "video/mp4": ("video", ".mp4"),
    "application/mp4": ("video", ".mp4"),
    "video/x-m4v": ("video", ".m4v"),
    "video/mpeg": ("video", ".mpeg"),
    "video/x-mpeg": ("video", ".mpeg"),
    "video/mp2t": ("video", ".ts"),
    "video/quicktime": ("video", ".mov"),
    "video/mov": ("video", ".mov"),
    "video/webm": ("video", ".webm"),
    "video/x-matroska": ("video", ".mkv"),
    "video/x-msvideo": ("video", ".avi"),
    "video/msvideo": ("video", ".avi"),
    "video/avi": ("video", ".avi"),
    "video/ogg": ("video", ".ogv"),
    "video/x-ms-wmv": ("video", ".wmv"),
    "video/x-ms-asf": ("video", ".asf"),
    "video/x-flv": ("video", ".flv"),
    "text/vcard": ("contact", ".vcf"),
    "text/x-vcard": ("contact", ".vcf"),
    "text/directory": ("contact", ".vcf"),
    "application/x-vcard": ("contact", ".vcf"),
    "application/vcard": ("contact", ".vcf"),
    "text/calendar": ("event", ".ics"),
    "application/ics": ("event", ".ics"),
    "text/x-vcalendar": ("event", ".ics"),
    "application/pdf": ("pdf", ".pdf"),
    "application/x-pdf": ("pdf", ".pdf"),
    "text/plain": ("text", ".txt"),
    "text/rtf": ("document", ".rtf"),
    "text/richtext": ("document", ".rtf"),
    "application/rtf": ("document", ".rtf"),
    "application/msword": ("document", ".doc"),
    "application/vnd.ms-word.document.macroenabled.12": ("document", ".docm"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "document",
        ".docx",
    ),
    "application/vnd.oasis.opendocument.text": ("document", ".odt"),
    "application/x-hwp": ("document", ".hwp"),
    "application/hwp": ("document", ".hwp"),
    "application/haansofthwp": ("document", ".hwp"),
    "application/vnd.hancom.hwp": ("document", ".hwp"),
    "application/hwp+zip": ("document", ".hwpx"),
    "application/haansofthwpx": ("document", ".hwpx"),
    "application/vnd.hancom.hwpx": ("document", ".hwpx"),
    "application/vnd.ms-publisher": ("document", ".pub"),
    "application/x-mspublisher": ("document", ".pub"),
    "application/vnd.apple.pages": ("document", ".pages"),
    "application/x-iwork-pages-sffpages": ("document", ".pages"),
    "text/markdown": ("document", ".md"),
    "text/x-markdown": ("document", ".md"),
    "application/epub+zip": ("document", ".epub"),
    "text/csv": ("spreadsheet", ".csv"),
    "text/x-csv": ("spreadsheet", ".csv"),
    "text/comma-separated-values": ("spreadsheet", ".csv"),
    "text/x-comma-separated-values": ("spreadsheet", ".csv"),
    "application/csv": ("spreadsheet", ".csv"),
    "application/x-csv": ("spreadsheet", ".csv"),
    "text/tab-separated-values": ("spreadsheet", ".tsv"),
    "text/tsv": ("spreadsheet", ".tsv"),
    "application/vnd.ms-excel": ("spreadsheet", ".xls"),
    "application/vnd.ms-excel.sheet.macroenabled.12": ("spreadsheet", ".xlsm"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("spreadsheet", ".xlsx"),
    "application/vnd.oasis.opendocument.spreadsheet": ("spreadsheet", ".ods"),
    "application/vnd.apple.numbers": ("spreadsheet", ".numbers"),
    "application/x-iwork-numbers-sffnumbers": ("spreadsheet", ".numbers"),
    "application/vnd.ms-powerpoint": ("slides", ".ppt"),
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": ("slides", ".pptm"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "slides",
        ".pptx",
    ),
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow": (
        "slides",
        ".ppsx",
    ),
    "application/vnd.apple.keynote": ("slides", ".key"),
    "application/x-iwork-keynote-sffkey": ("slides", ".key"),
    "application/vnd.oasis.opendocument.presentation": ("slides", ".odp"),
    "application/vnd.apple.pkpass": ("file", ".pkpass"),
    "application/zip": ("file", ".zip"),
    "application/x-zip": ("file", ".zip"),
    "application/x-zip-compressed": ("file", ".zip"),
    "application/gzip": ("file", ".gz"),
    "application/x-gzip": ("file", ".gz"),
    "application/x-tar": ("file", ".tar"),
    "application/x-7z-compressed": ("file", ".7z"),
    "application/vnd.rar": ("file", ".rar"),
    "application/x-rar": ("file", ".rar"),
    "application/rar": ("file", ".rar"),
    "application/x-rar-compressed": ("file", ".rar"),
    "message/rfc822": ("file", ".eml"),
    "application/ogg": ("voice", ".ogg"),
}
# For types of these families that are not in the table.
_FAMILIES = {"image": "photo", "audio": "voice", "video": "video"}
# Without an ending they do not open as photos, so nobody should expect one.
_DRAWINGS = frozenset({"image/svg+xml", "image/svg"})

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"caff", "audio/x-caf"),
)
# Of files of text, in any case and after a byte order mark.
_TEXT_BEGINNINGS = (
    (b"BEGIN:VCARD", "text/vcard"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"%PDF-", "application/pdf"),
    (b"{\\RTF", "application/rtf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# How the brand of an ISO media file, four bytes in, begins. All others are video.
_BRANDS = (
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"hev", "image/heic"),
    (b"mif1", "image/heif"),
    (b"msf1", "image/heif"),
    (b"avif", "image/avif"),
    (b"M4A", "audio/mp4"),
    (b"M4B", "audio/mp4"),
    (b"M4V", "video/x-m4v"),
    (b"qt  ", "video/quicktime"),
    (b"3gp", "video/3gpp"),
    (b"3g2", "video/3gpp2"),
    (b"", "video/mp4"),
)
# Of photos in any of several formats: which one, the brands after the first say.
_ANY_PHOTO = (b"mif1", b"msf1")
_PHOTO_BRANDS = (b"avif", b"heic", b"heix", b"hevc", b"hevx")
# The bytes of these may as well be something more precise, such as a voice message.
_VAGUE = frozenset(
    {"audio/mpeg", "audio/ogg", "image/heif", "image/tiff", "video/3gpp", "video/3gpp2"}
    | {"video/mp4", "video/webm", "video/x-matroska"}
)


def real_type(content: bytes, claimed: str) -> str:
    """The content type. A sender may claim anything, so the first bytes decide; the claim counts
    only where it says more than they do.
    """
    found, claimed = _by_beginning(content), plain_type(claimed) or UNKNOWN
    if found is None:
        return UNKNOWN if claimed in SHOWN_TYPES else claimed
    if claimed in SHOWN_TYPES or found in SHOWN_TYPES or claimed not in _KNOWN:
        return found
    is_precise = found in _VAGUE and kind_of(claimed) in ("photo", "voice", "audio", "video")
    return claimed if is_precise or ending_of(claimed) == ending_of(found) else found


def _by_beginning(content: bytes) -> str | None:
    for beginning, content_type in _BEGINNINGS:
        if content.startswith(beginning):
            return content_type
    text = content[:32].removeprefix(b"\xef\xbb\xbf").lstrip().upper()
    for beginning, content_type in _TEXT_BEGINNINGS:
        if text.startswith(beginning):
            return content_type
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in content[:64] else "video/x-matroska"
    if content[4:8] == b"ftyp":
        return next(found for brand, found in _BRANDS if _brand(content).startswith(brand))
    # A text may begin with "BM", too, but has no four zeros there.
    return "image/bmp" if content[:2] == b"BM" and content[6:10] == b"\0\0\0\0" else None


def _brand(content: bytes) -> bytes:
    """The brand of an ISO media file that says most about its format."""
    first, length = content[8:12], int.from_bytes(content[:4], "big")
    if first not in _ANY_PHOTO:
        return first
    others = (content[at : at + 4] for at in range(16, min(length, 64), 4))
    return next((brand for brand in others if brand in _PHOTO_BRANDS), first)


def plain_type(content_type: str) -> str:
    """In lower case without parameters: "text/plain" for "Text/Plain; charset=utf-8"."""
    return content_type.partition(";")[0].strip().lower()[:100]


def kind_of(content_type: str) -> str:
    """ "photo", "voice", "video", and so on; otherwise "file"."""
    content_type = plain_type(content_type)
    kind, _ = _KNOWN.get(content_type, (None, None))
    if content_type in _DRAWINGS:
        return "file"
    return kind or _FAMILIES.get(content_type.partition("/")[0], "file")


def ending_of(content_type: str) -> str:
    """The file ending, such as ".pdf"; empty for types not in the table."""
    return _KNOWN.get(plain_type(content_type), ("file", ""))[1]


def counted(content_types: Iterable[str]) -> dict[str, int]:
    """The number of each kind, in order of appearance."""
    counts: dict[str, int] = {}
    for content_type in content_types:
        kind = kind_of(content_type)
        counts[kind] = counts.get(kind, 0) + 1
    return counts
