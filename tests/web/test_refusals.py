"""Reasons for refusals are shown in the church's language everywhere."""

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id
from inbox.files import TEMPLATES
from inbox.i18n import translate
from inbox.keys import new_key
from inbox.models import Broadcast, Church, Conversation, Draft, Message
from inbox.render import environment, render
from inbox.rules.reasons import Reason, reason_for
from inbox.rules.refusals import REFUSALS
from tests.cast import NAOMI
from tests.house import House
from tests.rules.test_reasons import OUR_CODES, TWILIO_CODES
from tests.web.test_messages import hours_from_now
from tests.web.test_triage import a_question, stream

EVERY_CODE = [*TWILIO_CODES, *OUR_CODES, *(code for code, *_ in REFUSALS)]
# What the templates call a reason.
SHOWN = re.compile(r"\b(?:reason|problem|refusal|refused)\.(?:text|remedy)\b")


def _message(code: str) -> Any:
    """A failed text, as its bubble has it."""
    moment = now()
    return SimpleNamespace(
        id=1,
        conversation_id=7,
        kind="out",
        status="failed",
        created_at=moment,
        reason=reason_for(code),
        has_failed=True,
        retried=False,
        waits_for=None,
    )


def _drawn(code: str) -> list[str]:
    """Each place that shows a reason, in a church that uses Spanish."""
    reason = reason_for(code)
    nobody = SimpleNamespace(opted_out_at=None, opt_out_is_recorded=False)
    conversation = SimpleNamespace(
        id=7, revision=1, member=nobody, hints_opt_out=False, needs_reply=False
    )
    church = SimpleNamespace(connected=True, problem=reason, name="Gracia")
    status = environment("es").get_template("messages/_status.html").module
    return [
        render("es", "messages/_problem.html", conversation_id=7, reason=reason),
        render("es", "messages/_edit_problem.html", key="k", reason=reason),
        render("es", "conversations/_gate.html", conversation=conversation, reason=reason),
        render("es", "_banner.html", church=church),
        str(status.status_line(_message(code))),  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize("code", EVERY_CODE)
async def test_every_refusal_is_in_the_language_of_the_church(code: str) -> None:
    reason: Reason = reason_for(code)
    for shown in map(html.unescape, _drawn(code)):
        for english in (reason.text, reason.remedy):
            spanish = translate("es", english)
            assert spanish != english, "the premise: it is translated"
            assert spanish in shown and english not in shown


def test_no_template_shows_a_raw_reason() -> None:
    found = 0
    for path in TEMPLATES.rglob("*.html"):
        for place in SHOWN.finditer(text := path.read_text(encoding="utf-8")):
            found += 1
            assert re.search(r"_\((?:\w+\.)?$", text[: place.start()]), f"{path.name}: {place[0]}"
    assert found > 8, "the premise: they were found"


async def test_the_composer_shows_reasons_in_spanish_in_a_spanish_church(house: House) -> None:
    conversation = await a_question(house)
    await Church.filter(id=house.cast.grace.id).update(language="es")
    browser = await house.browser(house.cast.ruth)
    path = paths.messages(conversation.id)
    status, text = await stream(browser, path, body="x" * 1601, key=new_key())
    spanish = translate("es", "This text is longer than 1,600 characters.")
    assert status == 422 and spanish in html.unescape(text)


async def scheduled(house: House, conversation: Conversation) -> Message:
    browser = await house.browser(house.cast.ruth)
    form = {"body": "Good morning", "at": hours_from_now(30), "key": new_key()}
    assert (await stream(browser, paths.messages(conversation.id), **form))[0] == 200
    return await Message.get(status="scheduled")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"at": "2020-01-01T08:00"}, "That time has passed already."),
        ({"at": "then"}, "That is not a date and time."),
        ({"body": " "}, "This text is empty."),
        ({"body": "x" * 1601}, "This text is longer than 1,600 characters."),
    ],
    ids=["past", "no time", "empty", "too long"],
)
async def test_a_mistake_in_a_scheduled_text_is_shown_in_its_open_form(
    house: House, given: dict[str, str], problem: str
) -> None:
    message = await scheduled(house, conversation := await a_question(house))
    browser = await house.browser(house.cast.ruth)
    path = paths.schedule(conversation.id, message.id)
    status, text = await stream(browser, path, **{"body": "Good evening", **given})
    assert status == 422 and problem in text
    assert f'target="edit_{message.key}_problem"' in text
    assert f'id="{dom_id(message)}"' not in text, "a new bubble would close the form"
    assert (await Message.get(id=message.id)).body == "Good morning"


async def test_success_clears_an_earlier_error(house: House) -> None:
    conversation = await a_question(house)
    browser = await house.browser(house.cast.ruth)
    path, place = paths.messages(conversation.id), f"composer_problem_{conversation.id}"
    _, text = await stream(browser, path, body=" ", key=new_key())
    assert f'<div id="{place}" class="composer-problem" role="alert">This text is empty' in text
    _, text = await stream(browser, path, body="Yes", key=new_key())
    assert f'<div id="{place}" class="composer-problem"></div>' in text


async def test_names_are_filled_in_in_a_reply_and_in_a_scheduled_text(house: House) -> None:
    conversation = await a_question(house)
    await Draft.keep(house.cast.ruth, conversation, "reply", "Hi {first_name}!")
    browser = await house.browser(house.cast.ruth)
    path, key = paths.messages(conversation.id), new_key()
    for _ in range(2):  # the response was lost once
        status, text = await stream(browser, path, body="Hi {first_name}!", key=key)
        assert status == 200 and "Hi Naomi!" in text and "{first_name}" not in text
    later = {"body": "Bye {first_name}", "at": hours_from_now(30), "key": new_key()}
    assert (await stream(browser, path, **later))[0] == 200
    said = await Message.filter(kind="out").order_by("id")
    assert [one.body for one in said] == ["Hi Naomi!", "Bye Naomi"]
    assert not await Draft.exists(), "a sent text is no draft, whatever was filled in"
    await house.settled()
    assert [one.body for one in house.world.handset(NAOMI).bubbles if not one.mine] == ["Hi Naomi!"]


async def test_a_reply_with_an_unknown_field_is_refused_now_and_later(
    house: House,
) -> None:
    browser = await house.browser(house.cast.ruth)
    path = paths.messages((await house.cast.conversation()).id)
    for body in ("Dear {first_name} and {name}", "Hola {nombre}", "{First Name}, yes"):
        for when in ({}, {"at": hours_from_now(30)}):
            status, text = await stream(browser, path, body=body, key=new_key(), **when)
            assert status == 422 and "not lost" in html.unescape(text), text
    assert not await Message.filter(kind="out").exists()
    status, _ = await stream(browser, path, body="At {3 pm}, {first_name}", key=new_key())
    assert status == 200 and await Message.exists(body="At {3 pm}, Naomi")


async def test_a_broadcast_with_an_unknown_field_is_refused(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    form = {"body": "Hola {nombre}", "target_type": "all", "key": new_key()}
    async with browser.post(paths.broadcasts(), data=form) as answer:
        assert answer.status == 422
        page = html.unescape(await answer.text())
    assert "{nombre} is not replaced; only {first_name} is. Nothing was sent, " in page
    assert "Hola {nombre}</textarea>" in page, "the words are kept"
    assert not await Broadcast.exists()
    form["body"] = "Hola {first_name}"
    async with browser.post(paths.broadcasts(), data=form) as answer:
        assert answer.status == 200
    assert await Broadcast.exists()
