"""Which headings of a list say whether its members may be texted."""

from collections.abc import Set

from inbox.rules.somebody_else import is_somebody_else


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TEXTING = _set(
    "text texts txt txts texting textable textear sms message messages messaging msg msgs mensaje "
    "mensajes textos whatsapp"
)
# Of these, none could stand over numbers, as "SMS" may.
_MESSAGES = _set(
    "messaging message messages msg msgs mensaje mensajes textos texto de recibe recibir"
)
# Beginnings of words that ask for consent.
ALLOWED = tuple(
    "ok can may allow permi autoriz accept acept consent agree enabl receiv recib wants desea "
    "quiere erlaubt einwillig zustimm prefer subscri status estado".split()
)
# Beginnings of words that say no, whatever is below them.
_REFUSED = tuple("optout unsub stop block exclu suppress remove mute baja desuscri".split())
_NOT = _set("not no dont never")
_OPT = ({"opt", "out"}, {"opted", "out"})
_OPT_IN = ({"opt", "in"}, {"opted", "in"}, {"optin"})
_OPTS = _set("opt optin optout opted unsubscribed")
# Beginnings of words that mean it without speaking of texts. "Block" and "Stop" may be places.
_REFUSED_ALONE = ("optout", "unsub", "desuscri", "stopped")
_AROUND = _set("sent date status fecha de from on at is has the t")
_OTHER_MESSAGES = _set("email mail correo phone call calls directory photo photos media")
_CONTACT = _set("contact contactar contacted call llamar")
# Consent to being contacted at all.
_CONSENT = _set("consent consentimiento permission permiso gdpr")
_ANY_CONTACT = _CONSENT | _set("to contact phone cell given date status the we may you y n")
_COUNTS = _set("no number count total")
_DEATH = _set("deceased death fallecido fallecida fallecimiento defuncion difunto difunta")


def counts_texts(words: Set[str]) -> bool:
    """As "No. of texts" and "Number of SMS sent" do."""
    return "of" in words and bool(words & _COUNTS) and bool(words & TEXTING)


def about_consent(words: Set[str], *, is_question: bool, names_phone: bool) -> str:
    """ "consent" for "OK to text?", "refusal" for "Do not text" and "Opted out", otherwise "".

    `names_phone`: whether one of the words means a phone number, and nothing else.
    """
    if _is_death(words, names_phone):
        return "refusal"
    if words & _CONSENT and words <= _ANY_CONTACT:
        return "consent"
    if words & {"number", "phone"} and not is_question:
        return ""
    of_texts = bool(words & TEXTING)
    if words & _OTHER_MESSAGES and not of_texts and words & _OPTS:
        return ""
    if _refuses(words, of_texts):
        return "refusal"
    # A "Message" is what somebody wrote.
    only_texts = words <= _MESSAGES and not words <= {"message", "mensaje"}
    if (
        words in ({"subscribed"}, {"subscription"}, {"subscription", "status"})
        or only_texts
        or words == {"opt", "status"}
    ):
        return "consent"
    opts_in = any(words >= both for both in _OPT_IN)
    if not (of_texts or opts_in):
        return "consent" if is_question and words <= {"contact", "ok", "to", "may", "we"} else ""
    if words & {"number", "whatsapp"} or names_phone:
        return ""
    return "consent" if is_question or opts_in or _begins(words, ALLOWED) else ""


def _is_death(words: Set[str], names_phone: bool) -> bool:
    died = (words & _DEATH and "family" not in words) or words >= {"passed", "away"}
    return bool(died) and not names_phone and not is_somebody_else(words)


def _refuses(words: Set[str], of_texts: bool) -> bool:
    if words & {"dnc", "dnt"} or any(words >= both for both in _OPT):
        return True
    if words & _NOT and (of_texts or words & _CONTACT):
        # In Spanish, "no"; in English, "Contact No." is a number.
        return of_texts or bool(words & (_NOT - {"no"} | {"contactar", "llamar", "calls"}))
    if not _begins(words, _REFUSED):
        return False
    if of_texts or words >= {"dado", "baja"}:
        return True
    others = {word for word in words - _AROUND if not word.startswith(_REFUSED_ALONE)}
    return not others or (others == {"stop"} and len(words) > 1)


def _begins(words: Set[str], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) for word in words)
