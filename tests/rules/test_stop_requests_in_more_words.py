import pytest

from inbox.rules.stop_requests import may_ask_to_stop


@pytest.mark.parametrize(
    "body",
    [
        *(
            "stop the reminders",
            "Please stop the blasts",
            "STOP reminders",
            "stop sending reminders",
            "No more reminders",
        ),
        *("Pause texts please", "Pause messages", "Please suspend texts", "Disable notifications"),
        *(
            "Why are you texting me",
            "why r u texting me",
            "Why are you still texting me?",
            "why do you keep texting me",
        ),
        *("Who is this and why are you texting me", "You're blowing up my phone"),
        *("Reported as junk", "Reporting as spam", "junk", "this is harrassment"),
        *(
            "I'd rather not receive these",
            "I'd rather you didn't text me",
            "rather not get these",
            "Id rather not be texted",
        ),
        "I would prefer not to receive these",
        *(
            "Text STOP",
            "reply STOP",
            "Txt stop",
            "stopppp",
            "STOOOP",
            "Stop asap",
            "please make it stop",
        ),
        *(
            "Stop - Naomi",
            "stop - maria",
            "OPT OUT - Sam",
            "Alto - María",
            "Baja – Ana",
            "Unsubscribe — Ruth",
        ),
        *("stop -maria", "Please stop - we moved away", "We moved away - please take me off"),
        *("Mom passed away in June, please stop sending her texts", "stop sending him messages"),
        *("Please stop texting my mom", "don't text my kid", "Stop calling and texting me"),
        *(
            "I'm not interested in receiving these",
            "no need to send me these",
            "Cancel these",
            "no longer wish to receive",
        ),
        *("I have asked you 3 times to stop", "turn this off", "These texts cost me money"),
        *(
            "Tell the church to stop texting me",
            "Please tell them to stop texting me",
            "Cancel please",
            "Stop 😂",
        ),
        *(
            "Stop. This is Naomi's husband",
            "Stop, thank you. God bless you",
            "I signed up by mistake, remove me",
        ),
        "Please stop sending reminders to my phone",
        "stop–Ruth",
        "Report spam",
        "I reported this number as spam",
        "How do I text stop",
        "please stop texting him",
        "Stop with the blasts",
        "Why are y'all texting me",
        "Marked as spam",
        "I've texted STOP three times",
        "sttop",
        "why do yall keep on texting me",
        "stop blasting my phone",
        "No reminders please",
        "Stop, this is making me angry",
        "Stop, please. I'm begging you 😭",
    ],
)
def test_asking_in_english_in_more_words_is_a_hint(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "No autorizo mensajes",
            "No les di permiso de mandarme mensajes",
            "detener mensajes",
            "no autorizo",
        ),
        *(
            "demasiados mensajes",
            "Mandan demasiados mensajes",
            "son muchos mensajes",
            "Suficientes mensajes",
        ),
        *(
            "No autorizo que me manden mensajes",
            "no doy permiso",
            "No di permiso para mensajes",
            "No di permiso para que me escriban",
        ),
        *(
            "anular mensajes",
            "Cesen los mensajes",
            "desactivar mensajes",
            "Apagar notificaciones",
            "Deténganse",
        ),
        *("Revoco mi consentimiento", "Retiro mi autorización", "Ya no autorizo", "No más spam"),
        *(
            "No quiero que me sigan mandando mensajes",
            "No me gusta que me manden mensajes",
            "Nunca pedí estos mensajes",
        ),
        *("No me llamen ni me escriban", "Prefiero no recibirlos", "ya no me interesa"),
        *("Dígales que dejen de mandarme mensajes", "Ya le dije que no me mande mensajes"),
        "Paren con tantos mensajes",
        "No tienen mi permiso",
        "Nunca les di permiso para mandarme mensajes",
        "Alto – Ana",
        "no autorizo el envío de mensajes",
        "No les di permiso de usar mi número",
        "¿Por qué me mandan mensajes?",
        "son muchos mensajes ya",
    ],
)
def test_asking_in_spanish_in_more_words_is_a_hint(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "I don't want to opt out",
            "Please don't opt me out",
            "I didn't mean to unsubscribe",
            "I never wanted to opt out",
        ),
        *("I don't want to unsubscribe", "We do not want to be removed from the list"),
        *(
            "Cancel please, can't make it",
            "Please cancel, we are sick",
            "Stop! You're making me cry 😭",
        ),
        *("Stop, you're too funny 😂", "omg stop haha", "LOL stop. You are too much"),
        *(
            "Why am I not getting your texts?",
            "Why am I not getting these texts anymore",
            "Why do I never get these?",
        ),
        *(
            "I clicked unsubscribe by mistake, please put me back",
            "I accidentally unsubscribed",
            "I unsubscribed by accident",
        ),
        *("I stopped getting the texts, please add me back", "I opted out by mistake"),
        *(
            "Tell him to stop texting me",
            "I told my ex to stop texting me",
            "please pray that my ex stops texting me",
        ),
        *("I asked my boss to stop texting me", "I wish she would stop texting me"),
        *(
            "Please unsubscribe my email but keep texting",
            "Would you mind not texting the kids during school",
        ),
        *("I'd appreciate no texts in church", "Are you done with the texts for the bulletin?"),
        *(
            "this number doesn't work",
            "The stoop is icy",
            "Stop by - we have cookies",
            "I reported the leak",
        ),
        *("Why did you text me? I was asleep", "Pause and pray", "I'd rather not receive visitors"),
        *("stop the reminders from popping up on my screen?", "stop including sugar in the recipe"),
        "Why are you guys texting me so early? I love it",
        "turn this off after church please",
        "I reported it as spam to my email provider",
        "These texts are not annoying at all",
        "We need no more reminders, everyone is here",
        "You are blowing up my phone with love",
        "get off the phone and text me",
        "Please stop by - bring Ruth",
        "I accidentally texted STOP",
        "Tell Pastor to stop worrying",
        "please stop sending flowers",
        "Thanks for the reminders",
        "I was reported missing",
        "He finally stopped smoking",
    ],
)
def test_what_only_sounds_like_asking_in_english_is_none(body: str) -> None:
    assert not may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "No autorizo que tomen fotos de mi hija",
            "No autorizo que mi hijo vaya",
            "No autorizo fotos de mis hijos",
        ),
        *(
            "Dígale que deje de mandarme mensajes",
            "Le dije a mi ex que no me escriba",
            "Dile que ya no me escriba",
        ),
        *("No doy permiso para fotos", "No di permiso para eso", "Prefiero no recibir visitas"),
        *(
            "No quiero interrumpir los mensajes",
            "Mi ex me manda demasiados mensajes",
            "Me gustan sus mensajes",
        ),
        *("mi hija no tiene permiso", "Hay que detener el carro", "Retiro mi solicitud de beca"),
        "Alto - hay un perro",
        "No quiero que me contacten por correo, mejor por mensaje",
        "por fin",
        "Desactiven la alarma",
        "¿Por qué me escribe Ruth?",
    ],
)
def test_what_only_sounds_like_asking_in_spanish_is_none(body: str) -> None:
    assert not may_ask_to_stop(body)
