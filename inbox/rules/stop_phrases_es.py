"""How a clause asks for no more texts, in Spanish; it comes as in stop_phrases.py."""

from inbox.rules.stop_phrases import NOT

_MENSAJES = r"(?:envios|mensajes?|mensajitos?|textos?|text|sms|notificaciones|avisos|spam)\b"
_DETERMINED = "(?:(?:de|sus|estos|esos|los|mas|tantos) ){0,2}"
_MANDAR = "(?:mand|envi|escrib|textea|contact|molest|mensajea)"
# Only as one asks: "no me mandaron" tells what happened.
_MANDEN = r"(?:(?:mand|envi|contact|molest|texte?|mensaje)(?:e|en|es|ar)\b|escrib(?:a|an|as|ir)\b)"
_YA = (
    rf"(?= (?:mas|ya|nada|nunca|por favor|gracias|otra|esto|estos|esos|tantos|a este|aqui"
    rf"|{_MENSAJES})|$)"
)
_QUITAR = "(?:quit|sac|saqu|borr|elimin|remuev|remov|retir)"
_NO_QUIERO = "no (?:quiero|queremos|deseo|deseamos|quisiera|necesito)"
_PERMISO = r"(?:permiso|autorizacion|consentimiento)\b"
# Not a list of volunteers, or of who is prayed for.
_LISTA = (
    r"(?:(?:lista|grupo|chat|cadena)\b"
    r"(?! de (?!mensajes|textos|contactos|sms|difusion|envios|la iglesia|ustedes))"
    r"|mensajes\b|textos\b|contactos\b|base de datos\b)"
)

SPANISH: tuple[tuple[str, str], ...] = (
    ("par", r"^(?:(?:ya|por favor|favor) ){0,3}paren?(?:le)?(?: (?:ya|por favor|gracias)){0,3}$"),
    (
        "dej par ces",
        rf"\b{NOT}(?:dej|par|ces)(?:e|en|es|a|ar|ad) (?:ya )?de (?:estar )?{_MANDAR}\w*",
    ),
    ("est", r"\bno (?:me |nos )?est(?:e|en) (?:mand|envi|molest|escrib|textea)\w*"),
    (
        "gus ped sol mas aut",
        r"\b(?:no|nunca) (?:me gustan|pedi|solicite|quiero mas|autorice) "
        rf"(?:(?:de|sus|estos|esos|los) ){{0,2}}{_MENSAJES}",
    ),
    (
        "ins sus reg",
        r"\b(?:nunca|no) me (?:inscribi|suscribi|registre)"
        r"(?: (?:a|en|para) (?:esto|esta lista|sus?)\b|$)",
    ),
    (
        "per aut con",
        rf"\b(?:no|nunca) (?:les? |te )?(?:di|doy|tienen?(?= mi)) (?:mi )?{_PERMISO}"
        rf"(?: (?:de|para|a) (?:que )?(?:(?:me |nos )?{_MANDAR}\w*|usar mi numero"
        rf"|(?:recibir )?{_DETERMINED}{_MENSAJES})|$)",
    ),
    ("ret rev", rf"\b(?:retiro|revoco) (?:mi|el) {_PERMISO}"),
    ("sal", r"^(?:ya )?me salgo$|^(?:ya )?quiero salir(?:me)?$"),
    (
        "pre",
        rf"\bprefiero (?:ya )?no (?:seguir )?recib(?:ir(?:los)?$|\w+ {_DETERMINED}{_MENSAJES})",
    ),
    ("con", rf"\b{_NO_QUIERO} ser contactad[oa]"),
    ("qui", r"^ya no quiero nada$"),
    ("can", r"^como (?:puedo )?cancel(?:o|ar) (?:esto|estos mensajes|los mensajes)$"),
    ("anu", r"\banular (?:la |mi )?su[bs]{1,2}cripcion\b"),
    ("spa", r"^(?:esto |ya )?es spam$"),
    ("baj", r"\b(?:solicito|pido|quiero) (?:la |mi )?baja\b"),
    ("dej", rf"\b{NOT}(?<!no quiero )dej(?:o|ar) de recibir\b"),
    (
        "man env esc tex con mol men",
        rf"\b(?:no|nunca|nunca mas) (?:me|nos|le) (?:(?:vuelva[ns]?|sigan?) (?:a )?)?"
        rf"(?:{_MANDEN}|{_MANDAR}[a-z]*ndo\b){_YA}",
    ),
    (
        "man env esc tex con mol men lla",
        rf"^(?:(?:por|favor|de|ya) ){{0,4}}no (?:llam(?:e|en|ar) ni )?{_MANDEN}(?: mas| ya)?$"
        r"|^(?:por favor )?(?:ya )?no (?:me )?llam(?:en|ar)(?: ni (?:me )?escriban)?$",
    ),
    ("man env", rf"\bno (?:mand|envi)(?:e|en|es|ar)(?:me|nos)? (?:\w+ ){{0,2}}{_MENSAJES}"),
    (
        "dem suf bas tan muc",
        r"^(?:(?:ya|son|mandan|envian|recibo|me|muchos|llegan) ){0,4}"
        rf"(?:demasiados|suficientes|bastantes|tantos|muchos) {_MENSAJES}(?: ya)?$",
    ),
    (
        "man env esc tex con",
        r"^por que (?:me|nos) (?:mandan|envian|escriben|textean|contactan)"
        rf"(?: {_DETERMINED}{_MENSAJES})?$",
    ),
    ("lle", rf"\bno (?:me|nos) lleguen? (?:mas )?{_MENSAJES}"),
    ("vue", rf"\bno vuelva[ns]? a {_MANDAR}\w*"),
    (
        "aut",
        rf"\bno autorizo(?: a)?(?:$| que (?:(?:me|nos) {_MANDAR}\w*|usen mi numero)"
        rf"| (?:el envio de )?{_DETERMINED}{_MENSAJES})",
    ),
    (
        "man env esc tex con mol men",
        rf"\b(?:{_NO_QUIERO}|no me gusta) que (?:me|nos) (?:sigan? )?"
        rf"(?:{_MANDEN}|{_MANDAR}\w*ndo\b)(?! por (?:correo|carta|email)\b)",
    ),
    (
        "men tex sms not avi env spa",
        rf"\b{_NO_QUIERO}(?: (?!perd|molest|olvid|mand|envi|dej|interr)\w+){{0,4}}? {_MENSAJES}",
    ),
    ("rec", rf"\b{_NO_QUIERO} (?:seguir )?recib\w+(?: (?:mas|nada|esto)\b|$)"),
    (
        "mas bas no",
        rf"\b(?:no mas|basta de|basta con) (?:(?:de|sus|estos|esos|los|tantos) ){{0,2}}{_MENSAJES}"
        rf"|^no {_MENSAJES}(?: por favor| gracias)?$",
    ),
    (
        "par dej det ces sus anu des apa sto alt",
        rf"\b{NOT}(?:paren?(?:le)?|parar|dejen?|detengan?|detener|cesen?|cesar|suspendan?|suspender"
        r"|anul(?:en?|ar)|desactiv(?:en?|ar)|apag(?:uen?|ar)|stop|alto) (?:ya )?"
        rf"(?:de |con |a )?(?:(?:los|sus|estos|esos|todos|mis|tantos) ){{0,2}}{_MENSAJES}",
    ),
    (
        "qui sac saq bor eli rem ret",
        rf"\b{NOT}{_QUITAR}\w{{0,3}}(?:me|nos)(?: del? (?:\w+ ){{0,2}}?{_LISTA}"
        r"| de (?:aqui|ahi|esto)\b| (?:ya|por favor|gracias)\b|$)",
    ),
    (
        "qui sac saq bor eli rem ret",
        rf"\b(?:me|nos) (?:pued|podri)\w{{1,4}} {_QUITAR}\w{{0,3}} del? (?:\w+ ){{0,2}}?{_LISTA}",
    ),
    (
        "qui sac saq bor eli rem ret",
        rf"\b{NOT}(?<!no me )(?<!no nos ){_QUITAR}(?!aron)\w{{0,4}} (?!copia)(?:\w+ ){{0,3}}?"
        rf"de (?:la|las|su|sus|esta|tu) (?:\w+ )?(?:listas\b|{_LISTA})",
    ),
    (
        "qui sac saq bor eli rem ret",
        rf"\b{NOT}{_QUITAR}\w{{0,4}} (?:mi|este|su|el) (?:numero|telefono|nombre|contacto|celular)"
        rf"(?: de mi \w+)?(?= (?:por favor|ya|gracias|de (?:la|su) {_LISTA})|$)",
    ),
    ("qui sac saq bor eli rem ret", rf"\bque (?:me|nos) {_QUITAR}\w{{0,3}}$"),
    ("blo rep", r"\b(?:los|les|lo|te) voy a (?:bloquear|reportar)$"),
    ("can", r"^(?:(?:quiero|por|favor|como) ){0,3}cancel(?:ar|o)(?: por favor)?$"),
    ("baj", r"\b(?:dar|dame|deme|denme|darme|darnos|darse|doy|den|dan) de baja\b"),
    (
        "des can",
        r"\bdes(?:u|ub|us|in)?b?scri\w+"
        r"|\bcancel\w+ (?:(?:mi|la|mis|los|estos) )?(?:su[bs]{1,2}cripcion|mensajes|textos)\b",
    ),
    ("dej", rf"\b{NOT}dej(?:e|en|a|ar)(?:me|nos) en paz\b"),
    ("sal", rf"\b(?:salir(?:me)?|me salgo) del? (?:\w+ )?{_LISTA}"),
    (
        "est seg apa for ser per",
        rf"\b{_NO_QUIERO} (?:(?:estar|seguir|aparecer) en|(?:formar|ser) parte del?|pertenecer al?)"
        rf" (?:(?:la|el|su|sus|esta|este|esa|ese|tu) )?(?:\w+ )?(?:{_LISTA}|esto$)",
    ),
    ("sal bor", r"^(?:ya )?me quiero salir$|^como me (?:borro|salgo)$"),
    ("baj", r"^(?:por favor )?baja(?: por favor)?$"),
)
