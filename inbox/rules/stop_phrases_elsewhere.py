"""How a text asks for no more texts in languages other than English and Spanish.

The commonest requests only. Those in our letters are clauses as in stop_phrases.py. All others, and
Vietnamese, whose accents make other words, are looked for in the whole text, in lower case and
without the marks that may be left out.
"""

import re
from dataclasses import dataclass
from unicodedata import normalize

# Alone, these words are requests.
ALONE_ELSEWHERE = frozenset(
    "salir sair arret arreter arretez desabonner abmelden abbestellen fermare tigil kanpe sispann"
    " descadastrar".split()
)
POLITE_ELSEWHERE = frozenset("svp merci sil te vous plait tanpri bitte po".split())

_MENSAGENS = r"(?:mensage\w+|textos?|sms)\b"

# French, Haitian Creole, Portuguese, Tagalog, German, Italian, and Vietnamese without accents.
ELSEWHERE: tuple[tuple[str, str], ...] = (
    (
        "arr ces",
        r"\b(?:arretez?|cessez?) "
        r"(?:de (?:me |nous )?m?(?:envoyer|ecrire|contacter|texter|deranger)\b"
        r"|d(?:ecrire|envoyer)\b|(?:les|ces|vos) (?:messages|textos|sms)\b)",
    ),
    (
        "ne nen",
        r"\b(?:ne (?:me |nous )?m?(?:envoyez|ecrivez|contactez|textez|derangez)|nenvoyez) plus"
        r"(?: (?:de|rien|a|svp|merci|jamais|ces|vos|les|aucun)\b|$)",
    ),
    (
        "ne",
        r"\bne (?:veux|souhaite|desire) (?:plus|pas) (?:recevoir$"
        r"|(?:(?:recevoir|de|vos|ces|des|les) ){0,2}(?:messages?|textos?|sms|alertes)\b)",
    ),
    (
        "ret enl sup eff ray",
        r"\b(?:(?:retirez|enlevez|supprimez|effacez|rayez) (?:moi|nous|mon (?:numero|nom))"
        r"|(?:me|nous) (?:retirer|enlever|supprimer|effacer|rayer)|supprimer mon numero)"
        r"(?: (?:de (?:la|votre|cette) liste(?! (?:de|des|du) (?!messages))|svp|merci|sil)\b|$)",
    ),
    ("des", r"\bdesabonn\w+|\bdesinscri(?:re|vez|ption)\b"),
    (
        "num",
        r"^(?:vous avez )?(?:le |un )?mauvais numero\b|\bvous etes trompee?s? de numero\b",
    ),
    ("mes tex sms", r"^plus de (?:messages|textos|sms)(?: svp| merci)?$"),
    ("lai", r"\blaissez (?:moi|nous) tranquilles?\b"),
    ("sis", r"\bsispann (?:voye|ekri|tekste)\b"),
    (
        "voy ekr tek",
        r"\bpa (?:voye (?:mesaj|teks|tex|sms|anyen)|ekri|tekste)\w*(?: \w+){0,3} anko\b",
    ),
    (
        "ret wet efa",
        r"\b(?:retire|wete|efase) (?:(?:non|nimewo) )?(?:m|mwen|nou)"
        r"(?: (?:sou|nan) (?:lis|gwoup)\b|$)",
    ),
    ("vle", r"\bpa vle (?:resevwa )?(?:mesaj|teks|sms)\b"),
    ("nim", r"^(?:se )?(?:move|pa bon) nimewo\b"),
    ("kit", r"\bkite (?:m|mwen) anpe\b"),
    ("par", r"\bpar(?:e|em|ar) de (?:me |nos )?(?:mandar?|enviar?|escrever|incomodar)\w*"),
    (
        "man env esc",
        r"\bnao (?:me |nos )?(?:mande|mandem|envie|enviem|escreva|escrevam)(?: (?:mais|nada)\b"
        rf"| {_MENSAGENS})",
    ),
    (
        "que",
        r"\bnao quer(?:o|emos) (?:mais )?"
        rf"(?:receber$|(?:receber )?(?:(?:mais|as|essas|suas) )?{_MENSAGENS})",
    ),
    (
        "tir rem exc",
        r"\b(?:(?:me|nos) (?:tir|remov|exclu)\w{1,3}"
        r"|(?:tir|remov|exclu)\w{1,3} (?:o )?meu (?:numero|nome))"
        r"(?: d(?:a|esta|essa|o|este|esse) (?:lista|grupo)\b(?! de (?!mensage))|$| por favor)",
    ),
    ("apa exc del", r"\b(?:apag|exclu|delet)\w{1,3} (?:o )?meu (?:numero|contato)\b"),
    ("sai", r"\bquero sair d(?:a|o|esta|essa|este|esse) (?:lista|grupo)\b(?! de (?!mensage))"),
    ("can des", r"\bcancel\w+ (?:a |minha )?inscricao\b|\bdescadastr\w+"),
    ("dei", r"\bme deix\w+ em paz\b"),
    ("che", rf"\bchega de {_MENSAGENS}"),
    (
        "huw wag",
        r"\b(?:huwag|wag) (?=(?:\w+ )?na )"
        r"(?:(?:na|po|nyo|niyo|ninyo|mo|kayo|kayong|ako|akong) ){1,4}"
        r"(?:(?:mag|i) ?)?(?:text|message|send)\b",
    ),
    ("iti", r"\bitigil (?:na\b(?! natin)|(?:nyo|niyo|ninyo) na\b|ang (?:text|message))"),
    ("tig", r"\btigilan (?:nyo|niyo|ninyo|mo) (?:na )?(?:po )?ako\b"),
    ("ayo", r"\bayoko na (?:po )?ng (?:text|message)"),
    (
        "tan ali pak",
        r"\b(?:tanggalin|alisin|paki ?tanggal|paki ?alis)(?: (?:nyo|niyo|ninyo|mo|po|na|ang)){0,3} "
        r"(?:ako (?:sa|dito)|(?:number|pangalan) ko)\b",
    ),
    (
        "kei",
        r"\bkeine (?:nachrichten|sms) mehr\b(?! (?:bekommen|erhalten|gekriegt|gesehen))",
    ),
    (
        "sch sen kon",
        r"\b(?:schreiben|schicken|senden|kontaktieren) sie (?:mir|uns|mich) (?:bitte )?"
        r"(?:nicht|nichts|keine \w+) mehr\b",
    ),
    (
        "los ent str neh",
        r"\b(?:(?:loschen|entfernen|streichen) sie (?:bitte )?(?:meine (?:handy)?nummer|mich)"
        r"|nehmen sie mich (?:bitte )?(?:von|aus) (?:der|ihrer|dieser) (?:liste|gruppe))\b",
    ),
    ("fal", r"^falsche nummer$"),
    (
        "man inv scr",
        r"\bnon (?:mi |ci )?(?:mandate|inviate|scrivete|mandi|invii|scriva)(?:mi|ci)? "
        r"(?:piu|messaggi|sms)\b",
    ),
    ("can", r"\bcancella(?:te)?(?:mi| il mio numero)(?: (?:dalla|da questa) lista\b|$)"),
    ("bas num", r"^basta (?:messaggi|sms)\b|^numero sbagliato$"),
    ("dun ngu", r"\b(?:dung|ngung) (?:gui|nhan) tin\b(?! (?:nhan )?(?:khi|luc|trong)\b)"),
    ("huy", r"^(?:xin )?huy dang ky\b"),
)


@dataclass(frozen=True)
class _Script:
    letters: re.Pattern[str]
    # What a whole text may be, and what it may have in it.
    alone: re.Pattern[str]
    asks: re.Pattern[str]
    has_marks: bool


def _script(letters: str, alone: str, asks: str, *, has_marks: bool = False) -> _Script:
    asks = re.sub(r"\n\s*", "", asks)
    return _Script(re.compile(letters), re.compile(alone), re.compile(asks), has_marks)


_KOREAN = _script(
    "[가-힣]",
    r"(?:이제 )?그만(?: ?(?:하세요|해 ?주세요|해요|하십시오))?|수신 ?거부|거부|중지|정지|해지",
    r"""그만 ?(?:좀 )?보내 ?(?:세요|주세|주시|십|달라)
    |보내지 ?(?:마세요|말아|마십|마요)
    |(?:문자|메시지|메세지|연락)(?:를|은|는)? ?(?:좀 )?그만
    |연락하지 ?(?:마세요|말아|마십)
    |수신 ?(?:거부|거절)
    |구독 ?(?:취소|해지)
    |(?:명단|목록|리스트|연락처|단톡방?)에서 ?(?:저를? |제 (?:번호|이름)를? )?(?:빼|삭제|지워|제외)
    |번호(?:를|는|도|을)? ?(?:좀 )?(?:삭제|지워 ?주|빼 ?주)
    |번호를? ?잘못 ?(?:아|보내|거)셨
    |잘못된 번호
    |잘못 보내(?:셨|신)
    |문자(?:를|는)? ?(?:안 ?받고 싶|받고 싶지 ?않|원하지 ?않)
    |스팸 ?신고합""",
)
# With the characters of mainland China, Taiwan, and Japan.
_CHINESE = _script(
    "[ぁ-ヿ一-鿿]",
    "(?:请|請|我要|我想)?(?:退出|停止|拒收|退订|退訂|取消订阅|取消訂閱)|取消|勿扰|勿擾|解除"
    "|やめてください|送らないで(?:ください)?",
    r"""(?:不要|别|別|勿)再?[给給]?我?[发發传傳](?:短?信|简讯|簡訊|消息|讯息|訊息|了)
    |(?:别|別|勿|不要)再[发發传傳](?![脾烧燒呆愁火])
    |拒收(?:短信|简讯|簡訊|信息|消息|讯息|訊息)
    |停止[给給]?我?(?:[发發傳传]送|接收|[发發傳传]?(?:短信|简讯|簡訊|讯息|訊息|消息))
    |不要再(?:联系|聯絡|聯繫)
    |(?:不想|不要|不愿意?|不願意?)再?(?:收到?|接收)(?:这些|這些|你们的|你們的|任何|更多)?(?:短信|简讯|簡訊|信息|消息|讯息|訊息)
    |退[订訂]
    |取消[订訂][阅閱]
    |[把将將]我(?:的?(?:号码|號碼|电话|電話|名字))?(?:[从從].{0,8})?(?:删|刪|移除|去掉)
    |[请請]移除我
    |移出(?:名单|名單|群)
    |[删刪](?:除|掉)我的?(?:号码|號碼|电话|電話)
    |你们?[打发發傳][错錯]
    |(?:号码|號碼)[错錯]了
    |(?:不要|别|別)再?(?:骚扰|騷擾|烦我|煩我)
    |配信(?:を)?停止
    |もう.{0,8}送らないで
    |メッセージを?(?:停止|止め)
    |番号を?(?:削除|消し)
    |間違い電話""",
)
_VIETNAMESE = _script(
    "[ăđơưạ-ỹ]",
    "(?:xin |vui lòng )?(?:dừng|ngừng|ngưng|hủy|huỷ)(?: lại| đi)?|từ chối|sai số",
    r"""(?:đừng|không|thôi) (?:gửi|gởi|nhắn)(?: (?:tin|nhắn|cho|tôi|em|mình|con|chúng)){0,5} nữa
    |đừng (?:gửi|gởi|nhắn) (?:tin )?(?:nhắn )?cho (?:tôi|mình|chúng tôi)
    |(?:ngừng|ngưng|dừng) (?:gửi|gởi|nhắn|nhận) tin
    |h(?:ủy|uỷ) (?:đăng ký|nhận tin)
    |x(?:óa|oá) (?:số|tên)(?: điện thoại)?(?: của)? (?:tôi|em|mình)
    |không muốn nhận (?:thêm )?(?:tin|nữa)
    |(?<!tôi )(?<!em )nhầm số
    |đừng làm phiền (?:tôi|nữa)""",
)
_CYRILLIC = _script(
    "[а-яіїєґ]",
    "стоп|прекратите|хватит|отписаться|отмена|припиніть|досить|відписатис[яь]|не пишите|не пишіть",
    r"""(?<!\w)не (?:пишите|присылайте|шлите|отправляйте|звоните) (?:мне|нам|больше|сообщени|смс)
    |не надо (?:мне )?(?:больше )?(?:писать|присылать)
    |больше не (?:пишите|присылайте|шлите)
    |(?:перестаньте|прекратите|хватит) (?:мне )?(?:писать|слать|присылать)
    |(?:удалите|уберите|исключите|вычеркните|отпишите) (?:меня|нас|мой номер)
    |(?<!\w)отписаться
    |(?<!\w)отписк
    |ошиблись номером
    |не хо(?:чу|тим) (?:больше )?получать (?:ваш|эти|сообщени|смс)
    |не (?:пишіть|надсилайте|шліть|присилайте|турбуйте) (?:мені|нам|мене|більше|повідомлен)
    |більше не (?:пишіть|надсилайте)
    |(?:припиніть|перестаньте) (?:мені )?(?:писати|надсилати)
    |(?:видаліть|приберіть|відпишіть) (?:мене|нас|мій номер)
    |(?<!\w)відпис(?:атис|к)
    |помилилися номером
    |не той номер
    |не хочу (?:більше )?отримувати (?:ваш|ці|повідомлен)""",
)
_ARABIC = _script(
    "[ء-ٟ]",
    "توقف(?:وا|ي)?|الغاء|ايقاف|اوقف(?:وا)?|كفى|كفاية",
    r"""(?<!\w)(?:ال)?توقف(?:وا|ي)? عن (?:ال)?(?:ارسال|مراسل|كتاب)
    |(?<!\w)(?:اوقف(?:وا|ي)?|ايقاف) (?:ارسال |هذه )?(?:ال)?رسائل
    |(?<!\w)لا ترسل(?:وا|ي)? (?:لي(?!\w)|لنا(?!\w)|الي(?!\w)|(?:ال)?رسائل)
    |(?<!\w)(?:لا اريد|لا ارغب|ما بدي|مش عايز)(?: \w+){0,2} (?:ال)?رسا[ئي]ل
    |الغاء الاشتراك
    |(?:احذف|امسح|شيل)(?:وا|ي)? (?:رقمي|اسمي)
    |(?<!\w)(?:رقم|الرقم) (?:خطا|غلط)""",
    has_marks=True,
)
_HEBREW = _script(
    "[א-ת]",
    "(?:נא )?(?:הסר|להסיר|להפסיק)|תפסיקו?|עצור|ביטול|לא מעוניינ?[ןת]",
    r"""(?:להפסיק|תפסיק(?:ו|י)?) (?:לשלוח|להטריד|לסמס|לכתוב לי)
    |(?:הסירו|הסר|להסיר|תסירו|תסיר|תמחקו|למחוק) אותי
    |(?:תורידו|תוריד|להוריד) אותי מה?רשימ
    |אל תשלח(?:ו|י)? (?:לי )?(?:יותר|הודעות|סמס)
    |לא רוצה (?:יותר )?(?:לקבל )?(?:את ה)?הודעות
    |טעות במספר
    |מספר (?:לא נכון|שגוי)""",
    has_marks=True,
)
_THAI = _script(
    "[ก-๛]",
    "(?:กรุณา|ขอ)?(?:หยุด|ยกเลิก)(?:ครับ|ค่ะ|คะ)?",
    r"""(?:หยุด|เลิก)ส่ง
    |(?:อย่า|ไม่ต้อง)ส่ง(?:ข้อความ|มา)
    |ไม่(?:อยาก|ต้องการ)รับข้อความ
    |ยกเลิกการ(?:รับ|สมัคร)
    |ลบเบอร์
    |(?:ผิดเบอร์|โทรผิด|เบอร์ผิด)""",
)
_SCRIPTS = (_KOREAN, _CHINESE, _VIETNAMESE, _CYRILLIC, _ARABIC, _HEBREW, _THAI)
# Beyond the letters of western Europe, and without signs and emoji.
_LETTERS_ELSEWHERE = re.compile("[ă-῾ぁ-鿿가-힣]")

# Around a text that is one request.
_EDGES = " \n.,!…。"
# Vowel signs of Arabic and Hebrew, and the letters of Arabic that are often written without them.
_MARKS: dict[int, str | None] = {
    **dict.fromkeys([*range(0x0591, 0x05C8), *range(0x064B, 0x0653), 0x0670, 0x0640]),
    **dict.fromkeys(map(ord, "إأآ"), "ا"),
}


def asks_elsewhere(body: str) -> bool:
    """Whether the text asks in letters that are not ours, or in Vietnamese with its accents."""
    if body.isascii():
        return False
    text = normalize("NFKC", body).casefold()
    letter = _LETTERS_ELSEWHERE.search(text)
    script = letter and next((one for one in _SCRIPTS if one.letters.match(letter[0])), None)
    if not script:
        return False
    if script.has_marks:
        text = text.translate(_MARKS)
    return bool(script.alone.fullmatch(text.strip(_EDGES)) or script.asks.search(text))
