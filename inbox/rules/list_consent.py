"""Which members of a list must not be texted, by what their own rows say.

Which headings ask about that is in consent_columns.py.
"""

import re
from collections.abc import Sequence

from inbox.rules.find_heading import Heading
from inbox.rules.list_refusals import NOTED, SAYS_NO, SECTION
from inbox.rules.stop_requests import may_ask_to_stop

# In a column that says whether a member may be texted.
_NO = re.compile(
    r"\W*(?:(?:no|n|false|f|0|never|nunca|off|nope|nah|nein|non|não|nee|nej|niet|nie|нет)\b(?!/)"
    r"(?! ?\d)|0[0/. :-]*$|否|不|没有|いいえ|아니)",
    re.IGNORECASE,
)
# In a column of refusals, where any other word is a no: nothing was entered.
_NOTHING = re.compile(
    r"[\s.–—-]*(?:(?:n/?a|none|null|nil|alive|living|active)\b.*)?", re.IGNORECASE
)
# More that means no where the question is whether they agree.
_DECLINES = re.compile(
    r"\W*(?:[✗✘❌✖🚫☐⬜]|(?:i )?do(?:es)?(?: not|n['’]?t)\b|out\b"
    r"|not\b|none|declin|denied|deny|refus|revok|withdr|reject|disabled|inactiv|blocked|stop"
    r"|(?:phone )?calls? only|(?:e-?mail|phone|voice) only|solo (?:llamad|correo)"
    r"|opt\w*[ -]?out|un-?sub|rechaz|deneg|ningun|(?:i )?disagree|unchecked|\[ ?\]|cancel"
    r"|(?:i(?:['’]?d| would) )?(?:rather|prefer) not|please (?:do not|don['’]?t|no)\b"
    r"|e-?mail (?:me )?instead|(?:prefier[oe]|mejor|por favor)(?: que)? no\b)",
    re.IGNORECASE,
)
# Before a note is read as a member's own words.
_ABOUT_TEXTS = re.compile(
    r"(?=.*(?:text|txt|sms|mensaje|unsub|\bopt))(?=.*(?:no|do?n|n['’]t|never|stop|off|out|quit|rem|sub|del|baja))",
    re.IGNORECASE,
)


def says_no(cells: Sequence[str], heading: Heading) -> bool:
    """Whether the list says that this member must not be texted."""
    if any(len(cell) < 40 and SAYS_NO.fullmatch(cell) for cell in cells):
        return True
    if any(_is_note(cell) and _notes_no(cell) for cell in cells):
        return True
    for column, cell in zip(heading.columns, cells, strict=False):
        is_no = bool(_NO.match(cell))
        asks = column.field == "consent" or column.texting
        if asks and (is_no or _DECLINES.match(cell)):
            return True
        if column.field == "refusal" and not is_no and not _NOTHING.fullmatch(cell):
            return True
    return False


def begins_refusals(cells: Sequence[str]) -> bool:
    """Whether this line is the title of a section of members who must not be texted."""
    return bool(SECTION.fullmatch(" ".join(filter(None, cells))))


def _notes_no(cell: str) -> bool:
    if NOTED.search(cell):
        return True
    return bool(_ABOUT_TEXTS.match(cell)) and may_ask_to_stop(cell)


def _is_note(cell: str) -> bool:
    """Words without a number: beside one, they may be about that number alone."""
    return " " in cell and sum(map(str.isdigit, cell)) < 9 and "@" not in cell
