"""What a text says in its own words, without the words of ours that it quotes.

Phones without reactions spell them out: Loved “Picnic on Sunday. Reply STOP to unsubscribe”.
"""

import re

_REACTION = re.compile(
    r"(?:[^\w“\"«]{1,12} to"
    r"|loved|liked|disliked|laughed at|emphasi[sz]ed|questioned"
    r"|reacted (?:with )?[^\w“\"«]{1,12} to|removed an? [\w ]{1,20} from"
    r"|(?:a [\w .'’-]{1,40} )?(?:no )?(?:me|te|le) (?:gust[aóo]|encant[aóo]|dio risa)"
    r"|reaccion[oó] (?:con )?[^\w“\"«]{1,12} a|(?:elimin|quit)[oó] una? [\w ]{1,20} de"
    r"|se (?:rio|rió) de|enfatiz[oó]|destac[oó]|cuestion[oó]"
    r"|a (?:aimé|adoré|souligné)|gostou de|amou|riu de)"
    r" ?(?:“(?:.*”|[^”]*)|«(?:.*»|[^»]*)|\"(?:.*\"|[^\"]*))\s*",
    re.IGNORECASE | re.DOTALL,
)
_MARK = re.compile('[“"«]')
_QUOTED_LINE = re.compile(r"^> .*\n?", re.MULTILINE)


def own_words(body: str) -> str:
    if _MARK.search(body) and _REACTION.fullmatch(body.strip()):
        return ""
    return _QUOTED_LINE.sub("", body) if "> " in body else body
