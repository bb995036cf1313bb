from time import process_time

import pytest

from inbox.rules.keywords import consent_word
from inbox.rules.stop_requests import may_ask_to_stop


@pytest.mark.parametrize(
    "body",
    [
        *("Please stop sending texts", "stop texting me", "STOP TEXTING ME!!!", "quit texting me"),
        *(
            "I said stop",
            "Stop. I mean it.",
            "please stop this",
            "STOP STOP",
            "stop it",
            "Pls stop",
        ),
        *("Please cease texting", "stop with the texts", "stop sending me these", "leave me alone"),
        *("Please don't text me anymore", "Don’t text me", "Do not contact me again"),
        *("please don't send me any more texts", "Do not send me messages", "cancel my texts"),
        *("no more texts please", "No more messages", "no more", "I don't want these messages"),
        "I do not want to receive any more text messages",
        "I didn't ask for these texts",
        *(
            "Unsubscribe me please",
            "how do I unsubscribe?",
            "I would like to opt out",
            "opt me out",
        ),
        *("Remove me", "remove me from the texts", "Please remove my number from your list"),
        *("delete my number", "I want to be removed", "Please remove us from the church texts"),
        *("Take me off the list", "please take me off", "get me off this list", "Lose my number"),
        *("You have the wrong number", "Wrong number", "Sorry, wrong person"),
        *("Who is this? Stop texting me", "stop blowing up my phone", "Plz stop sendin me texts"),
        *("dont txt me no more", "Don't send me anything else", "no texts please", "I want out"),
        *(
            "I would like to stop receiving texts",
            "How do I stop these messages?",
            "I want off this list",
        ),
        *("STOP or I'll report you", "not interested, please stop", "I asked you to stop"),
        *("Remove.", "Delete my contact", "block me", "Please discontinue texts", "DNC"),
        *("Please cease all communication", "Cease and desist", "Do not contact"),
        *("This is no longer Ruth's number", "this isn't Ruth's number anymore", "not my number"),
        *("You've been texting the wrong number", "Ruth doesn't have this number anymore"),
        *("do not call or text me", "do not text or call", "off this list", "remove from list"),
        *("how to stop?", "stop please I beg you", "quit it", "opt-out me"),
        *("I revoke my consent", "I do not consent to these texts", "I never signed up for this"),
        *("Would you mind not texting me anymore", "I'd appreciate it if you stopped texting"),
        *(
            "pls unsubcribe me",
            "unsuscribe",
            "stopp",
            "sotp",
            "pls stp",
            "dnt txt me",
            "Don t text me",
        ),
        *("Please take him off your list", "Please remove her number from your list", "Go away"),
        *("remove my # from your list", "please remove 202-555-0142 from your list", "wrong #"),
        *("I get too many texts from you", "I'm sick of these texts", "Enough with the texts"),
        *("Put me on your do not text list", "I want out of this group text", "Not interested"),
        *("turn off these notifications", "how do I cancel these", "Stop all communication"),
        *("I replied STOP and still get texts", "I opted out already", "I'd rather not get texts"),
        *("The texts need to stop", "I hate these texts", "never send me another text"),
        *("I want my number removed", "I don't know why I am getting these", "turn these off"),
        *("I shouldn't be on this list", "I do not consent to be contacted", "i never subscribed"),
        *("STOP we moved", "STOP -Maria", "End End", "optout please", "ok cancel", "Yes stop"),
        *("🛑", "🚫 texts", "🛑 stop it", "This is spam", "I'll report you to the FCC"),
        *("No need to text me anymore", "please refrain from contacting me", "Remove please"),
        *("I never gave you permission to text me", "please honor my request to be removed"),
        *("please withdraw me from the text list", "unenroll me", "opt me out of these messages"),
        *("No more spam", "I never agreed to this", "Halt all these texts", "No more alerts"),
        *("I didn't agree to get your messages", "I should not be on this thread", "off your chat"),
    ],
)
def test_asking_for_no_more_texts_in_other_words_is_only_a_hint(body: str) -> None:
    assert may_ask_to_stop(body)
    assert consent_word(body) is None, "a guess opts nobody out"


@pytest.mark.parametrize(
    "body",
    [
        *("no más", "No más por favor", "ya basta", "no me manden mensajes", "No me escriban"),
        *("no me manden más mensajes", "Ya no me manden textos", "No nos manden más textos"),
        *("Dejen de enviarme mensajes", "deje de escribirme", "paren los mensajes"),
        *("Favor de no mandar mensajes", "Por favor no envíen mensajes", "déjenme en paz"),
        *("Ya no quiero recibir mensajes", "no quiero que me manden mensajes"),
        *("No deseo recibir más mensajes", "No quiero recibir más", "Número equivocado"),
        *("Quítenme de la lista", "quíteme de su lista", "¿Me pueden quitar de la lista?"),
        *("Sáquenme del grupo", "Bórrenme de la lista por favor", "borren mi número"),
        *("quiero salir de la lista", "BAJA por favor", "parar mensajes"),
        *("este número ya no es de María", "cancelar mensajes", "no me interesa, no me escriba"),
        *("Paren ya", "ya paren por favor", "quíteme de aquí", "cancelar suscripción"),
        *("Se equivocó de número", "Este no es el número de Ana", "Desuscríbanme"),
        *("nunca más me escriban", "no vuelvan a escribirme", "suspender mensajes"),
        *("no autorizo que me escriban", "No me escribas, mejor llámame", "no me textee más"),
        *("No quiero que me escriban", "retírenme de la lista", "¿Me pueden sacar del grupo?"),
        *(
            "¿Cómo dejo de recibir estos mensajes?",
            "no me manden mas msjs porfa",
            "no llamen ni escriban",
        ),
        *(
            "Usted tiene el número incorrecto",
            "borren su número",
            "quiero que me borren",
            "párenle ya",
        ),
        *(
            "ya no estén mandando mensajes",
            "no pedí estos mensajes",
            "nunca me inscribí",
            "Me salgo",
        ),
        *("No di autorización para que me escriban", "Solicito la baja", "detengan los envíos"),
        *("alto gracias", "BAJA YA", "Parar por favor", "ALTO ALTO", "Dejen d mandar mensajes"),
        *("no molesten", "ya no envíen", "No me interesa, gracias", "no le escriban más"),
        *("quiero darme de baja", "Dame de baja de los mensajes", "tiene el número equivocado"),
        *("Nunca me registré", "No quiero envíos", "No necesito que me manden", "No mensajeen"),
        *("Este no es mi celular", "No autoricé estos avisos", "No quiero más notificaciones"),
    ],
)
def test_asking_in_spanish_is_a_hint_in_every_church(body: str) -> None:
    assert may_ask_to_stop(body)
    assert consent_word(body, "es") is None


@pytest.mark.parametrize(
    "body",
    [
        *("문자 그만 보내주세요", "수신거부", "请不要再给我发短信", "退订", "請將我移除"),
        *("Đừng nhắn tin nữa", "Pare de me mandar mensagens", "não quero mais receber mensagens"),
        *("Arrêtez de m'envoyer des messages", "Sispann voye mesaj", "توقفوا عن إرسال الرسائل"),
        *("перестаньте писать мне", "Huwag na po kayong mag-text"),
    ],
)
def test_asking_in_other_languages_is_a_hint(body: str) -> None:
    assert may_ask_to_stop(body)
    assert consent_word(body) is consent_word(body, "es") is None


@pytest.mark.parametrize("body", ["Salir", "FIN", "anular", "¡Cancela!", "Cancelen", "Detente"])
def test_a_spanish_word_that_may_answer_a_question_is_only_a_hint(body: str) -> None:
    assert consent_word(body, "es") is None
    assert may_ask_to_stop(body)


@pytest.mark.parametrize("body", ["ALTO", "Baja", "Dar de baja"])
def test_a_stop_word_in_a_language_other_than_the_churchs_is_a_hint(body: str) -> None:
    assert consent_word(body) is None
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *("don't stop praying", "please stop by", "Please stop by the office", "non-stop prayer"),
        *("Don't stop texting me, I love these", "I can't stop smiling", "The bus stop is near"),
        *("Don't remove me!", "please do not take me off the list", "He won't stop calling"),
        *("I don't want to miss your texts", "I don't want to bother you with texts"),
        *("Thanks for the text", "Did you get my text?", "text me", "I can't text while driving"),
        *("You don't text me anymore", "No thanks", "No more than 5 people", "No message yet"),
        *("Can somebody take me to church?", "Take us out for dinner", "God removed my fear"),
        *("I was unsubscribed by accident", "I gave you the wrong number", "The end is near"),
        *("I don't need a ride anymore", "Don't send the bill", "Please remove the chairs"),
        *("Could you send me the messages from Sunday?", "Cancel my lunch", "Quite right"),
        *("I can't stop crying", "stop by after church", "cancel my appointment", "I quit my job"),
        *("Take the potatoes off the list, I bought them", "take my dad off the prayer list"),
        *(
            "I want to get off the waiting list",
            "Can I opt out of nursery duty?",
            "put me on the list",
        ),
        *(
            "get me off work early lol",
            "Wrong number of plates, we need 40",
            "block party Saturday",
        ),
        *("I sent this to the wrong person, sorry!", "this is my new number", "Keep me posted"),
        *("Why did the messages stop? I miss them", "I don't want to stop getting these!"),
        *(
            "I don't want to be removed",
            "no me quiten de la lista",
            "my phone deleted your message",
        ),
        *("STOP by the office", "STOP AND PRAY", "ya", "no por favor", "this is it"),
        *("remove me from the volunteer rota", "take me off the meal train", "Take me off guard"),
        *("Take my name off the prayer list, surgery went great", "take us off the list for lunch"),
        *("Remove me from Sunday's greeter slot", "Keep my name off the prayer list please"),
        *("please remove me from the usher team", "quítenme de la lista de voluntarios"),
        *("They took him off the list for a transplant", "They're taking mom off life support"),
        *("why did you stop texting me", "the kids need to stop texting in church"),
        *("Don't ever stop sending these!", "No need to text me back", "I want out of my marriage"),
        *(
            "Not interested in nursery duty",
            "He sent me too many texts and I'm scared",
            "I want to end it",
        ),
        *("The 🛑 sign by the church fell over", "We got the #1 spot", "I called 202-555-0142"),
        *("I have no more questions", "God will never stop loving you", "The rain won't stop"),
        *("No puedo parar de llorar", "Pare en la esquina, ahí lo espero", "no me mandes flores"),
        *("Please don't call, text me instead", "drop me off at 5", "take me off speaker"),
        *("Voy a cancelar mi cita", "me equivoqué de número, perdón", "quíteme la duda"),
        *(
            "Ya basta de llorar",
            "No recibí el mensaje",
            "no dejen de orar por mí",
            "别担心",
            "발표",
        ),
        *("no puedo ir", "No me mandaron el enlace", "No me escribió Juan", "no", "ya", "gracias"),
        *("no dejen de mandarme mensajes", "No dejes de escribir", "No más quería saludar"),
        *("No quiero perderme los mensajes", "Para el domingo", "el fin de semana", "Es muy alto"),
        *("Vamos a salir a las 5", "Hay que cancelar la cena", "Estoy de baja médica"),
        *("¿Me manda el mensaje otra vez?", "Quítense los zapatos", "Saquen la basura"),
        *("I didn't agree to get the flowers", "He never agreed to that", "No spam in the soup"),
        *("¿Este es tu celular?", "No me registré para el retiro", "No quiero que me malentiendan"),
        *("", " ", "...", "🙏", "Yes", "Help!", "s top", "Please", "水曜日の祈祷会"),
    ],
)
def test_ordinary_talk_hints_at_nothing(body: str) -> None:
    assert not may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        "no me " * 260,
        "get to be " * 160,
        "this is not " * 130,
        "huwag " * 260,
        "stop the " * 180,
        "please " * 230,
        "no " * 530,
        "take a b c " * 145,
        "my number a " * 130,
        "these texts " * 130,
        "take me off the a b c d " * 66,
        "why am i getting " * 90,
        "no me quiten de la " * 80,
        "202-555-" * 200,
        "remove a b c d " * 100,
        "stop sending the the the the " * 55,
        "unsub " * 260,
        "Loved “" + "”" * 1500 + "x",
        "> \n" * 500 + "> ",
        "sto" * 500 + "stoooooo" * 10,
        "I'm not Aa " * 145,
        "huwag na na na na " * 90,
        "lista de la quiten a b c de la " * 50,
        "更不要再给我" * 260,
        "đừng gửi tin nhắn cho " * 70,
        "не " * 530,
        "🚫" * 1600,
        "x" * 1600,
    ],
)
def test_the_longest_texts_are_read_quickly(body: str) -> None:
    began = process_time()
    may_ask_to_stop(body)
    assert process_time() - began < 0.1


@pytest.mark.parametrize(
    "body",
    [
        *("ARRÊTER", "DÉSABONNER", "ABMELDEN", "FERMARE", "停止", "СТОП", "DỪNG", "KANPE", "توقف"),
        *("הסר", "Arrêtez les messages", "Je ne veux plus recevoir de messages"),
        *("Bitte keine Nachrichten mehr", "não me mande mais mensagens", "Itigil na"),
        *(
            "Pa voye mesaj ankò",
            "Tanpri sispann",
            "请停止发短信",
            "不要再联系我",
            "연락하지 마세요",
        ),
        *("配信停止", "Удалите мой номер", "لا ترسلوا لي رسائل"),
        *("Please stop the daily texts", "I'd like to stop getting the prayer texts"),
        *("Please remove +1 202 555 0142", "I'd like to be off the text list", "Opted out"),
        *("You don't need to send me these anymore", "Please do not use this number"),
        *("I do not give consent", "Please delete", "My mother passed away, please remove her"),
        *("please only email me", "No more of these please", "this is a work phone do not text"),
        *("no me texten", "Prefiero no recibir textos", "no quiero ser contactado"),
        *("ya no quiero nada", "¿cómo cancelo esto?", "Anular suscripción", "esto es spam"),
        *("Está equivocado", "Quiero salirme", "Este número ya no pertenece a Ana"),
    ],
)
def test_requests_in_more_words_and_languages_are_noticed(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *("لا تتوقفوا عن الصلاة", "Please stop by for prayer", "I delete old texts", "call me"),
        *("no more of this rain please God", "can you email me", "停止祷告会"),
        *("We stopped the daily reading", "morning prayer texts are lovely", "prefiero no ir"),
        *("como cancelo mi cita", "está equivocado el horario", "I don't consent to that reading"),
        *("remove her name from the choir rota", "Ya no quiero nada para el almuerzo"),
    ],
)
def test_texts_that_only_sound_like_a_request_are_not(body: str) -> None:
    assert not may_ask_to_stop(body)
