"""Web and email addresses in a text: where each begins and ends, and where it leads.

Every link leads to exactly what it shows. Anything that may be a missing space after a period ("at
seven.in the hall") or a file name ("notes.md") stays text.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple


class Link(NamedTuple):
    start: int
    end: int
    href: str


# Characters that no address contains. Invisible characters and those that change the text direction
# are among them, so that no address can imitate another.
_NEVER = (
    r"\s<>\"`^|\\{}\x00-\x1f\x7f\xad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff"
    r"\u2018-\u201f\u2026\u2014\u2015«»‹›、。〈-】〔-〟，！？：；（）［］｛｝＜＞“”｡-､؟،؛۔"
    # Arrows, signs and emoji.
    r"\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
)
# Scripts without spaces or with attached endings, from Thai to Hangul: such a letter after a Latin
# one continues the sentence. Latin with marks (1E00–1EFF) is not among them.
_SPACELESS = r"\u0e00-\u10ff\u1100-\u11ff\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uffdc"
_GOES_ON = rf"(?!(?<=[A-Za-z0-9])[{_SPACELESS}])"
_REST = rf"(?:(?![,;]https?://|\]\(https?://){_GOES_ON}[^{_NEVER}])*"
# "iglesiapeña.org": the accents of Western Europe, which nobody takes for another letter.
_LETTER = "a-z0-9ß-öø-ÿ"
_LABEL = rf"[{_LETTER}](?:[{_LETTER}-]{{0,61}}[{_LETTER}])?"
_HOST = rf"(?:{_LABEL}\.)+[a-z]{{2,24}}"
# Not in the middle of a word, a path or another address.
_BEFORE = r"(?<![A-Za-z0-9_@./\\\xad\u00c0-\u024f])(?<![A-Za-z0-9]-)"

_ADDRESS = re.compile(
    rf"(?P<web>(?<![A-Za-z0-9])https?://(?:{_GOES_ON}[^/?#,;!'()*$&+=~{_NEVER}])+(?:[/?#]{_REST})?)"
    rf"|{_BEFORE}(?P<mail>[a-z0-9](?:[a-z0-9._+'-]{{0,62}}[a-z0-9_])?@{_HOST})(?![{_LETTER}-])"
    rf"|{_BEFORE}(?P<bare>(?P<host>{_HOST})(?![{_LETTER}@-])(?::[0-9]{{2,5}}(?=/))?(?P<path>[/?#]{_REST})?)",
    re.IGNORECASE,
)
_MAY_BE = re.compile(r"\w[.@]\w|://")

# Ends of a sentence or quotation rather than of an address.
# The last ones end a sentence in Hindi, Amharic, Armenian, Hebrew, Greek, and Tibetan.
_ENDS = "!?.,:;'*–¡¿‽।॥፡።፣፤։׃·།"
_CLOSING = {")": "(", "]": "[", "}": "{"}

# Endings of a bare host that no one writes by accident.
_SURE = frozenset(
    "com org net edu gov int info biz coop museum church ae ar au bo br ca ch cl cn cr ec "
    "eg eu fi fr gh gt hk hn hu ie il jo jp ke kr lb mx ng nl nz pe ph pt ro sa sg tw ua uk uy "
    "za".split()
)
# Country endings that are also words or abbreviations: links only with a path that is not a word
# ("he.is/was"), or behind a long name.
_WORDS = frozenset(
    "ad al am as at be by de do es fm in is la le li lo ma me mi mr ms mt my na ne ni no pa pm "
    "re se si so st su sy to us ve".split()
)
# Words too, but seldom before a slash: "merci.au revoir", "bukas.sa church". Links with any path,
# or behind a long name.
_ALSO_WORDS = frozenset("au eg il ke ng sa".split())
# Many churches have these: links with any path, or behind four letters that do not stand in such a
# sentence: "to share.ie cake", "for more.info", "ça va.ca ira".
_SELDOM_WORDS = frozenset("ca ie info".split())
_BEFORE_SELDOM_WORDS = frozenset("bring contact extra further general more other share".split())
# What stands before "church" in a sentence: "see you at.church".
_BEFORE_CHURCH = frozenset("a after at before for from in my of our the this to your".split())
# Hosts whose ending is such a word.
_KNOWN_HOSTS = frozenset(
    "t.me wa.me m.me fb.me ig.me on.fb.me a.co g.co t.co x.co youtu.be zoom.us is.gd amzn.to "
    "n.pr paypal.me evite.me join.me meet.in shorturl.at tinyurl.at trib.al spoti.fi pin.it "
    "ift.tt lu.ma gofund.me 1drv.ms give.sh apple.news g.page bible.us abide.is naver.me me2.do "
    "kko.to zalo.me line.me gf.me".split()
)
# All other endings link beside a path.
_COUNTRIES = frozenset(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br "
    "bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz "
    "ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu "
    "gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr "
    "kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt "
    "mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps "
    "pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz "
    "tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf "
    "ws ye yt za zm zw".split()
)
_OTHERS = frozenset(
    "academy agency aid app art asia audio bible bio blog business cafe camp care center chapel "
    "charity chat christmas cloud club co community company construction contact cool courses "
    "date day dev digital directory earth education email events exchange faith family "
    "foundation fun fund fyi gallery gift give gives giving gle global goog google group guide "
    "guru health help home hospital house institute international io jobs kids land learn legal "
    "life limited link live love ltd management market marketing media memorial men menu mil mobi "
    "mom movie music name network news ngo now one ong online ooo organic page partners party "
    "photos pics place plus press pro productions pub radio recipes red report rest reviews rip "
    "rocks run school services shop show site social solutions space store stream studio style "
    "support systems team tech tel tickets tips today top tours town training travel tube "
    "university ventures video vision vote voting voyage watch web website wedding wiki win "
    "work works world wtf xyz zone".split()
)
# "gracechurch.online" is a name; "in.church" and "church.live" may be sentences.
_NAME = re.compile(r"\w{3}(?:church|chapel|ministr)|(?:church|chapel|iglesia)\w{3}")
# Registries below a country's ending: "grace.org.do" is no sentence.
_SECOND = frozenset("ac co com edu gob gov net ngo or org".split())
_ENDINGS = _SURE | _COUNTRIES | _OTHERS
# Endings that nobody takes for the first word of a sentence.
_NO_WORDS = (_SURE | _COUNTRIES) - _WORDS
_NEXT_SENTENCE = re.compile(
    r"(?P<address>(?:[Hh]ttps?://)?[^/?#]+\.(?P<ending>[a-z]{2,24}))\.(?P<word>[A-Z][a-z]*)"
)
_WORDY_PATH = re.compile(r"[/?#]+[^\W\d_]*[/.,!?;:'’…]*\Z")


def links(text: str) -> Iterator[Link]:
    """The links in order."""
    # The full search takes longer than the rest of a bubble.
    if not _MAY_BE.search(text):
        return
    for found in _ADDRESS.finditer(text):
        if found["mail"]:
            mail = _without_sentence(found["mail"])
            if _ending(mail) in _ENDINGS:
                yield Link(found.start(), found.start() + len(mail), f"mailto:{mail}")
            continue
        shown = _without_sentence(_without_end(found[0]))
        # "_https://example.org/x_" is written in italics.
        if (mark := text[max(found.start() - 1, 0) : found.start()]) in ("_", "~"):
            shown = shown.removesuffix(mark)
        end = found.start() + len(shown)
        if found["web"] and _is_plain(shown):
            yield Link(found.start(), end, shown)
        elif found["bare"] and _is_meant(_host(shown).partition(":")[0], found["path"] or ""):
            yield Link(found.start(), end, f"https://{shown}")


def _without_end(address: str) -> str:
    """Without the punctuation of the surrounding sentence."""
    address = address.removesuffix("'s")
    # How many of each closing bracket have no opening one.
    spare = {
        closing: address.count(closing) - address.count(opening)
        for closing, opening in _CLOSING.items()
    }
    end = len(address)
    while end and (address[end - 1] in _ENDS or spare.get(address[end - 1], 0) > 0):
        if address[end - 1] in spare:
            spare[address[end - 1]] -= 1
        end -= 1
    return address[:end]


def _without_sentence(address: str) -> str:
    """ "gracechurch.org.See you": a sentence begins behind the address."""
    found = _NEXT_SENTENCE.fullmatch(address)
    if found is None or found["ending"] not in _ENDINGS or found["word"].lower() in _NO_WORDS:
        return address
    return found["address"]


def _is_plain(address: str) -> bool:
    """Whether it leads where a reader expects: no user name before an "@" that looks like a host,
    and one alphabet for each part of the host.
    """
    host = _host(address.split("://", 1)[1])
    return bool(re.search(r"\w", host)) and "@" not in host and not _mixes_alphabets(host)


def _host(address: str) -> str:
    """The host, and its port, of an address without https:// in front."""
    return re.split(r"[/?#]", address, maxsplit=1)[0]


def _mixes_alphabets(host: str) -> bool:
    if host.isascii():
        return False
    labels = (
        {_alphabet(letter) for letter in part if letter.isalpha()} for part in host.split(".")
    )
    return any("LATIN" in alphabets and len(alphabets) > 1 for alphabets in labels)


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0]


def _is_meant(host: str, path: str) -> bool:
    """Whether a host without https:// in front was written as an address."""
    *rest, ending = host.split(".")
    if not re.search(r"[a-z]", rest[-1], re.IGNORECASE):
        return False
    name, typed, ending = host.lower(), ending, ending.lower()
    is_www = name.startswith("www.") and len(rest) > 1
    # "See you then.Me too": a sentence begins, no address ends. "Www.Gracechurch.Org" is one.
    if typed != ending and host != host.upper() and not (is_www and ending in _ENDINGS):
        return False
    has_path = len(path) > 1
    if name in _KNOWN_HOSTS or any(name.endswith(f".{known}") for known in _KNOWN_HOSTS):
        return has_path or name.count(".") > 1
    if name.startswith("www."):
        return is_www
    if len(rest) > 1 and rest[-1].lower() in _SECOND and ending in _COUNTRIES:
        return True
    # "U.S.com" or "e.g.org" are no names.
    if len(rest[-1]) == 1 and not has_path:
        return False
    if ending in _WORDS:
        return has_path and (len(rest[-1]) > 8 or not _WORDY_PATH.match(path))
    if ending in _ALSO_WORDS:
        return has_path or len(rest[-1]) > 8
    if ending in _SELDOM_WORDS:
        return has_path or (len(rest[-1]) > 3 and rest[-1].lower() not in _BEFORE_SELDOM_WORDS)
    if ending in _OTHERS:
        return has_path or bool(_NAME.search(name))
    if ending == "church" and rest[-1].lower() in _BEFORE_CHURCH:
        return has_path
    return ending in _SURE or (has_path and ending in _COUNTRIES)


def _ending(address: str) -> str:
    return address.rpartition(".")[2].lower()
