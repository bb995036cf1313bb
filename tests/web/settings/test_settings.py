"""What only owners set: the Twilio account, the staff, and the tokens. No secret is shown again."""

import logging

import pytest
from tortoise.connection import get_connection

from inbox import paths
from inbox.models import ApiToken, Church, PhoneNumber, ReadMark, Staff
from tests.cast import (
    GRACE_NUMBER,
    GRACE_SID,
    GRACE_TOKEN,
    HOPE_NUMBER,
    HOPE_SID,
    HOPE_TOKEN,
    NAOMI,
    PASSWORD,
)
from tests.house import House
from tests.web.calls import PLAIN, a_text, call

CONNECTION = {"account_sid": GRACE_SID, "auth_token": GRACE_TOKEN, "phone_number": "(202) 555-0100"}


async def test_twilio_is_asked_before_anything_is_stored(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    before = await Church.all().order_by("id").values()
    for wrong, sentence in (
        ({"account_sid": "AC" + "1" * 32}, "Copy both again from the Twilio Console"),
        ({"account_sid": "x"}, "This is not an Account SID"),
        ({"account_sid": "", "phone_number": ""}, "This is not an Account SID"),
        ({"account_sid": "hello", "phone_number": "abc"}, "This is not an Account SID"),
        ({"auth_token": "0" * 32}, "Copy both again from the Twilio Console"),
        ({"phone_number": "+12025550177"}, "does not belong to this Twilio account"),
        ({"phone_number": HOPE_NUMBER}, "does not belong to this Twilio account"),
        ({"phone_number": "555"}, "not a complete phone number"),
        ({"account_sid": HOPE_SID, "auth_token": HOPE_TOKEN}, "does not belong"),
        (
            {"account_sid": HOPE_SID, "auth_token": HOPE_TOKEN, "phone_number": HOPE_NUMBER},
            "already in use here",
        ),
    ):
        answer = await ruth.post("/settings/twilio", data=CONNECTION | wrong)
        assert answer.status == 422
        text = await answer.text()
        assert sentence in text, (wrong, sentence)
        assert (CONNECTION | wrong)["auth_token"] not in text
    assert await Church.all().order_by("id").values() == before

    answer = await ruth.post("/settings/twilio", data=CONNECTION, allow_redirects=False)
    assert answer.status == 303
    # Left empty, the stored token is kept.
    again = CONNECTION | {"auth_token": ""}
    assert (await ruth.post("/settings/twilio", data=again)).status == 200
    number = await PhoneNumber.main(house.cast.grace.id)
    assert number and number.points_here and number.number == GRACE_NUMBER


async def test_the_auth_token_is_never_shown_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ruth = await house.browser(house.cast.ruth)
    _, bearer = await ApiToken.issue(house.cast.grace, "A program", by=None)
    await ruth.post("/settings/twilio", data=CONNECTION)
    await house.text("+12025550142", "Hello")
    assert (await call(house.url, PLAIN, a_text(), "wrong")).status == 403
    conversation = await house.cast.conversation()
    for path in (
        "/settings/twilio",
        "/settings/twilio?saved",
        "/settings/api-tokens",
        "/settings/staff",
        "/inbox",
        paths.conversation(conversation.id),
        "/broadcasts",
        "/api/members",
        "/api/openapi.json",
        "/healthz",
        "/nowhere",
    ):
        answer = await ruth.get(path, headers={"Authorization": f"Bearer {bearer}"})
        text = await answer.text() + str(answer.headers)
        for secret in (GRACE_TOKEN, HOPE_TOKEN, bearer, PASSWORD, "argon2"):
            assert secret not in text, path
    for secret in (GRACE_TOKEN, bearer, house.cast.grace.hook_token, "+12025550142"):
        assert secret not in caplog.text


async def test_secrets_are_sealed_or_hashed_in_the_database(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    await ruth.post("/settings/twilio", data=CONNECTION)
    _, bearer = await ApiToken.issue(house.cast.grace, "A program", by=None)
    cookie = next(cookie.value for cookie in ruth.cookie_jar)
    everything = ""
    for table in ("church", "staff", "session", "api_token", "phone_number"):
        everything += str(
            await get_connection("default").execute_query_dict(f"select * from {table}")
        )
    assert GRACE_SID in everything, "the premise"
    for secret in (GRACE_TOKEN, HOPE_TOKEN, PASSWORD, bearer, cookie):
        assert secret not in everything
    sealed = (await Church.get(id=house.cast.grace.id)).twilio_token_sealed
    assert sealed and sealed.startswith("gAAAA")


async def test_a_church_whose_key_was_lost_can_connect_again(house: House) -> None:
    await Church.filter(id=house.cast.grace.id).update(
        twilio_token_sealed="gAAAAnothing", twilio_token_before_sealed="gAAAAnothing"
    )
    # Refused until then: without a token, no signature can be checked.
    assert (await call(house.url, PLAIN, a_text())).status == 500
    assert (await call(house.url, PLAIN, a_text(), "")).status == 500
    ruth = await house.browser(house.cast.ruth)
    for path in ("/inbox", "/settings/twilio"):
        assert (await ruth.get(path)).status == 200
    answer = await ruth.post("/settings/twilio", data=CONNECTION | {"auth_token": ""})
    assert answer.status == 422 and "Auth Token" in await answer.text()
    assert (await ruth.post("/settings/twilio", data=CONNECTION)).status == 200
    assert (await call(house.url, PLAIN, a_text())).status == 200


async def test_an_owner_adds_staff_who_can_then_sign_in(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    new = {"name": "Esther Quist", "email": " Esther@Grace.example ", "role": "volunteer"}
    new |= {"password": PASSWORD}
    for wrong in (
        {"email": "esther"},
        {"email": "sam@hope.example"},
        {"email": "ruth@grace.example"},
        {"password": "short"},
        {"password": "x" * 201},
    ):
        answer = await ruth.post("/settings/staff", data=new | wrong)
        assert answer.status == 422 and PASSWORD not in await answer.text()
    assert (await ruth.post("/settings/staff", data=new | {"role": "pope"})).status == 400
    assert not await Staff.exists(email="esther@grace.example")

    assert (await ruth.post("/settings/staff", data=new)).status == 200
    esther = await Staff.get(email="esther@grace.example")
    assert (esther.church_id, esther.role) == (house.cast.grace.id, "volunteer")


async def test_former_staff_can_come_back_with_their_account(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    daniel = house.cast.daniel
    await ruth.post(paths.staff_leave(daniel.id))
    assert (await ruth.post(paths.staff_leave(daniel.id))).status == 404
    assert (await ruth.post(paths.staff_leave(house.cast.ruth.id))).status == 422
    back = {"name": "Daniel Ortiz", "email": daniel.email, "role": "owner", "password": PASSWORD}
    sam = await house.browser(house.cast.sam)
    assert (await sam.post("/settings/staff", data=back)).status == 422, "not to another church"
    assert (await ruth.post("/settings/staff", data=back)).status == 200
    again = await Staff.get(email=daniel.email)
    assert (again.id, again.left_at, again.role) == (daniel.id, None, "owner")


async def test_a_token_is_shown_once_and_ends_when_it_is_revoked(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    answer = await ruth.post("/settings/api-tokens", data={"name": "Website <b>"})
    # Turbo shows a form's response only if it redirects or is not a plain 200.
    assert answer.status == 201
    text = await answer.text()
    assert "inbox_" in text and "<b>" not in text
    token = await ApiToken.get()
    assert token.name == "Website <b>"
    assert token.hint in await (await ruth.get("/settings/api-tokens")).text()
    assert (await ruth.post(paths.revoke_api_token(token.id))).status == 200
    assert (await ruth.post(paths.revoke_api_token(token.id))).status == 404


async def test_texts_from_before_new_staff_joined_are_not_unread(house: House) -> None:
    await house.text(NAOMI, "From before")
    ruth = await house.browser(house.cast.ruth)
    await ruth.post(
        paths.staff_settings(),
        data={"name": "Pat", "email": "pat@grace.example", "password": PASSWORD, "role": "editor"},
    )
    pat = await Staff.get(email="pat@grace.example")
    conversation = await house.cast.conversation()
    assert await ReadMark.of(pat, [conversation.id]) == {conversation.id: 1}


async def test_the_settings_open_on_their_first_page_or_on_what_is_missing(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    mercy = await house.browser(house.cast.mercy)
    for browser, connected, page in (
        (ruth, True, paths.church_settings()),
        (mercy, True, paths.preference_settings()),
        (ruth, False, paths.twilio_settings()),
        (mercy, False, paths.preference_settings()),
    ):
        if not connected:
            await Church.filter(id=house.cast.grace.id).update(twilio_token_sealed=None)
        async with browser.get("/settings", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, page)
