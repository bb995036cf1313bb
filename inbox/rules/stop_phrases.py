"""How a clause asks for no more texts, in English.

It comes as `stop_requests` prepares it: lower case, without accents and apostrophes, common
spellings made one ("dont" for "do not", "text" for "txt"), one space between the words. Every
repetition is bounded, so that no text takes long.
"""

_POLITE = (
    "(?:please|por favor|just|ok|okay|hey|hi|hello|no|i said|can|could|would|will|you|kindly|need"
    "|to|it|this|these|now|immediately|asap|already|but|and|thanks|thank|gracias|ya|stop|sir|all"
    "|everything|yall)"
)
TEXTS = r"(?:texts?|texting|messages?|messaging|sms|alerts?|notifications?)\b"
_BLASTS = r"(?:reminders?|blasts?|updates|broadcasts?|announcements|robo ?texts?)\b"
KIND = (
    "(?:(?:the|these|those|this|your|all|any|more|so|many|of|group|mass|church|text|sms|me|us|my"
    "|daily|weekly|constant|automated|bulk|morning|prayer) )"
)
_RELATIVE = (
    "(?:my|our) (?:late )?(?:wife|husband|mom|mother|dad|father|son|daughter|family|parents|kids?"
    "|sister|brother|grandma|grandmother|grandpa|grandfather|aunt|uncle)"
)
_PHONE = "(?:(?:phone|cell|mobile|contact) )?(?:number|phone|cell|name|contact|info|information)"
MY_NUMBER = rf"(?:(?:(?:my|our|this|his|her|their) |{_RELATIVE}s ){_PHONE})"
WHO = rf"(?:me|us|him|her|them|{MY_NUMBER}|{_RELATIVE}s?)"
NOW = (
    r"(?= (?:please|now|again|any ?more|no more|ever|further|else|thanks|thank|asap|(?:at|on) this)"
    r"\b|$)"
)
_THESE = "(?:these|those|the|your|all|any|such|more)"
# "Don't stop texting" asks for the opposite, and so does "I don't want to opt out".
NOT = "".join(
    rf"(?<!\b{word} )"
    for word in (
        *("not", "dont", "never", "ever", "cant", "cannot", "wont", "didnt", "no", "nunca"),
        *("dont want to", "not want to", "never wanted to", "didnt want to", "didnt mean to"),
        *("dont need to", "accidentally", "did you"),
    )
)
# Not "why did you stop texting me?"
_STOP = rf"\b{NOT}(?<!did yall )(?:stop|quit|cease|(?<=if you )stopped)"
# Not "the kids must stop texting in church".
_AT_ALL = r"(?! (?:in|during|while|and|him|them|each)\b| her (?!number|phone|cell))"
WANT = "(?:want|like|wish|prefer|need|asked|request)"

# Each with the beginnings of words, three letters long, of which its clause has at least one: most
# texts have none, and trying every pattern takes long.
ENGLISH: tuple[tuple[str, str], ...] = (
    (
        "sto",
        r"^stop (?:or|please)\b|^how (?:to|do i|can i) stop(?: this| it)?$"
        r"|\b(?:please|wrong|interested) stop$"
        r"|\b(?:asked|told) (?:you |yall )(?:\w+ ){0,4}to stop$"
        rf"|^i (?:would )?{WANT} to stop$"
        rf"|\b{NOT}(?:text|texted|texting|reply|replying|send|sending|say|type) stop$"
        r"|^(?:please )?make (?:it|this|these|them) stop$",
    ),
    (
        "sto qui cea",
        rf"{_STOP} (?:calling (?:and|or) )?(?:it )?(?:with )?"
        rf"(?:(?:sendin|sending) (?:(?:him|her|them|{_RELATIVE}) )?)?{KIND}{{0,4}}{TEXTS}{_AT_ALL}",
    ),
    (
        "sto qui cea",
        rf"{_STOP} (?:getting|receiving) "
        rf"(?:{KIND}{{0,4}}{TEXTS}|(?:this|these|those|them|any ?more)$)",
    ),
    (
        "sto qui cea",
        rf"{_STOP} (?:with )?(?:(?:sendin|sending|getting) )?{KIND}{{0,4}}{_BLASTS}"
        rf"(?:{NOW}| to (?:me|us|my|this)\b)",
    ),
    (
        "sto qui cea",
        rf"{_STOP} (?:(?:contact|bother|bugg|spamm|blast|harr?ass|annoy|stalk|blow)ing "
        r"|(?:all )?communicat\w+)",
    ),
    ("sto", r"^(?:please )?stop texting (?:him|her|them)(?: please)?$"),
    ("sto qui cea", rf"{_STOP} (?:calling|including) (?:me|us)(?: in (?:this|these)\b|{NOW})"),
    ("sto qui cea", rf"{_STOP} sending(?: (?:me|us|this|these|those|it)\b|$)"),
    ("spa", rf"{_STOP} (?:with )?(?:the |this |your )?spam(?:ming)?$|^no (?:more )?spam$"),
    ("spa har", r"^(?:(?:this|it) is |its |just |pure )?(?:spam|harr?ass?ment)$"),
    (
        "fcc ftc tcp rep mar fla",
        r"\b(?:fcc|ftc|tcpa)\b"
        r"|\breport(?:ing)? (?:you$|you to|(?:you|this|it|your number) (?:as|for)|this number)\b"
        r"|\b(?:report|mark|flagg)(?:ed|ing) (?:(?:you|this|this number) )?(?:as |for )?"
        r"(?:junk|spam|scam)\b(?! to\b)"
        r"|^(?:please )?report spam$",
    ),
    ("har", r"\b(?:you are|youre) harr?assing\b"),
    ("blo", r"\b(?:you are|youre|yall are) blowing up my phone\b(?! with\b)"),
    ("cea", r"\bcease (?:and desist|(?:all |any )?(?:communications?|contact))\b"),
    (
        "dis",
        rf"\bdiscontinue (?:\w+ ){{0,3}}{TEXTS}|^(?:please )?discontinue(?: (?:please|this))?$",
    ),
    (
        "mor fur ano",
        rf"\b(?:no more|no further|not another) {KIND}{{0,3}}(?:{TEXTS}|contact$)"
        rf"|^(?:please )?no more {KIND}{{0,3}}{_BLASTS}{NOW}",
    ),
    ("don nev", rf"\b(?:dont|never) send (?:me |us )?another {TEXTS}"),
    (
        "hat can end sil mut blo hal",
        rf"\b{NOT}(?:hate|cancel|end|silence|mute|block|halt) (?:\w+ )?{_THESE} "
        rf"{KIND}{{0,2}}{TEXTS}(?! to (?:my|the|his|her|our)\b)",
    ),
    (
        "pau sus dis dea",
        rf"\b{NOT}(?:pause|suspend|disable|deactivate) {KIND}{{0,4}}(?:{TEXTS}|{_BLASTS}){NOW}",
    ),
    ("can", r"^(?:please )?cancel (?:these|those)(?: please)?$"),
    (
        "sto cea end",
        r"^(?!.*\b(?:did|why|when|if|dont|not|never)\b)"
        rf".*\b{_THESE} (?:text|church|group)? ?{TEXTS} (?:\w+ ){{0,3}}(?:stop|cease|end)$",
    ),
    (
        "tex mes",
        r"\b(?:these|your) (?:texts|messages) (?:are (?:(?!not)\w+ )?(?:too (?:much|many)|annoying"
        r"|bothering|a nuisance)|cost me)\b",
    ),
    ("las", r"\bthe last (?:text|message)(?: (?:you|i get|please)\b|$)"),
    (
        "get rec",
        r"\bwhy (?:am i|i am|im|do i|i) (?:(?!not|never|no)\w+ )?(?:get|getting|receive|receiving)"
        r" (?:these|this|your)\b",
    ),
    (
        "tex mes con spa bot",
        r"\bwhy (?:(?:are|do) )?(?:you|yall) "
        r"(?:(?:guys|still|keep|on|always|even|all|constantly) ){0,3}"
        r"(?:text|messag|contact|spamm|bother)ing (?:me|us|this number)"
        rf"{NOW}",
    ),
    ("eno", rf"\benough (?:with |of )?{KIND}{{0,3}}{TEXTS}"),
    (
        "don sic tir off",
        rf"\b(?:done with|sick of|tired of|off with) {KIND}{{1,3}}{TEXTS}(?! for\b)",
    ),
    (
        "man",
        rf"^(?:(?!he|she|they|phone|sent|someone)\w+ ){{0,4}}too many {KIND}{{0,4}}{TEXTS}"
        r"(?! (?:to|from (?!you|this|the church|yall)))",
    ),
    ("tex mes sms ale not", rf"^no {KIND}{{0,2}}{TEXTS}(?: (?:please|thanks|thank you))?$"),
    ("rem bla", rf"^no {KIND}{{0,2}}(?:reminders|blasts) please$"),
    (
        "tex cal con sen",
        r"^(?:please )?dont (?:(?:text|contact)(?: or call)?|call or (?:text|contact)|send)$",
    ),
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
        rf"(?:(?:this|these|that|it)$|(?:\w+ ){{0,3}}{TEXTS}|(?:this|your) list\b)"
        r"|\bi never subscribed$|\b(?:never|didnt) agreed? to "
        rf"(?:(?:this|these)$|(?:(?:get|getting|receive|receiving) )?{KIND}{{0,4}}{TEXTS})",
    ),
    ("off", rf"^(?:please )?(?:turn|shut) (?:(?:these|them) off\b|this off{NOW})"),
    (
        "don nev",
        r"(?<!you )(?<!they )\b(?:dont|never) (?:ever )?"
        rf"(?:call or )?(?:text|message|contact|bother)(?: or call)? "
        rf"(?:me|us|{MY_NUMBER}|{_RELATIVE}s?){NOW}",
    ),
    (
        "don nev",
        r"(?<!i )(?<!you )\b(?:dont|never) (?:ever )?(?:text|message|contact)"
        r" (?:again|any ?more)\b",
    ),
    (
        "don nev",
        rf"\b(?:dont|never) send {KIND}{{0,4}}"
        rf"(?:{TEXTS}|(?:anything|nothing|these|this){NOW}|any ?more$)",
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
        r" (?:these|them|this|anything)| these)(?: any ?more)?$|\bno longer get these$"
        r"|\bno longer wish to receive$",
    ),
    (
        "int",
        r"\b(?:not|no longer|dont) interested in (?:(?:getting|receiving) (?:these|this|your|any)\b"
        rf"|{KIND}{{0,3}}{TEXTS})",
    ),
    ("hea", r"\b(?:never|dont) want to hear from (?:you|this|your)\b"),
    (
        "min pre rat app",
        r"\b(?:mind|prefer|rather|appreciate)(?: (?:if|you|that|would|it|to)){0,4} "
        rf"(?:(?:not|didnt|dont) (?:\w+ ){{0,2}}(?:{TEXTS}|texted\b|contact\w*)"
        rf"|no {KIND}{{0,2}}{TEXTS})"
        r"(?! (?:in|during|while|at|the|my|his|her|him|them|and)\b)",
    ),
    ("rat pre", r"\b(?:rather|prefer) not (?:to )?(?:get|receive) (?:these|this|those)$"),
    ("ref", r"\brefrain from (?:\w+ )?(?:text|send|messag|contact)\w*"),
    (
        "nee",
        r"\bno need to (?:keep |be )?(?:text|message|contact|send)\w* (?:\w+ ){0,2}any ?more"
        r"|^(?:there is )?no need to send (?:me |us )?(?:these|this|those)$",
    ),
    (
        "uns un une",
        rf"\b{NOT}(?:uns\w{{0,8}}be?|un subscribe|unenroll)\b"
        r"(?! (?:my|from the|from) email)(?!.*\b(?:mistake|accident|accidentally)\b)",
    ),
    (
        "uns opt sto",
        r"\b(?:i|ive) (?:(?:have|already) ){0,2}(?:opted out|unsubscribed"
        r"|(?:replied|said|texted|sent|wrote|answered|typed) stop)(?! (?:from|of|by)\b)",
    ),
    (
        "opt",
        rf"\b{NOT}opt(?:ing)?(?: (?:me|us))? out(?:$| (?:me|us|please|now|from|thanks)\b"
        r"| of (?:(?:this|these|it|all|everything)$"
        rf"|(?:\w+ ){{0,3}}{TEXTS}))",
    ),
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
    ("wan", r"^(?:i )?(?:just )?want (?:out|off)$"),
    (
        "can tur sto end",
        r"\bhow (?:do i|can i|to) (?:cancel|turn|stop|end)(?: (?:these|them|off)){1,2}$",
    ),
    (
        "blo",
        r"^(?:(?:please|im|i am|i will|ill|going|to) ){0,5}block(?:ing)? (?:me|you|this number)\b"
        r"|^blocked(?: and reported)?$",
    ),
    ("can end", rf"\b(?:cancel|end) {KIND}{{0,3}}(?:{TEXTS}|subscription\b)(?! to my\b)"),
    ("tur", rf"\bturn off {KIND}{{0,3}}{TEXTS}(?! on my\b)"),
    ("lea los", rf"\b{NOT}(?:leave (?:me|us) alone|lose my number)(?! with\b)"),
)
# A clause of its own, unless the text is a joke: "Stop! You're making me cry 😂"
STOP_ALONE = rf"(?:{_POLITE} ){{0,9}}(?:stop|quit|no more|no mas|basta)(?: {_POLITE}){{0,9}}"
