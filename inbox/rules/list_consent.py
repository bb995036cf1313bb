"""Which members of a list must not be texted, by what their own rows say.

Which headings ask about that is in consent_columns.py.
"""

import re
from collections.abc import Sequence

from inbox.rules.find_heading import Heading
from inbox.rules.list_cells import HAS_STOPPED, NO_TEXTS
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
    r"|opt\w*[ -]?out|un-?sub|rechaz|deneg|ningun)",
    re.IGNORECASE,
)
# In any other cell. Beside a number, "no texts" may be about that number alone.
_SAYS_NO = re.compile(
    rf"\W*(?:{NO_TEXTS}|(?:inactive\W+)?deceased|fallecid[oa]|dec['’]d)\W*"
    rf"|\D*[^\w\s@]\s*{HAS_STOPPED}(?:\s*[^\w\s@].*)?"
    rf"|(?:\D*[,;|/])?\s*{NO_TEXTS}\s*(?:[,;|/]\D*)?",
    re.IGNORECASE,
)

# What staff write down about a member.
_NOTED = re.compile(
    r"\b(?:do(?:es)?(?: not|n['’]?t)|never|not|no|without|refuses|no (?:quiere|desea|acepta))"
    r" (?:(?:want|like|receive|receiving|accept|get|use|send|recibir|any|church|more|sus) ){0,3}"
    r"(?:texts?|texting|txts?|sms|mensajes|textos)\b"
    r"|\b(?:texted|sent|replied|said|wrote) stop\b",
    re.IGNORECASE,
)
# Before a note is read as a member's own words.
_ABOUT_TEXTS = re.compile(
    r"(?=.*(?:text|txt|sms|mensaje|unsub|\bopt))(?=.*(?:no|do?n|n['’]t|never|stop|off|out|quit|rem|sub|del|baja))",
    re.IGNORECASE,
)


def says_no(cells: Sequence[str], heading: Heading) -> bool:
    """Whether the list says that this member must not be texted."""
    if any(len(cell) < 40 and _SAYS_NO.fullmatch(cell) for cell in cells):
        return True
    if any(_ABOUT_TEXTS.match(cell) and _is_note(cell) and _notes_no(cell) for cell in cells):
        return True
    for column, cell in zip(heading.columns, cells, strict=False):
        is_no = bool(_NO.match(cell))
        asks = column.field == "consent" or column.texting
        if asks and (is_no or _DECLINES.match(cell)):
            return True
        if column.field == "refusal" and not is_no and not _NOTHING.fullmatch(cell):
            return True
    return False


def _notes_no(cell: str) -> bool:
    return bool(_NOTED.search(cell)) or may_ask_to_stop(cell)


def _is_note(cell: str) -> bool:
    """Words without a number: beside one, they may be about that number alone."""
    return sum(map(str.isdigit, cell)) < 7 and "@" not in cell
