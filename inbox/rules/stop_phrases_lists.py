"""How a clause asks to be taken off our list, in English; it comes as in stop_phrases.py."""

from inbox.rules.stop_phrases import KIND, MY_NUMBER, NOT, NOW, TEXTS, WANT, WHO

# Whoever wants to be taken off a rota, a prayer list, or a waiting list may still want texts.
_OTHER_LIST = (
    r"(?:wait|pray(?!\w* (?:text|message))"
    r"|guest|volunt|shop|meal|nurser|potluck|rota\b|roster|usher|greet|visit|sick|team"
    r"|carpool|snack|lunch|dinner|serv|clean|sched|camp|retreat|directory|sign|pledg|altar|guild"
    r"|homebound|shut|pew|lector|reader|choir|acolyt|worship|nomin|ballot|driver|hospital|surg"
    r"|coffee|phone and|(?:small|life|youth|bible|study|support|home) group)"
)
_LIST = (
    r"(?:lists?|chain|thread|group|chat|blasts?|texts?|texting|messages?|messaging|sms|alerts"
    r"|notifications|updates|broadcasts?|system|database|records|contacts)\b"
)
_NAMED_LIST = rf"(?:(?!{_OTHER_LIST})\w+ ){{0,4}}{_LIST}(?! (?:for|of) (?!text|mess|sms|good))"
_A_LIST = rf"(?:of )?(?:{_NAMED_LIST}|(?:this|that|here|everything|it|(?:this|that) thing)$)"
# Where only texts can be meant, whoever is to be taken off: "Bob" may be a dish on another list.
_TEXT_LIST = (
    r"(?:(?:(?:the|this|these|all|our) )?(?:(?:church|group) )?"
    r"(?:texts?|texting|messages?|messaging|sms|contact|phone|calling)"
    rf"(?: (?:messages?|lists?|chain|thread|group|system|service))?{NOW}"
    r"|your (?:(?:text|texting|message|messaging|contact|church|phone|mailing) )?"
    r"(?:lists?|texts|messages|records|system|database|contacts)\b(?! (?:for|of)\b))"
)
_OTHERS = (
    r"(?!(?:the|a|an|your|that|this|those|these|it|all|some|any|me|us)\b)(?:(?!from|off)\w+ ){1,4}?"
)

ABOUT_LISTS: tuple[tuple[str, str], ...] = (
    (
        "don no",
        rf"\b{WHO} (?:on|to) (?:the|your|a) (?:dont|no) (?:text|call|contact)\w*"
        r"(?! (?:list )?(?:for|of)\b)",
    ),
    ("don", r"\bdont (?:call|contact|text) (?:list|registry)\b(?! (?:for|of)\b)"),
    (
        "num nam",
        rf"\b{NOT}(?:my|this) (?:number|name) (?:\w+ ){{0,4}}(?:removed|deleted|erased|off)\b"
        r"(?! (?:the|of)\b| from (?!your|this|the (?:text|list|group|church)|here|every|all\b))",
    ),
    (
        "sho not don lon did nev rat pre",
        r"\b(?:(?:shouldnt|should not|not supposed to|not) be"
        r"|(?:dont|not|no longer|never|didnt) (?:want|wish|need|care|like|ask|asked)"
        r" (?:(?:my (?:name|number) )?to (?:be|stay|remain)(?: a)?|my (?:name|number))"
        r"|never signed up to be|dont belong|(?:rather|prefer) not (?:to )?be)"
        rf" (?:on|in|part of) (?:(?:your|the|this|any|a) {_NAMED_LIST}|(?:this|it)$)",
    ),
    (
        "why",
        r"\bwhy (?:am i|are we|im|i am) (?:(?:still|even) )?(?:on|in) (?:this|your|the) "
        rf"{_NAMED_LIST}",
    ),
    (
        "don",
        rf"\bdont include (?:me|us)(?:{NOW}| (?:in|on) (?:this|these)$"
        rf"| (?:in|on) {KIND}{{0,3}}(?:{TEXTS}|{_LIST}))",
    ),
    ("opt", rf"\b{NOT}opt(?:ing)?(?: (?:me|us))? out of (?:\w+ ){{0,3}}{_LIST}"),
    (
        "tak get kee let lea",
        rf"\b{NOT}(?:take|get|keep|let|leave) {WHO} (?:off|of(?= the list)|out of|out|from)"
        rf"(?:{NOW}| {_A_LIST})",
    ),
    (
        "rem del era wit scr exc dro pur",
        rf"\b{NOT}(?:remove|delete|erase|withdraw|scrub|purge|exclude"
        rf"|drop(?= [\w ]{{2,30}} from\b)) {WHO}"
        rf"(?:(?: (?:from|off|out))? {_A_LIST}|(?: from)? future\b)",
    ),
    (
        "rem tak del",
        rf"\b{NOT}(?:remove|take|delete) {_OTHERS}(?:from|off|out)(?: of)? {_TEXT_LIST}",
    ),
    (
        "rem del era wit scr exc pur los for",
        rf"\b{NOT}(?:(?:remove|delete|erase|withdraw|exclude) (?:me|us)"
        rf"|(?:remove|delete|erase|withdraw|scrub|purge|lose|forget)"
        rf" (?:{MY_NUMBER}|my (?:details|data)))"
        rf"(?: off| out)?(?:{NOW}| from your (?:system|records|files)\b)",
    ),
    ("rem", r"^(?:please )?remove (?:her|him|them)(?: please)?$"),
    (
        "rem del",
        rf"\b{NOT}(?:remove|delete) (?!this|his)(?:\w+ )?\w+s (?:phone |cell )?number{NOW}",
    ),
    ("off", rf"\blike to be off {_A_LIST}"),
    ("rem", r"^(?:please |just )?remove(?: number)?(?: (?:please|now|thanks))?$|\bplease remove$"),
    (
        "get wan out",
        rf"\b{NOT}(?:get|want)(?: (?:to|be|my|number|name|taken|removed)){{0,4}} "
        rf"(?:off|from|out of) (?:of )?(?:your|the|this) {_A_LIST}",
    ),
    (
        "off fro",
        rf"^(?:please )?(?:(?:remove|take|get) )?(?:off|from) (?:of )?(?:(?:the|this|your) )?"
        rf"(?:(?:text|church) )?{_LIST}(?: (?:please|now))?$",
    ),
    (
        "rem tak uns",
        rf"(?<!dont )(?<!not )\b{WANT} to be (?:removed|taken off|taken|unsubscribed)"
        rf"(?:{NOW}| (?:from|off) {_A_LIST})",
    ),
    (
        "rem tak",
        r"\b(?:asked|request) (?:(?:you|yall|multiple|many|several|times|twice|\d+) ){0,4}"
        r"to be (?:removed|taken off)"
        rf"(?:(?! (?:from|off)\b)|{NOW})"
        rf"|^(?:please )?have (?:me|us|{MY_NUMBER}) (?:removed|taken off){NOW}",
    ),
)
