"""Asking for no more texts in other words than STOP.

Nobody is opted out by it: staff are asked whether the member meant that. Most patterns are English
and Spanish.
"""

import re
from unicodedata import normalize

from inbox.rules.keywords import bare, is_stop_anywhere, without_accents

# Whole texts that staff should decide about.
_AMBIGUOUS = frozenset(
    "anular basta cancela cancele cancelen detente fin salir remove discontinue dnc unenroll sair "
    "arret tigil отписаться 수신거부 退订 退訂".split()
)
# Requests in languages that have no list of their own here.
_ELSEWHERE = re.compile(
    "그만 ?보내|보내지 ?마|수신 ?거부|退订|退訂|取消订阅|取消訂閱|[将將]我移除|移除我"
    "|(?:不要|别|別|勿)再?[给給]?我?[发發传傳](?:短?信|简讯|簡訊|消息|讯息|訊息|了)"
    "|đung (?:nhan|gui)|ngung (?:nhan|gui)|\\bpare de me |nao quero (?:mais )?receber"
    "|arretez de m|ne m.?ecrivez plus|\\bhuwag .{0,20}text|\\bsispann voye"
    "|توقفوا|لغاء الاشتراك|отпис(?:ать|к)|не пишите мне|перестаньте писать",
)

# How a clause asks for no more texts. It comes without accents and apostrophes, its words with one
# space between them. Every repetition is bounded, so that no text takes long.
_POLITE = (
    "(?:please|pls|plz|por favor|just|ok|okay|hey|hi|hello|no|i said|can|could|would|will|you"
    "|kindly|need|to|it|this|these|now|immediately|already|thanks|thank|gracias|ya|stop|sir|all)"
)
_TEXTS = (
    r"(?:texts?|txts?|texting|txting|messages?|messaging|msgs?|msging|sms|alerts?|notifications?)\b"
)
_KIND = (
    "(?:(?:the|these|those|this|your|ur|all|any|more|so|many|of|group|mass|church|text|sms|me|us|my)"
    " )"
)
_MY_NUMBER = (
    "(?:(?:my|this) (?:(?:phone|cell|mobile|contact) )?"
    "(?:number|phone|cell|name|contact|info|information))"
)
_LIST = r"(?:list|lists|chain|thread|group|chat|blasts?|texts|texting|messages)\b"
_NOW = (
    r"(?= (?:please|pls|plz|now|again|any ?more|no more|ever|further|else|thanks|thank|asap|at"
    r"|on this)\b|$)"
)
# Of a prayer list or a waiting list, a member may want to be taken off and still get texts.
_A_LIST = rf"(?:(?!wait|pray|guest|volunt|shop)\w+ ){{0,2}}{_LIST}"
# "Don't stop texting" asks for the opposite.
_NOT = "".join(
    rf"(?<!\b{word} )" for word in "not dont never cant cannot wont didnt no nunca".split()
)
_MENSAJES = r"(?:mensajes?|mensajitos?|textos?|sms|notificaciones|avisos)\b"
_MANDAR = "(?:mand|envi|escrib|textea|contact|molest|mensajea)"
# Only as one asks: "no me mandaron" tells what happened.
_MANDEN = r"(?:(?:mand|envi|contact|molest|texte|mensaje)(?:e|en|es|ar)\b|escrib(?:a|an|as|ir)\b)"
_YA = (
    rf"(?= (?:mas|ya|nada|nunca|por favor|gracias|otra|esto|estos|esos|tantos|a este|aqui"
    rf"|{_MENSAJES})|$)"
)
_QUITAR = "(?:quit|sac|saqu|borr|elimin|remuev|remov)"
_NO_QUIERO = "no (?:quiero|queremos|deseo|deseamos|quisiera|necesito)"

# Each with the beginnings of words, three letters long, of which its clause has at least one: most
# texts have none, and trying every pattern takes long.
_ASKING: tuple[tuple[str, str], ...] = (
    (
        "sto qui no bas",
        rf"^(?:{_POLITE} ){{0,9}}(?:stop|quit|no more|no mas|basta)(?: {_POLITE}){{0,9}}$",
    ),
    (
        "sto",
        r"^stop (?:or|please)\b|^how (?:to|do i|can i) stop(?: this| it)?$"
        r"|\b(?:please|asked you to|told you to|wrong|interested) stop$",
    ),
    ("par", r"^(?:(?:ya|por favor|favor) ){0,3}paren?(?: (?:ya|por favor|gracias)){0,3}$"),
    (
        "sto qui cea",
        rf"{_NOT}\b(?:stop|quit|cease) (?:with )?(?:(?:sendin|sending|getting|receiving) )?"
        rf"{_KIND}{{0,4}}{_TEXTS}",
    ),
    (
        "sto qui cea",
        rf"{_NOT}\b(?:stop|quit|cease) "
        r"(?:contacting|bothering|spamming|harassing|annoying|blowing) ",
    ),
    ("cea dis", r"\bcease (?:and desist|(?:all |any )?(?:communications?|contact))\b"),
    ("dis", rf"\bdiscontinue (?:\w+ ){{0,3}}{_TEXTS}"),
    ("sto qui cea", rf"{_NOT}\b(?:stop|quit|cease) sending(?: (?:me|us|this|these|those|it)\b|$)"),
    ("mor fur", rf"\bno (?:more|further) {_KIND}{{0,3}}{_TEXTS}"),
    ("tex txt mes msg", rf"^no {_KIND}{{0,2}}{_TEXTS}(?: (?:please|pls|plz|thanks|thank you))?$"),
    (
        "tex cal con",
        r"^(?:please )?(?:do not|dont) (?:(?:text|contact)(?: or call)?|call or (?:text|contact))$",
    ),
    (
        "con per",
        r"\b(?:revoke|withdraw) (?:my )?(?:consent|permission)\b"
        r"|\b(?:never|didnt|did not|dont|do not) (?:give |gave |have )?(?:you |my )?"
        r"(?:consent|permission) to (?:\w+ )?(?:this|these|text|texts|message|messages|contact)\b",
    ),
    (
        "sig sub",
        r"\b(?:never|didnt|did not) (?:sign|signed|subscribe|subscribed) (?:up )?(?:for|to) "
        rf"(?:(?:this|these|that|it)$|(?:\w+ ){{0,3}}{_TEXTS})",
    ),
    (
        "don not nev",
        r"(?<!you )(?<!they )\b(?:dont|do not|never) (?:ever )?"
        rf"(?:call or )?(?:text|txt|message|msg|contact|bother)(?: or call)? "
        rf"(?:me|us|{_MY_NUMBER}){_NOW}",
    ),
    (
        "don not nev",
        rf"\b(?:dont|do not|never) send {_KIND}{{0,4}}(?:{_TEXTS}|(?:anything|these|this){_NOW})",
    ),
    (
        "don not nev did lon",
        r"\b(?:dont|do not|no longer|never|didnt|did not) "
        r"(?:want|wish|need|care|like|ask|asked|signed up)"
        r"(?: (?!miss|lose|stop|forget|bother|send|read)\w+){0,5}? "
        r"(?:texts|txts|messages|msgs|sms|notifications|alerts|texted|contacted)\b",
    ),
    ("uns un une", rf"{_NOT}\b(?:unsubscribe|unsuscribe|unsub|un subscribe|unenroll)\b"),
    (
        "opt",
        rf"{_NOT}\bopt(?:ing)?(?: (?:me|us))? out(?:$| (?:me|us|please|pls|now|from|thanks)\b"
        rf"| of (?:(?:this|these|it|all)$|(?:\w+ ){{0,3}}{_LIST}|(?:\w+ ){{0,3}}{_TEXTS}))",
    ),
    (
        "tak get kee",
        rf"{_NOT}\b(?:take|get|keep) (?:me|us|{_MY_NUMBER}) "
        rf"(?:off\b(?! (?:of )?(?:work|speaker)\b)|out of (?:\w+ ){{0,2}}{_LIST})",
    ),
    (
        "rem del dro era wit",
        rf"{_NOT}\b(?:remove|delete|erase|withdraw|drop(?= \w+ from\b)) (?:me|us|{_MY_NUMBER})"
        rf"(?: (?:from|off|out)\b|{_NOW})",
    ),
    (
        "get wan",
        rf"{_NOT}\b(?:get|want)(?: (?:to|be|my|number|name|taken|removed)){{0,4}} (?:off|from) "
        rf"(?:of )?(?:your|ur|the|this) {_A_LIST}",
    ),
    (
        "lis tex cha gro thr",
        rf"^(?:please )?(?:(?:remove|take|get) )?(?:off|from) (?:of )?(?:(?:the|this|your) )?"
        rf"(?:(?:text|church) )?{_LIST}(?: (?:please|pls|plz|now))?$",
    ),
    ("wan", r"^(?:i )?(?:just )?want out$"),
    (
        "rem tak uns",
        r"\b(?:want|like|wish|asked|request) to be (?:removed|taken off|unsubscribed)\b",
    ),
    ("blo", r"^(?:(?:please|im|i am|i will|ill) )*block(?:ing)? (?:me|you)\b"),
    ("can end", rf"\b(?:cancel|end) {_KIND}{{0,3}}(?:{_TEXTS}|subscription\b)"),
    ("lea los", rf"{_NOT}\b(?:leave (?:me|us) alone|lose my number)\b"),
    (
        "wro",
        r"\b(?:you|u|youve|youre|yall) (?:have|got|must|may|might|are|been|texted|texting|dialed) "
        r"(?:\w+ ){0,3}wrong (?:number|person)\b",
    ),
    ("wro", r"^(?:(?:sorry|this|is|its|i|think) )*(?:the |a )?wrong (?:number|person)\b(?! of)"),
    (
        "num pho",
        r"^(?:(?:this|it|that) )?(?:is |its |isnt |thats )?(?:not|no longer|isnt)"
        r"(?: (?:his|her|my|the)| \w+s){1,2} (?:number|phone)\b|^this isnt \w+ number\b",
    ),
    ("dej par ces", rf"{_NOT}\b(?:dej|par|ces)(?:e|en|es|a|ar|ad) (?:ya )?de {_MANDAR}\w*"),
    (
        "man env esc tex con mol men",
        rf"\b(?:no|nunca|nunca mas) (?:me|nos) (?:(?:vuelva[ns]?|sigan?) (?:a )?)?"
        rf"(?:{_MANDEN}|{_MANDAR}[a-z]*ndo\b){_YA}",
    ),
    ("man env", rf"\bno (?:mand|envi)(?:e|en|es|ar)(?:me|nos)? (?:\w+ ){{0,2}}{_MENSAJES}"),
    ("vue", rf"\bno vuelva[ns]? a {_MANDAR}\w*"),
    ("aut", r"\bno autorizo (?:que|a que|estos|sus)\b"),
    ("qui des", rf"\b{_NO_QUIERO} que (?:me|nos) {_MANDEN}"),
    (
        "men tex sms not avi",
        rf"\b{_NO_QUIERO}(?: (?!perd|molest|olvid|mand|envi)\w+){{0,4}}? {_MENSAJES}",
    ),
    ("rec", rf"\b{_NO_QUIERO} (?:seguir )?recib\w+(?: (?:mas|nada|esto)\b|$)"),
    (
        "mas bas",
        rf"\b(?:no mas|basta de|basta con) (?:(?:de|sus|estos|esos|los|tantos) ){{0,2}}{_MENSAJES}",
    ),
    (
        "par dej det sus",
        rf"{_NOT}\b(?:paren?|parar|dejen?|detengan?|suspendan?|suspender) (?:ya )?(?:de |con )?"
        rf"(?:(?:los|sus|estos|esos|todos|mis|tantos) ){{0,2}}{_MENSAJES}",
    ),
    (
        "qui sac saq bor eli rem",
        rf"{_NOT}\b{_QUITAR}\w{{0,3}}(?:me|nos)(?: del? (?:\w+ ){{0,2}}?"
        r"(?:lista|grupo|chat|cadena|mensajes|textos|contactos)\b| de (?:aqui|ahi|esto)\b"
        r"| (?:ya|por favor|gracias)\b|$)",
    ),
    (
        "qui sac saq bor eli rem",
        rf"{_NOT}\b{_QUITAR}\w{{0,4}} (?:\w+ ){{0,3}}?"
        r"de (?:la|las|su|sus|esta|tu) (?:\w+ )?listas?\b",
    ),
    (
        "qui sac saq bor eli rem",
        rf"{_NOT}\b{_QUITAR}\w{{0,4}} (?:mi|este) (?:numero|telefono|nombre|contacto|celular)\b",
    ),
    ("baj", r"\b(?:dar|dame|deme|denme|darme|darnos|darse|doy|den|dan) de baja\b"),
    (
        "des can",
        r"\bdesub?scri\w+|\bdesuscri\w+"
        r"|\bcancel\w+ (?:(?:mi|la|mis|los|estos) )?(?:su[bs]{1,2}cripcion|mensajes|textos)\b",
    ),
    ("dej", rf"{_NOT}\bdej(?:e|en|a|ar)(?:me|nos) en paz\b"),
    ("equ", r"\b(?:tiene[ns]?|es|al|con) (?:el |un |la )?(?:numero|persona) equivocad[oa]\b"),
    ("equ", r"^(?:(?:perdon|disculpe|lo|siento) )*(?:el |un )?numero equivocado\b(?! era)"),
    ("equ", r"\b(?:se|te|esta|estan|estas) equivoc\w+ de (?:numero|persona)\b"),
    ("num tel", r"\b(?:este|ese) (?:ya )?no es (?:el |mi )?(?:numero|telefono|celular)\b"),
    ("num tel", r"\beste (?:numero|telefono) (?:ya )?no es (?:de|mi)\b"),
    ("sal", r"\bsalir(?:me)? de (?:la|esta|su) (?:lista|grupo)\b"),
    ("baj", r"^(?:por favor )?baja(?: por favor)?$"),
    (
        "num pho",
        r"\b(?:doesnt|does not|no longer) (?:has|have|use|uses|own|owns) this (?:number|phone)\b"
        r"|\bthis (?:number|phone) (?:no longer|doesnt|does not|isnt)\b",
    ),
)
_ASKS = tuple((frozenset(begin.split()), re.compile(asks)) for begin, asks in _ASKING)

_APOSTROPHE = re.compile("['’‘`´]")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE_END = re.compile(r"[.,;:!?¡¿()…。\n\"“”]+")


def may_ask_to_stop(body: str) -> bool:
    """Whether the text may ask for no more texts in words of its own.

    A guess for staff to look at, whatever the church's language: nothing may follow from it alone.
    """
    if is_stop_anywhere(body) or without_accents(bare(body)) in _AMBIGUOUS:
        return True
    plain = without_accents(normalize("NFKC", body)).casefold()
    if _ELSEWHERE.search(plain):
        return True
    return any(_asks(_WORD.findall(one)) for one in _CLAUSE_END.split(_APOSTROPHE.sub("", plain)))


def _asks(words: list[str]) -> bool:
    beginnings = {word[:3] for word in words}
    clause = " ".join(words)
    return any(asks.search(clause) for needed, asks in _ASKS if not needed.isdisjoint(beginnings))
