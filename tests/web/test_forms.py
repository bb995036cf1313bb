"""Forms full of nonsense get a clear refusal, never a server error."""

import pytest

from inbox import paths
from inbox.keys import new_key
from inbox.models import Message
from tests.house import House


async def test_a_nul_is_refused_in_every_field(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    conversation = await house.cast.conversation()
    message = {"body": "a\0b", "key": new_key()}
    for path, data in (
        (paths.messages(conversation.id), message),
        ("/inbox", {"phone": "\0"}),
        ("/broadcasts", {"target_type": "all", "body": "\0"}),
        ("/settings/staff", {"name": "\0", "email": "\0", "password": "\0", "role": "editor"}),
        ("/settings/api-tokens", {"name": "\0"}),
        ("/settings/twilio", {"account_sid": "\0", "auth_token": "\0", "phone_number": "\0"}),
    ):
        assert (await ruth.post(path, data=data)).status == 400, path
    for path in ("/inbox/new?q=%00", "/inbox?view=%00", "/inbox/rows?before=%00", "/%00"):
        assert (await ruth.get(path)).status in (400, 404), path
    assert not await Message.exists()


async def test_bodies_that_are_not_forms_are_refused(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    conversation = await house.cast.conversation()
    path = paths.messages(conversation.id)
    for kind, data in (
        ("application/json", b'{"body": "x"}'),
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\nbody"),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"body=+AGE-"),
        ("application/x-www-form-urlencoded", b"%ff%fe&body=%ff%fe%00"),
        ("text/plain", b"body=x"),
        ("", b""),
    ):
        answer = await ruth.post(path, data=data, headers={"Content-Type": kind})
        assert 400 <= answer.status < 500 or b"AGE" in data, (kind, answer.status)


async def test_invalid_text_is_refused_with_a_reason(house: House) -> None:
    ruth = await house.browser(house.cast.ruth)
    conversation = await house.cast.conversation()
    stream = {"Accept": "text/vnd.turbo-stream.html"}
    for body, status in (("", 422), (" \r\n ", 422), ("x" * 1601, 422), ("x" * 1600, 200)):
        answer = await ruth.post(
            paths.messages(conversation.id), data={"body": body, "key": new_key()}, headers=stream
        )
        assert answer.status == status, await answer.text()
    for key in ("x", "7", "00000000-0000-0000-0000-00000000000g"):
        answer = await ruth.post(
            paths.messages(conversation.id), data={"body": "x", "key": key}, headers=stream
        )
        assert answer.status == 400


@pytest.mark.parametrize("path", ["/sign-in", "/welcome", "/inbox"])
async def test_a_part_without_a_name_is_no_server_error(house: House, path: str) -> None:
    body = b"--XX\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--XX--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    ruth = await house.browser(house.cast.ruth)
    assert (await ruth.post(path, data=body, headers=headers)).status < 500
