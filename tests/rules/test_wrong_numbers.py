import pytest

from inbox.rules.stop_requests import may_ask_to_stop


@pytest.mark.parametrize(
    "body",
    [
        *(
            "This isn't Naomi",
            "This is not Naomi",
            "this isn’t Naomi anymore",
            "I'm not Ruth",
            "im not Ruth",
        ),
        *(
            "No Naomi here",
            "There's no Naomi here",
            "Nobody named Naomi here",
            "No one by that name",
        ),
        *("Naomi doesn't live here anymore", "I am not Ruth Bell, sorry"),
        *(
            "I don't know any Naomi",
            "This number belongs to someone else now",
            "no one by that name here",
        ),
        *(
            "This is my number now not Naomi's",
            "I just got this number",
            "Sorry wrong no.",
            "This used to be Ruth's number",
        ),
        *("I didn't give you my number", "How did you get my number?", "who gave you this number"),
        *("WRONG NUMBER", "Hi! I think this is the wrong number", "Wrong number, who is this?"),
    ],
)
def test_who_says_that_the_number_is_not_the_members_may_want_no_texts(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *("No soy María", "Yo no soy María", "no soy Naomi, soy Daniel", "Esta no es María"),
        *(
            "Equivocado",
            "Equivocado amigo",
            "equivocada",
            "Estás equivocado",
            "Aquí no hay ninguna María",
        ),
        *("Aquí no vive María", "No conozco a ninguna Ana"),
        *("Yo nunca di mi número", "¿Quién les dio mi número?", "¿De dónde sacó mi número?"),
        *("Se equivocó de número", "número incorrecto"),
        "Yo no me llamo María",
        "No hay ninguna María aquí",
        "No les di mi número",
    ],
)
def test_who_says_so_in_spanish_may_want_no_texts(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "This isn't about you",
            "This used to be my number",
            "I don't know any Bible verses",
            "This is not good",
            "This isn't working",
            "I'm not sure",
        ),
        *("No problem here", "No one here yet", "There's no snow here", "I'm not Catholic"),
        *("Is this the wrong number?", "Did I text the wrong number?", "¿Número equivocado?"),
        *("¿Es número equivocado?", "No soy buena para cantar", "No soy de aquí", "No soy yo"),
        *("Esta no es la hora", "Aquí no hay luz", "No conozco a nadie en la iglesia"),
        *("This is my number now", "I just got this number changed to a cheaper plan"),
        *("She doesn't live here anymore, she is in the nursing home", "No, Ruth is here"),
        *(
            "I'm not American",
            "This is not Easter yet, is it?",
            "No soy Católica",
            "I'm not Superman",
        ),
        "This isn't Ruth's week to serve",
        "You got the wrong day",
        "I may have the wrong number for Ruth",
        "Is this still Ruth's number?",
        "El pastor no está equivocado",
    ],
)
def test_who_only_says_that_something_is_not_so_wants_texts(body: str) -> None:
    assert not may_ask_to_stop(body)
