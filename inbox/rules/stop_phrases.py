"""How a clause asks for no more texts, in English.

It comes as `stop_requests` prepares it: lower case, without accents and apostrophes, common
spellings made one ("dont" for "do not", "text" for "txt"), one space between the words. Every
repetition is bounded, so that no text takes long.
"""

_POLITE = (
    "(?:please|por favor|just|ok|okay|hey|hi|hello|no|i said|can|could|would|will|you|kindly|need"
    "|to|it|this|these|now|immediately|already|but|and|thanks|thank|gracias|ya|stop|sir|all"
    "|everything|yall)"
)
_TEXTS = r"(?:texts?|texting|messages?|messaging|sms|alerts?|notifications?)\b"
_KIND = (
    "(?:(?:the|these|those|this|your|all|any|more|so|many|of|group|mass|church|text|sms|me|us|my"
    "|daily|weekly|constant|automated|bulk|morning|prayer) )"
)
_MY_NUMBER = (
    "(?:(?:my|our|this|his|her|their) (?:(?:phone|cell|mobile|contact) )?"
    "(?:number|phone|cell|name|contact|info|information))"
)
_RELATIVE = r"(?:my|our) (?:wife|husband|mom|mother|dad|father|son|daughter|family|parents|kids)s?"
_WHO = rf"(?:me|us|him|her|them|{_MY_NUMBER}|{_RELATIVE}(?: (?:number|name|phone))?)"
_NOW = (
    r"(?= (?:please|now|again|any ?more|no more|ever|further|else|thanks|thank|asap|(?:at|on) this)"
    r"\b|$)"
)
# Whoever wants to be taken off a rota, a prayer list, or a waiting list may still want texts.
_OTHER_LIST = (
    r"(?:wait|pray|guest|volunt|shop|meal|nurser|potluck|rota\b|roster|usher|greet|visit|sick|team"
    r"|carpool|snack|lunch|dinner|serv|clean|sched|camp|retreat|directory|sign)"
)
_LIST = (
    r"(?:lists?|chain|thread|group|chat|blasts?|texts?|texting|messages?|messaging|sms|alerts"
    r"|notifications|updates|broadcasts?|system|database|records|contacts)\b"
)
_THESE = "(?:these|those|the|your|all|any|such|more)"
_A_LIST = (
    rf"(?:of )?(?:(?:(?!{_OTHER_LIST})\w+ ){{0,4}}{_LIST}(?! (?:for|of) (?!text|mess|sms|good))"
    r"|(?:this|that|here|everything|it)$)"
)
# "Don't stop texting" asks for the opposite.
NOT = "".join(
    rf"(?<!\b{word} )" for word in "not dont never ever cant cannot wont didnt no nunca".split()
)
# Not "why did you stop texting me?"
_STOP = (
    rf"{NOT}(?<!dont want to )(?<!did you )(?<!did yall )\b(?:stop|quit|cease|(?<=if you )stopped)"
)
# Not "the kids must stop texting in church".
_AT_ALL = r"(?! (?:in|during|while|and|him|them|each)\b| her (?!number|phone|cell))"
_WANT = "(?:want|like|wish|prefer|need|asked|request)"

# Each with the beginnings of words, three letters long, of which its clause has at least one: most
# texts have none, and trying every pattern takes long.
ENGLISH: tuple[tuple[str, str], ...] = (
    (
        "sto qui no bas",
        rf"^(?:{_POLITE} ){{0,9}}(?:stop|quit|no more|no mas|basta)(?: {_POLITE}){{0,9}}$",
    ),
    (
        "sto",
        r"^stop (?:or|please)\b|^how (?:to|do i|can i) stop(?: this| it)?$"
        r"|\b(?:please|asked you to|told you to|wrong|interested) stop$"
        rf"|^i (?:would )?{_WANT} to stop$",
    ),
    ("sto qui cea", rf"{_STOP} (?:with )?(?:(?:sendin|sending) )?{_KIND}{{0,4}}{_TEXTS}{_AT_ALL}"),
    (
        "sto qui cea",
        rf"{_STOP} (?:getting|receiving) "
        rf"(?:{_KIND}{{0,4}}{_TEXTS}|(?:this|these|those|them|any ?more)$)",
    ),
    (
        "sto qui cea",
        rf"{_STOP} (?:(?:contact|bother|bugg|spamm|harr?ass|annoy|stalk|blow)ing "
        r"|(?:all )?communicat\w+)",
    ),
    ("sto qui cea", rf"{_STOP} sending(?: (?:me|us|this|these|those|it)\b|$)"),
    ("spa", rf"{_STOP} (?:with )?(?:the |this |your )?spam(?:ming)?$|^no (?:more )?spam$"),
    ("spa har", r"^(?:(?:this|it) is |its |just |pure )?(?:spam|harass?ment)$"),
    (
        "fcc ftc tcp rep",
        r"\b(?:fcc|ftc|tcpa)\b"
        r"|\breport(?:ing)? (?:you$|you to|(?:you|this|it|your number) (?:as|for)|this number)\b",
    ),
    ("har", r"\b(?:you are|youre) harr?assing\b"),
    ("cea", r"\bcease (?:and desist|(?:all |any )?(?:communications?|contact))\b"),
    (
        "dis",
        rf"\bdiscontinue (?:\w+ ){{0,3}}{_TEXTS}|^(?:please )?discontinue(?: (?:please|this))?$",
    ),
    ("mor fur ano", rf"\b(?:no more|no further|not another) {_KIND}{{0,3}}(?:{_TEXTS}|contact$)"),
    ("don nev", rf"\b(?:dont|never) send (?:me |us )?another {_TEXTS}"),
    (
        "hat can end sil mut blo hal",
        rf"{NOT}\b(?:hate|cancel|end|silence|mute|block|halt) (?:\w+ )?{_THESE} "
        rf"{_KIND}{{0,2}}{_TEXTS}",
    ),
    (
        "sto cea end",
        r"^(?!.*\b(?:did|why|when|if|dont|not|never)\b)"
        rf".*\b{_THESE} (?:text|church|group)? ?{_TEXTS} (?:\w+ ){{0,3}}(?:stop|cease|end)$",
    ),
    ("las", r"\bthe last (?:text|message)(?: (?:you|i get|please)\b|$)"),
    (
        "get rec",
        r"\bwhy (?:am i|i am|im|do i|i) (?:\w+ )?(?:get|getting|receive|receiving)"
        r" (?:these|this|your)\b",
    ),
    ("eno", rf"\benough (?:with |of )?{_KIND}{{0,3}}{_TEXTS}"),
    ("don sic tir off", rf"\b(?:done with|sick of|tired of|off with) {_KIND}{{1,3}}{_TEXTS}"),
    (
        "man",
        rf"^(?:(?!he|she|they|phone|sent|someone)\w+ ){{0,4}}too many {_KIND}{{0,4}}{_TEXTS}"
        r"(?! (?:to|from (?!you|this|the church|yall)))",
    ),
    ("tex mes sms ale not", rf"^no {_KIND}{{0,2}}{_TEXTS}(?: (?:please|thanks|thank you))?$"),
    (
        "tex cal con sen",
        r"^(?:please )?dont (?:(?:text|contact)(?: or call)?|call or (?:text|contact)|send)$",
    ),
    ("don no", rf"\b{_WHO} (?:on|to) (?:the|your|a) (?:dont|no) (?:text|call|contact)\w*"),
    (
        "con per",
        r"\b(?:revoke|withdraw) (?:my )?(?:consent|permission)\b"
        r"|\b(?:never|didnt|dont) (?:give |gave |have )?(?:you |my )?"
        r"(?:consent|permission) to (?:\w+ )?"
        r"(?:contacted|this|these|text|texts|message|messages|contact)\b",
    ),
    (
        "sig sub agr",
        r"\b(?:never|didnt) (?:sign|signed|subscribe|subscribed) (?:up )?(?:for|to) "
        rf"(?:(?:this|these|that|it)$|(?:\w+ ){{0,3}}{_TEXTS}|(?:this|your) list\b)"
        r"|\bi never subscribed$|\b(?:never|didnt) agreed? to "
        rf"(?:(?:this|these)$|(?:(?:get|getting|receive|receiving) )?{_KIND}{{0,4}}{_TEXTS})",
    ),
    (
        "num nam",
        rf"{NOT}\b(?:my|this) (?:number|name) (?:\w+ ){{0,4}}(?:removed|deleted|erased|off)\b"
        r"(?! (?:the|of))",
    ),
    (
        "sho not",
        rf"\b(?:shouldnt|should not|not supposed to|not) be on (?:your|the|this) {_A_LIST}",
    ),
    ("off", r"^(?:please )?(?:turn|shut) (?:these|them) off\b"),
    (
        "don nev",
        r"(?<!you )(?<!they )\b(?:dont|never) (?:ever )?"
        rf"(?:call or )?(?:text|message|contact|bother)(?: or call)? (?:me|us|{_MY_NUMBER}){_NOW}",
    ),
    (
        "don nev",
        r"(?<!i )(?<!you )\b(?:dont|never) (?:ever )?(?:text|message|contact)"
        r" (?:again|any ?more)\b",
    ),
    (
        "don nev",
        rf"\b(?:dont|never) send {_KIND}{{0,4}}"
        rf"(?:{_TEXTS}|(?:anything|nothing|these|this){_NOW}|any ?more$)",
    ),
    (
        "don nev did lon",
        r"\b(?:dont|no longer|never|didnt) (?:want|wish|need|care|like|ask|asked|signed up)"
        r"(?: (?!miss|lose|stop|forget|bother|send|read|h[ei][rm]|them)\w+){0,5}? "
        r"(?:texts|messages|sms|notifications|alerts|texted|contacted)\b",
    ),
    (
        "lon wan wis",
        r"\b(?:no longer|not|dont) (?:want|wanting|wish)(?: to (?:get|receive)"
        r" (?:these|them|this|anything)| these)(?: any ?more)?$|\bno longer get these$",
    ),
    ("hea", r"\b(?:never|dont) want to hear from (?:you|this|your)\b"),
    (
        "min pre rat app",
        r"\b(?:mind|prefer|rather|appreciate)(?: (?:if|you|that|would|it|to)){0,4} "
        rf"(?:not (?:\w+ ){{0,2}}(?:{_TEXTS}|contact\w*)|no {_KIND}{{0,2}}{_TEXTS})",
    ),
    ("ref", r"\brefrain from (?:\w+ )?(?:text|send|messag|contact)\w*"),
    (
        "nee",
        r"\bno need to (?:keep |be )?(?:text|message|contact|send)\w* (?:\w+ ){0,2}any ?more",
    ),
    ("uns un une", rf"{NOT}\b(?:uns\w{{0,8}}be?|un subscribe|unenroll)\b"),
    (
        "uns opt sto",
        r"\bi (?:(?:have|already) ){0,2}(?:opted out|unsubscribed"
        r"|(?:replied|said|texted|sent|wrote|answered) stop)(?! (?:from|of|by)\b)",
    ),
    (
        "opt",
        rf"{NOT}\bopt(?:ing)?(?: (?:me|us))? out(?:$| (?:me|us|please|now|from|thanks)\b"
        r"| of (?:(?:this|these|it|all|everything)$"
        rf"|(?:\w+ ){{0,3}}{_LIST}|(?:\w+ ){{0,3}}{_TEXTS}))",
    ),
    (
        "tak get kee let lea",
        rf"{NOT}\b(?:take|get|keep|let|leave) {_WHO} (?:off|of(?= the list)|out of|out|from)"
        rf"(?:{_NOW}| {_A_LIST})",
    ),
    (
        "rem del era wit scr exc dro pur",
        rf"{NOT}\b(?:remove|delete|erase|withdraw|scrub|purge|exclude"
        rf"|drop(?= [\w ]{{2,30}} from\b)) {_WHO}"
        rf"(?:(?: (?:from|off|out))? {_A_LIST}|(?: from)? future\b)",
    ),
    (
        "rem del era wit scr exc pur los for",
        rf"{NOT}\b(?:(?:remove|delete|erase|withdraw|exclude) (?:me|us)"
        rf"|(?:remove|delete|erase|withdraw|scrub|purge|lose|forget) {_MY_NUMBER})"
        rf"(?: off| out)?{_NOW}",
    ),
    ("rem", r"^(?:please )?remove (?:her|him|them)(?: please)?$"),
    ("del", r"^(?:please )?delete(?: please)?$"),
    ("opt", r"^(?:opted|opting) out$"),
    ("mor", r"^no more of (?:these|this|those)(?: please)?$"),
    ("use tex", r"^(?:please )?dont use this number$|\b(?:phone|line) (?:please )?dont text$"),
    ("con", r"\bi dont (?:give (?:my |any )?)?consent$"),
    ("ema cal", r"^(?:please )?(?:only (?:email|call) me|(?:email|call) (?:me )?only)$"),
    (
        "nee",
        r"\byou dont need to (?:text|message|send)(?: me)?(?: (?:these|this|texts|messages))?"
        r" any ?more\b",
    ),
    ("off", rf"\blike to be off {_A_LIST}"),
    ("rem", r"^(?:please |just )?remove(?: number)?(?: (?:please|now|thanks))?$|\bplease remove$"),
    (
        "get wan out",
        rf"{NOT}\b(?:get|want)(?: (?:to|be|my|number|name|taken|removed)){{0,4}} "
        rf"(?:off|from|out of) (?:of )?(?:your|the|this) {_A_LIST}",
    ),
    (
        "off fro",
        rf"^(?:please )?(?:(?:remove|take|get) )?(?:off|from) (?:of )?(?:(?:the|this|your) )?"
        rf"(?:(?:text|church) )?{_LIST}(?: (?:please|now))?$",
    ),
    ("wan", r"^(?:i )?(?:just )?want (?:out|off)$"),
    (
        "can tur sto end",
        r"\bhow (?:do i|can i|to) (?:cancel|turn|stop|end)(?: (?:these|them|off)){1,2}$",
    ),
    (
        "rem tak uns",
        rf"(?<!dont )(?<!not )\b{_WANT} to be (?:removed|taken|unsubscribed)"
        rf"(?:{_NOW}| (?:from|off) {_A_LIST})",
    ),
    (
        "rem",
        rf"\b(?:asked|request) to be removed\b(?! (?:from|off)\b)|\brequest to be removed{_NOW}",
    ),
    (
        "blo",
        r"^(?:(?:please|im|i am|i will|ill) ){0,4}block(?:ing)? (?:me|you|this number)\b"
        r"|^blocked(?: and reported)?$",
    ),
    ("can end", rf"\b(?:cancel|end) {_KIND}{{0,3}}(?:{_TEXTS}|subscription\b)"),
    ("can end", r"^(?:please )?(?:cancel|end)(?: this)?(?: please)?$"),
    ("tur", rf"\bturn off {_KIND}{{0,3}}{_TEXTS}(?! on my\b)"),
    ("lea los", rf"{NOT}\b(?:leave (?:me|us) alone|lose my number)(?! with\b)"),
)
