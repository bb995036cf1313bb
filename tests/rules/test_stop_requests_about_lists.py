import pytest

from inbox.rules.stop_requests import may_ask_to_stop


@pytest.mark.parametrize(
    "body",
    [
        *(
            "I don't want to be on this list",
            "I don't want to be on your list",
            "We don’t want to be on the list",
        ),
        *(
            "I do not wish to be in this group",
            "I dont want to be on your list anymore",
            "I no longer want to be on this list",
        ),
        *("I don't want to be part of this group text", "no longer wish to be on your text list"),
        *(
            "I never asked to be on this list",
            "I didn't ask to be in this group",
            "Why am I on this list?",
        ),
        *(
            "Why am I in this group?",
            "Don't include me in group texts",
            "Stop including me",
            "please don't include me",
        ),
        *(
            "remove Lydia Cole from your text list",
            "Please remove George from your list",
            "Remove George from the text list",
        ),
        *(
            "Please remove my mom's number from your text list",
            "remove my mom's cell",
            "take Lydia off your texting list",
        ),
        *(
            "Please take my late husband's number off",
            "please remove mom from texts",
            "Take my mom off the texts",
        ),
        *(
            "I'm on the do not call list",
            "do not call list",
            "do not contact list",
            "put us on your do not text list",
        ),
        *("This number is on the national do not call registry", "Please have my number removed"),
        *(
            "we'd like to be taken off",
            "delete my details please",
            "remove my details from your system",
        ),
        *("I have asked multiple times to be taken off", "I do not want to be in the group"),
        "get my number off this list",
        "I told my wife to get me off this list",
        "get him off your list",
        "Please remove George and Lydia from your texting list",
        "Can you take my dad's number off",
        "I don't want my name on your list",
        "I'd prefer not to be on this list",
        "I never signed up to be on this list",
        "Please delete Lydia Cole from your list",
        "Please remove Ruth's number",
        "Take us off your prayer text list",
    ],
)
def test_who_wants_off_our_list_asks_for_no_more_texts(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "No quiero estar en la lista",
            "Ya no quiero estar en el grupo",
            "no quiero seguir en su lista",
        ),
        *(
            "No quiero ser parte de esto",
            "No deseo estar en esta lista",
            "Ya no quiero estar en este chat",
        ),
        *("No quiero aparecer en su lista", "No queremos estar en la lista de mensajes"),
        *(
            "Quiten a mi mamá de la lista",
            "Me quiero salir",
            "me quiero salir del grupo",
            "¿Cómo me borro?",
        ),
        "ya no quiero ser parte del grupo",
        "No quiero pertenecer a este grupo",
    ],
)
def test_who_wants_off_it_in_spanish_asks_too(body: str) -> None:
    assert may_ask_to_stop(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "take me off the pledge list",
            "I need to be taken off the altar guild list",
            "Take us off the pew list",
        ),
        *(
            "Remove my mom from the homebound list",
            "take me off the lector list",
            "take my name off the choir list",
        ),
        *(
            "I don't want to be on the prayer list",
            "I don't want to be on the list for lunch",
            "I want to be on the list",
        ),
        *(
            "We don't want to be on the waiting list",
            "I don't want to be in the small group",
            "Why am I on the usher list?",
        ),
        *(
            "Why am I on the list for nursery?",
            "remove George from the prayer list",
            "Please remove the flyer from your list",
        ),
        *(
            "remove potato salad from the list",
            "Remove George from the prayer chain, he's home",
            "Please remove my old number and use this one",
        ),
        *(
            "Put me on the no-call list for pledges",
            "Did you take me off the list?",
            "who took me off the list",
        ),
        *("Please don't include me in the headcount", "remove Sunday from your calendar"),
        *(
            "No quiero estar en la lista de oración",
            "No quiero estar en el grupo de jóvenes",
            "No quiero estar solo",
        ),
        *(
            "Quiten a Juan de la lista de oración, ya está bien",
            "No quiero ser parte de esto de la cocina",
        ),
        *(
            "Me quitaron de la lista, ¿por qué?",
            "saquen copias de la lista",
            "Me quiero salir adelante",
        ),
        "I had my name removed from the ballot",
        "Please have my name removed from the roster",
        "Take time off",
        "We don't want to be in the way",
        "Please add Lydia Cole to your text list",
        "Lydia isn't on the text list, please add her",
        "I don't want to be on the committee",
        "Remove Ruth from the kids check in list",
        "Not sure I want to be on that list",
    ],
)
def test_who_wants_off_another_list_asks_nothing(body: str) -> None:
    assert not may_ask_to_stop(body)
