import pytest

from inbox.rules.quoting import own_words
from inbox.rules.stop_requests import may_ask_to_stop


@pytest.mark.parametrize(
    "body",
    [
        "Loved “Snow day, no service. Reply STOP to opt out.”",
        "Liked “Service is at 10. Text STOP to unsubscribe.”",
        "Emphasized “Picnic Sunday! Reply STOP to stop receiving texts”",
        "Questioned “Reply STOP to opt out”",
        "Disliked “Reply STOP to end messages.”",
        "Laughed at “Reply STOP to stop texts”",
        "Reacted ❤️ to “Picnic. Reply STOP to unsubscribe”",
        "Reacted with 👍🏽 to “Picnic. Reply STOP to unsubscribe”",
        "\u200b👍\u200b to “Snow day. Reply STOP to unsubscribe, HELP for help”",
        "👍 to “ Reply STOP to unsubscribe ”",
        "Removed a heart from “Picnic. Reply STOP to unsubscribe”",
        "Removed an exclamation from “Reply STOP to unsubscribe”",
        "Loved “Please do not text this number”",
        'Liked "Reply STOP to unsubscribe"',
        "Loved “You asked for “no more texts”. Is that right?”",
        "Loved “A long text that the phone cut off. Reply STOP to unsub…",
        "Le gusta “Culto a las 7. Responda BAJA para darse de baja.”",
        "Le encantó “Culto a las 7. Responda STOP para no recibir más mensajes”",
        "A Ana le encantó “No más mensajes? Responda STOP”",
        "Le gustó “Para no recibir mensajes, responda: no más mensajes”",
        "Me encantó «Responda STOP para no recibir más mensajes»",
        "Reaccionó con 👍 a “Responda BAJA para darse de baja”",
        "Le dio risa “Para darse de baja, responda BAJA”",
        "Eliminó un corazón de “Responda BAJA para darse de baja”",
        "A aimé “Snow day. Reply STOP to unsubscribe”",
        "Gostou de “Reply STOP to stop receiving texts”",
        "> Reply STOP to unsubscribe\nSee you there!",
        "On Sunday you wrote:\n> Picnic.\n> Reply STOP to unsubscribe\n\nWe will bring a salad",
    ],
)
def test_who_quotes_our_way_out_does_not_ask_for_it(body: str) -> None:
    assert not may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        "Stop texting me. I never loved “church”",
        "I said “STOP TEXTING ME”",
        "“Stop texting me”",
        "😡 “Stop texting me”",
        "Loved ones died. Stop texting me",
        "Liked “Picnic” but stop texting me",
        "> Picnic on Sunday\nStop texting me",
        "Please stop texting me > thanks",
    ],
)
def test_who_asks_beside_a_quote_is_heard(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("See you there", "See you there"),
        ("> Are you coming?\nYes", "Yes"),
        ("Yes\n> Are you coming?\n> Ruth", "Yes\n"),
        ("Loved “Are you coming?”", ""),
        ("5 > 3", "5 > 3"),
    ],
)
def test_own_words_are_what_is_left_without_quotes(body: str, own: str) -> None:
    assert own_words(body) == own
