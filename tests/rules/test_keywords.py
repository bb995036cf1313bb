import pytest

from inbox.rules.keywords import consent_word, depends_on_language, is_yes


@pytest.mark.parametrize(
    "body",
    [
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        *(
            "stop",
            "Stop.",
            " stop!! ",
            "\nSTOP\n",
            "“Stop”",
            "*STOP*",
            "_stop_",
            "STOP 🛑",
            "ＳＴＯＰ",
        ),
        *(
            "Stop, please",
            "Opt out, please.",
            "Un-subscribe",
            "#stop",
            "[STOP]",
            "stop\u200b",
            "STOP‼️",
        ),
        *("opt out", "Opt-out", "OPT  OUT!", "stop all", "Stop please.", "please stop"),
    ],
)
def test_a_member_who_says_stop_is_heard(body: str) -> None:
    assert consent_word(body) == "stop"


@pytest.mark.parametrize("body", ["START", "start", "Unstop", "YES", " Yes! "])
def test_a_member_who_says_start_is_heard(body: str) -> None:
    assert consent_word(body) == "start"


@pytest.mark.parametrize(
    "body",
    [
        *("ALTO", "PARAR", "PARE", "CANCELAR", "BAJA", "DETENER"),
        *(
            "¡Alto!",
            " alto. ",
            "*Pare*",
            "Dar de baja",
            "“detener” 🛑",
            "Cancelár",
            "STOP",
            "Cancel",
        ),
    ],
)
def test_a_church_in_spanish_hears_stop_in_spanish_and_in_english(body: str) -> None:
    assert consent_word(body, "es") == "stop"


@pytest.mark.parametrize("body", ["AYUDA", "¿Ayuda?", "Información", "HELP"])
def test_a_church_in_spanish_hears_help_in_both_languages(body: str) -> None:
    assert consent_word(body, "es") == "help"


@pytest.mark.parametrize("body", ["ALTO", "AYUDA", "Baja", "Detener"])
def test_spanish_words_are_only_conversation_to_a_church_in_english(body: str) -> None:
    assert consent_word(body) is None
    assert depends_on_language(body)


@pytest.mark.parametrize(
    "body",
    [
        *("Mi hijo es muy alto", "No pare de orar", "Hay que cancelar la cena", "Para el domingo"),
        *("La música está muy baja", "¿Me ayuda con la mudanza?", "El fin de semana", "No puedo"),
    ],
)
def test_a_spanish_keyword_inside_a_sentence_is_only_conversation(body: str) -> None:
    assert consent_word(body, "es") is None


@pytest.mark.parametrize("body", ["HELP", "help?", "Info", "INFO."])
def test_a_member_who_asks_for_help_is_heard(body: str) -> None:
    assert consent_word(body) == "help"


@pytest.mark.parametrize(
    "body",
    [
        *("STOP this bill", "Don't stop", "Stop by the office", "non-stop", "stopp", "s top"),
        *("Cancel my lunch", "Quite right", "Endurance group at 6?", "the end", "end of the world"),
        *("Yesterday", "Yes please", "yes, we will be there", "Start at 7?", "restart"),
        *("Help me move?", "For your info", "infos"),
        *("", " ", "...", "🙏", "1", "S", "stop" * 400),
    ],
)
def test_a_keyword_inside_a_sentence_is_only_conversation(body: str) -> None:
    assert consent_word(body) is None


@pytest.mark.parametrize(
    ("body", "yes"), [("YES", True), (" Yes! ", True), ("START", False), ("yes please", False)]
)
def test_yes_is_distinguished_from_the_other_start_words(body: str, yes: bool) -> None:
    assert is_yes(body) is yes
