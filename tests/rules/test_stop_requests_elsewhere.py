"""Requests in languages other than English and Spanish."""

import pytest

from inbox.rules.keywords import consent_word
from inbox.rules.stop_requests import may_ask_to_stop


@pytest.mark.parametrize(
    "body",
    [
        # Korean
        *("그만하세요", "문자 그만", "더 이상 보내지 말아주세요", "더 이상 문자 보내지 말아주세요"),
        *(
            "명단에서 빼주세요",
            "그만",
            "제 번호 삭제해주세요",
            "문자 받고 싶지 않습니다",
            "수신 거절",
        ),
        *("구독 취소", "연락 그만해주세요", "문자 보내지 마세요", "잘못된 번호입니다"),
        # Chinese
        *(
            "停止发送",
            "退出",
            "拒收",
            "拒收短信",
            "请停止发送",
            "我要退出",
            "请停止",
            "不想再收到短信",
            "把我的号码删除",
        ),
        *(
            "请把我从名单中删除",
            "请将我从名单上移除",
            "請停止傳送訊息",
            "不要骚扰我",
            "別再傳了",
            "請勿再傳",
            "你打错了",
        ),
        # Vietnamese
        *(
            "Dừng lại",
            "Hủy đăng ký",
            "Huỷ đăng ký",
            "Dừng gửi tin nhắn",
            "Đừng gửi tin nhắn cho tôi nữa",
        ),
        *(
            "Tôi không muốn nhận tin nhắn nữa",
            "Xóa số của tôi",
            "Nhầm số rồi",
            "Xin ngưng nhắn tin",
            "Hủy",
        ),
        *("Đừng gửi nữa", "dung gui tin nhan", "Đừng nhắn tin cho tôi"),
        # Haitian Creole
        *(
            "Sispann",
            "Pa ekri m ankò",
            "Retire m sou lis la",
            "Tanpri pa ekri mwen ankò",
            "Wete m sou lis la",
        ),
        *(
            "Sispann voye mesaj ban mwen",
            "Mwen pa vle resevwa mesaj ankò",
            "Move nimewo",
            "Kanpe tanpri",
        ),
        # French
        *(
            "Stop svp",
            "Désabonnez-moi",
            "Retirez-moi de votre liste",
            "Ne m'envoyez plus de messages",
        ),
        *(
            "Ne m’envoyez plus rien svp",
            "Je ne veux plus de messages",
            "Veuillez me retirer de la liste",
        ),
        *(
            "Vous avez le mauvais numéro",
            "Supprimez mon numéro",
            "ne me contactez plus",
            "Arrêtez de m'écrire",
        ),
        # Portuguese
        *(
            "Não me envie mais mensagens",
            "Me tira da lista",
            "nao me envie mais mensagens",
            "Parem de mandar mensagens",
        ),
        *(
            "Remova meu número",
            "Quero sair da lista",
            "Não quero mais receber mensagens",
            "Número errado",
        ),
        # Arabic, with and without vowel marks
        *(
            "توقف عن إرسال الرسائل",
            "لا ترسل لي رسائل",
            "إلغاء",
            "إِلْغَاء",
            "الغاء",
            "تَوَقَّف",
            "أوقفوا الرسائل",
        ),
        *("لا أريد رسائل", "احذفوا رقمي", "إلغاء الاشتراك", "الرقم غلط"),
        # Hebrew
        *(
            "תפסיקו לשלוח",
            "הסירו אותי",
            "תפסיקו לשלוח לי הודעות",
            "הסירו אותי מהרשימה",
            "אל תשלחו לי יותר הודעות",
        ),
        *("לא מעוניין", "טעות במספר", "להפסיק"),
        # Thai
        *("หยุดส่ง", "ยกเลิก", "หยุดส่งข้อความ", "กรุณาหยุดส่งข้อความ", "อย่าส่งมาอีก", "ผิดเบอร์"),
        # Ukrainian and Russian
        *(
            "Не пишіть мені",
            "Відписатися",
            "Не пишіть мені більше",
            "Припиніть",
            "Видаліть мій номер",
        ),
        *(
            "Не пишите больше",
            "Не пишите",
            "Больше не пишите мне",
            "Удалите меня из списка",
            "отписаться",
        ),
        *(
            "Прекратите писать",
            "Не присылайте мне сообщения",
            "Вы ошиблись номером",
            "Отпишите меня",
        ),
        # Tagalog
        *(
            "Wag na po mag text",
            "wag nyo na ako itext",
            "Huwag na kayong mag text",
            "Tanggalin nyo ako sa list",
        ),
        # German and Italian
        *(
            "Bitte keine SMS mehr",
            "Bitte löschen Sie meine Nummer",
            "Bitte nehmen Sie mich von der Liste",
        ),
        *(
            "Bitte schreiben Sie mir nicht mehr",
            "Non mandatemi più messaggi",
            "Cancellatemi dalla lista",
        ),
        # Japanese
        *(
            "もう送らないでください",
            "メッセージを停止してください",
            "やめてください",
            "番号を削除してください",
        ),
        "그만 좀 보내세요",
        "请停止给我发短信",
        "الرجاء التوقف عن إرسال الرسائل",
        "בבקשה להפסיק לשלוח",
        "ขอยกเลิก",
        "Не надо мне писать",
        "ไม่ต้องส่งมาแล้ว",
    ],
)
def test_asking_in_the_commonest_words_of_other_languages_is_a_hint(body: str) -> None:
    assert may_ask_to_stop(body)
    assert consent_word(body) is consent_word(body, "es") is None


@pytest.mark.parametrize(
    "body",
    [
        *(
            "이제 그만 갈게요",
            "그만 울게요",
            "기도 멈추지 마세요",
            "보내지 마, 내가 갈게",
            "영수증은 보내지 마시고",
        ),
        *("사진 좀 그만 보내 ㅋㅋ", "문자 보내 주셔서 감사합니다", "문자 보내지 못했어요"),
        *(
            "不要忘记我",
            "别忘了给我发消息",
            "请不要停止祷告",
            "我没收到短信",
            "不要发脾气",
            "别再发脾气了",
            "我要退出诗班",
            "取消聚会吗",
        ),
        *("停止下雨了", "求主把这苦杯移除我", "不要发给别人"),
        *(
            "Đúng gửi nhé",
            "Đừng gửi tiền qua mạng",
            "đúng nhận lúc 5 giờ",
            "Dùng gửi đồ",
            "Đúng rồi",
            "Dùng",
        ),
        *("Dung", "Đừng nhận quà", "Đừng gửi xe ở đây", "Mưa dừng rồi", "Đừng nhắn tin khi lái xe"),
        *("N'arrêtez pas de prier", "Je n'ai pas reçu vos messages", "Ne m'oubliez pas"),
        *("Pa bliye m", "Mwen pa resevwa mesaj la", "Pa voye lajan an ankò, tann"),
        *("não quero mais receber visitas", "Pare de me fazer rir", "Não me mandaram mensagem"),
        *("لا تتوقف عن الصلاة", "توقف المطر", "لا ترسلوا الأولاد اليوم"),
        *("הסר דאגה מליבך", "די טוב", "הסרט היה יפה", "หยุดฝนแล้ว"),
        *(
            "Не хвилюйтесь",
            "Стоп война",
            "Мне отписать вам завтра?",
            "Отпишусь завтра",
            "я отпишу вам вечером",
        ),
        *("huwag mahihiya mag text", "Huwag kalimutan mag text", "Huwag kang matakot, text mo ako"),
        *("itigil natin ang away", "Keine Sorge", "Ich habe keine Nachrichten mehr bekommen"),
    ],
)
def test_ordinary_talk_in_other_languages_hints_at_nothing(body: str) -> None:
    assert not may_ask_to_stop(body)
