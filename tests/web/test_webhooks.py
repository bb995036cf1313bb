"""Twilio's webhooks: nothing unsigned is accepted, nothing signed is lost, and nothing breaks."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from inbox import paths
from inbox.keys import new_key
from inbox.models import Broadcast, Church, Conversation, Media, Member, Message
from inbox.render import iso
from inbox.simulator.signature import sign
from inbox.web import asgi, webhooks
from tests.cast import (
    GRACE_NUMBER,
    GRACE_SID,
    GRACE_TOKEN,
    HOPE_NUMBER,
    HOPE_SID,
    HOPE_TOKEN,
    LYDIA,
    NAOMI,
)
from tests.house import House
from tests.web.calls import (
    PLAIN,
    PLAIN_STATUS,
    a_receipt,
    a_text,
    call,
    new_sid,
    post,
)

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


async def count_refused(church: Church) -> int:
    await church.refresh_from_db()
    return church.refused_webhooks


async def test_a_text_is_answered_with_empty_twiml(house: House) -> None:
    for path in (PLAIN, paths.incoming_hook(house.cast.grace)):
        answer = await call(house.url, path, a_text())
        assert (answer.status, answer.text) == (200, TWIML)
        assert answer.headers["Content-Type"].startswith("text/xml")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert await Message.filter(kind="in").count() == 2


async def test_an_owner_sees_how_many_requests_were_refused_and_when_the_last_one_came(
    house: House,
) -> None:
    grace = house.cast.grace
    owner = await house.browser(house.cast.ruth)
    before = await (await owner.get(paths.twilio_settings())).text()
    assert "ignored" not in before
    assert (await call(house.url, paths.incoming_hook(grace), a_text(), HOPE_TOKEN)).status == 403
    await grace.refresh_from_db()
    assert grace.refused_webhook_at

    after = await (await owner.get(paths.twilio_settings())).text()
    assert "1 request did not have Twilio's signature and was ignored." in after
    assert f'The last one came <local-time datetime="{iso(grace.refused_webhook_at)}"' in after


async def test_requests_not_signed_with_the_churchs_own_token_are_refused_and_counted(
    house: House,
) -> None:
    grace = house.cast.grace
    text = a_text()
    good = sign(GRACE_TOKEN, house.url + PLAIN, list(text.items()))
    one_letter_off = ("B" if good[0] == "A" else "A") + good[1:]
    refused = 0
    for path in (PLAIN, paths.incoming_hook(grace), PLAIN_STATUS, paths.status_hook(grace)):
        for fields, token, signature in (
            (text, None, None),
            (text, None, ""),
            (text, None, "x" * 5000),
            (text, None, "ÿþ"),
            (text, None, one_letter_off),
            (text, "", None),
            (text, HOPE_TOKEN, None),
            (text, "None", None),
        ):
            answer = await call(house.url, path, fields, token, signature)
            assert (answer.status, answer.text) == (403, "")
            refused += 1
    # The right signature, for another request.
    for path in (PLAIN + "?a=1", paths.incoming_hook(grace), PLAIN_STATUS):
        assert (await call(house.url, path, text, None, good)).status == 403
    assert (await call(house.url, PLAIN, text | {"Body": "Other"}, None, good)).status == 403
    assert (await call(house.url, PLAIN, text, None, good)).status == 200, "the premise"

    assert await count_refused(grace) == refused + 4
    assert await count_refused(house.cast.hope) == 0
    assert await Message.all().count() == 1


async def test_a_flood_of_forgeries_does_not_write_without_end(house: House) -> None:
    for _ in range(70):
        assert (await call(house.url, PLAIN, a_text(), HOPE_TOKEN)).status == 403
    assert await count_refused(house.cast.grace) == 60


async def test_an_unknown_number_is_not_found_without_detail(house: House) -> None:
    for path, fields in (
        (PLAIN, a_text(To="+12025550111")),
        (PLAIN, a_text(To="")),
        (PLAIN, a_text(To="x" * 5000)),
        (PLAIN, a_text(AccountSid=HOPE_SID)),
        (PLAIN, {}),
        (PLAIN_STATUS, a_receipt(new_sid(), "sent", AccountSid="AC" + "0" * 32)),
        (PLAIN_STATUS, {}),
        ("/api/webhooks/twilio/nobody/incoming", a_text()),
        ("/api/webhooks/twilio/nobody", a_text()),
        ("/api/webhooks/twilio/%00/incoming", a_text()),
        (paths.incoming_hook(house.cast.hope), a_text()),
    ):
        answer = await call(house.url, path, fields)
        assert answer.status in (400, 404) and answer.text == "", (path, answer)
    assert await count_refused(house.cast.grace) == 0
    assert not await Message.exists()


async def test_a_body_over_64_kb_is_refused_however_it_is_sent(house: House) -> None:
    url = house.url + PLAIN
    large = b"Body=" + b"x" * 66_000

    async def in_chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(large), 9_000):
            yield large[at : at + 9_000]

    assert (await post(url, large, "x")).status == 413
    assert (await post(url, in_chunks(), "x")).status == 413
    assert (await post(url, b"Body=" + b"x" * 65_000, "x")).status == 404, "the premise"

    # A false content length: anything beyond it is not part of the request, missing bytes are
    # awaited, and neither affects other requests.
    head = f"POST {PLAIN} HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    for length, status in ((10**12, b" 413 "), (3, b" 404 ")):
        assert status in await _raw(house, (head % length).encode() + large[:100])
    assert await _raw(house, (head % 200).encode() + large[:100], hang_up=True) == b""
    assert (await call(house.url, PLAIN, a_text())).status == 200


async def test_an_incomplete_request_occupies_no_slot(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"POST {PLAIN} HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\nBody=".encode()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await _raw(house, head)  # the premise: the server waits for it
    monkeypatch.setattr(asgi, "MAX_WAIT", 0.1)
    assert b" 408 " in await _raw(house, head)


async def _raw(house: House, request: bytes, hang_up: bool = False) -> bytes:
    """The first line of the response to bare bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    writer.write(request)
    if hang_up:
        writer.close()
        return b""
    async with asyncio.timeout(10):
        line = await reader.readline()
    writer.close()
    return line


async def test_nonsense_never_causes_a_server_error(house: House) -> None:
    url = house.url + PLAIN
    body = json.dumps(a_text()).encode()
    signature = sign(GRACE_TOKEN, url, [])
    assert (await post(url, body, signature, **{"Content-Type": "application/json"})).status == 404
    assert (await post(url, b"", signature)).status == 404
    assert (await post(url, b"%ff%fe=\xff\xfe&&&=&%", signature)).status == 404
    assert (await post(url, b"&".join(b"a%d=1" % n for n in range(300)), signature)).status == 400
    assert (await post(url, b"To=%00&AccountSid=%00&Body=%00", signature)).status == 404

    for fields in (
        a_text() | {"MessageSid": "x"},
        a_text() | {"MessageSid": ""},
        a_text() | {"From": ""},
        a_text() | {"From": "x" * 65},
        a_text() | {"From": "\0"},
    ):
        assert (await call(house.url, PLAIN, fields)).status == 400
    many = [*a_text().items(), *((f"a{n}", "1") for n in range(300))]
    assert (await call(house.url, PLAIN, many)).status == 400
    # Bytes that are not UTF-8 cannot have been signed the way we read them.
    raw = b"To=%2B12025550100&AccountSid=" + GRACE_SID.encode() + b"&Body=%ff%fe"
    assert (await post(url, raw, sign(GRACE_TOKEN, url, []))).status == 403

    browser = await house.browser(house.cast.ruth)
    for path in (PLAIN, PLAIN_STATUS, paths.incoming_hook(house.cast.grace)):
        assert (await browser.get(path)).status == 405
        assert (await browser.put(path)).status == 405
    assert not await Message.exists()


async def test_a_server_error_reveals_nothing_and_makes_twilio_retry(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{NAOMI} does not fit")

    text = a_text()
    with monkeypatch.context() as breaking:
        breaking.setattr(webhooks, "receive_text", broken)
        answer = await call(house.url, PLAIN, text)
    assert (answer.status, answer.text) == (500, "")
    assert "RuntimeError" in caplog.text and "webhooks.py" in caplog.text
    assert NAOMI not in caplog.text

    assert (await call(house.url, PLAIN, text)).status == 200


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ("before\0after", "before\ufffdafter"),
        ("\0", "\ufffd"),
        ("🕊️" * 800, "🕊️" * 800),
        ("👩‍👩‍👧" * 320, "👩‍👩‍👧" * 320),
        ("", ""),
        ("  as it came \r\n\t ", "  as it came \r\n\t "),
        ("‮<script>alert(1)</script>{{ 7*7 }}", "‮<script>alert(1)</script>{{ 7*7 }}"),
        ("\ud7ff\ue000\uffff\U0010ffff", "\ud7ff\ue000\uffff\U0010ffff"),
    ],
)
async def test_every_text_is_stored_as_it_arrived(house: House, body: str, stored: str) -> None:
    assert (await call(house.url, PLAIN, a_text(body))).status == 200
    message = await Message.get()
    assert message.body == stored

    browser = await house.browser(house.cast.ruth)
    page = await browser.get(paths.conversation(message.conversation_id))
    assert page.status == 200
    assert "<script>alert" not in await page.text()


async def test_a_lone_surrogate_does_not_lose_the_text(house: House) -> None:
    # UTF-8 cannot encode it; as bytes it is three that mean nothing.
    fields = a_text("x")
    url = house.url + PLAIN
    signed = [*((k, v) for k, v in fields.items() if k != "Body"), ("Body", "a\ufffd\ufffd\ufffdb")]
    raw = "&".join(f"{k}={v.replace('+', '%2B')}" for k, v in signed if k != "Body")
    raw += "&Body=a%ED%A0%80b"
    assert (await post(url, raw.encode(), sign(GRACE_TOKEN, url, signed))).status == 200
    assert (await Message.get()).body == "a\ufffd\ufffd\ufffdb"


@pytest.mark.parametrize("from_", ["12345", "GRACE", "Bell Choir", "+447911123456", "+1202"])
async def test_everyone_who_texts_gets_a_conversation(house: House, from_: str) -> None:
    assert (await call(house.url, PLAIN, a_text(From=from_))).status == 200
    assert (await Member.exclude(name__not="").get()).phone == from_
    browser = await house.browser(house.cast.ruth)
    assert from_[:3] in await (await browser.get(paths.inbox())).text()


async def test_a_text_over_another_channel_is_stored(house: House) -> None:
    number = house.cast.grace_number.number
    fields = a_text() | {"From": "whatsapp:+447911123456", "To": f"whatsapp:{number}"}
    for path in (PLAIN, paths.incoming_hook(house.cast.grace)):
        assert (await call(house.url, path, fields)).status == 200
    member = await Member.get(phone="whatsapp:+447911123456")
    # A person wrote, so staff must answer, if not by text.
    conversation = await house.cast.conversation(member)
    assert conversation.needs_reply and conversation.refusal == "other_channel"


async def test_pictures_are_recorded_whatever_is_claimed_about_them(house: House) -> None:
    address = f"https://api.twilio.com/2010-04-01/Accounts/{GRACE_SID}/Messages/x/Media/y"
    text = a_text("", NumMedia="3", MediaUrl0=address, MediaContentType0="image/png; x=\0")
    text |= {"MediaUrl1": "https://evil.example/\0", "MediaUrl2": "javascript:alert(1)"}
    assert (await call(house.url, PLAIN, text)).status == 200
    assert await Media.all().values_list("provider_url", flat=True) == [address]


async def test_the_same_text_twice_or_at_the_same_moment_is_one_message(house: House) -> None:
    text = a_text(From="+12025550155")
    answers = await asyncio.gather(*(call(house.url, PLAIN, text) for _ in range(12)))
    assert {answer.status for answer in answers} == {200}
    assert (await call(house.url, paths.incoming_hook(house.cast.grace), text)).status == 200
    # Only the sid counts, whatever else differs.
    assert (await call(house.url, PLAIN, text | {"Body": "Other"})).status == 200

    assert await Message.all().count() == 1
    assert await Member.filter(phone="+12025550155").count() == 1
    assert (await Conversation.get()).inbound_count == 1


async def test_many_simultaneous_texts_from_unknown_numbers_are_all_stored(house: House) -> None:
    texts = [a_text(f"Text {n}", From=f"+120255501{n % 3 + 50}") for n in range(24)]
    answers = await asyncio.gather(*(call(house.url, PLAIN, text) for text in texts))
    assert {answer.status for answer in answers} == {200}
    assert await Message.all().count() == 24
    assert await Conversation.all().count() == 3


async def test_two_churches_with_one_account_are_told_apart_on_the_plain_address(
    house: House,
) -> None:
    await house.cast.hope.connect(GRACE_SID, HOPE_TOKEN, house.app.context.seal)
    for number, token, from_ in (
        (GRACE_NUMBER, GRACE_TOKEN, NAOMI),
        (HOPE_NUMBER, HOPE_TOKEN, LYDIA),
    ):
        assert (await call(house.url, PLAIN, a_text(To=number, From=from_), token)).status == 200
        other = HOPE_TOKEN if token == GRACE_TOKEN else GRACE_TOKEN
        assert (await call(house.url, PLAIN, a_text(To=number), other)).status == 403
    assert await Message.filter(church=house.cast.grace).count() == 1
    assert await Message.filter(church=house.cast.hope).count() == 1

    # A receipt does not name our number, so each church's own signature decides.
    sid = new_sid()
    sent = await _sent(house, sid)
    assert (await call(house.url, PLAIN_STATUS, a_receipt(sid, "sent"), HOPE_TOKEN)).status == 204
    await sent.refresh_from_db()
    assert sent.status == "accepted"
    answer = await call(house.url, PLAIN_STATUS, a_receipt(sid, "sent"), GRACE_TOKEN)
    assert answer.status == 204
    await sent.refresh_from_db()
    assert sent.status == "sent"


async def test_both_tokens_are_valid_during_rotation(house: House) -> None:
    grace, seal = house.cast.grace, house.app.context.seal
    await grace.connect(GRACE_SID, "c" * 32, seal)
    await grace.connect(GRACE_SID, "c" * 32, seal)  # pressed twice
    for token, status in (("c" * 32, 200), (GRACE_TOKEN, 200), (HOPE_TOKEN, 403)):
        assert (await call(house.url, PLAIN, a_text(), token)).status == status
    await grace.connect(GRACE_SID, "d" * 32, seal)
    for token, status in (("d" * 32, 200), ("c" * 32, 200), (GRACE_TOKEN, 403)):
        assert (await call(house.url, PLAIN, a_text(), token)).status == status
    await grace.connect("AC" + "7" * 32, "e" * 32, seal)
    text = a_text(AccountSid="AC" + "7" * 32)
    for token, status in (("e" * 32, 200), ("d" * 32, 403)):
        assert (await call(house.url, PLAIN, text, token)).status == status


@pytest.mark.parametrize(
    "query", ["?a=%27&b=%2F%e2%9c%93", "?b=2&a=1&a=", "?x=a+b%20c", "?a=//;&&", "?" + "k" * 3000]
)
async def test_the_address_must_match_the_signed_one_to_the_letter(
    house: House, query: str
) -> None:
    hook = paths.incoming_hook(house.cast.grace)
    assert (await call(house.url, hook + query, a_text())).status == 200
    text = a_text()
    signature = sign(GRACE_TOKEN, house.url + hook + query, list(text.items()))
    assert (await call(house.url, hook + query + "&", text, None, signature)).status == 403
    # The same route, spelled differently, is another address.
    spelled = hook.replace("webhooks", "web%68ooks")
    assert (await call(house.url, spelled + query, a_text())).status == 200
    assert (await call(house.url, spelled + query, text, None, signature)).status == 403


async def _sent(house: House, sid: str | None = None, status: str = "accepted") -> Message:
    conversation = await house.cast.conversation()
    return await Message.create(
        church=house.cast.grace,
        conversation=conversation,
        phone_number=house.cast.grace_number,
        author=house.cast.ruth,
        kind="out",
        body="We will be there",
        status=status,
        key=new_key(),
        provider_sid=sid,
        revision=1,
        position=1,
    )


async def test_a_receipt_finds_its_text_by_our_key_or_by_twilios_sid(house: House) -> None:
    grace = house.cast.grace
    by_key, by_sid, older = await _sent(house), await _sent(house, new_sid()), new_sid()
    path = paths.status_hook(grace, by_key.key)
    assert (await call(house.url, path, a_receipt(older, "delivered"))).status == 204
    answer = await call(
        house.url, paths.status_hook(grace), a_receipt(str(by_sid.provider_sid), "delivered")
    )
    assert (answer.status, answer.text) == (204, "")
    for message in (by_key, by_sid):
        await message.refresh_from_db()
        assert message.status == "delivered"
    assert by_key.provider_sid == older


async def test_a_receipt_we_cannot_match_changes_nothing(house: House) -> None:
    grace, hope = house.cast.grace, house.cast.hope
    one, other = await _sent(house, new_sid()), await _sent(house, new_sid())
    sid = str(one.provider_sid)
    before = await Message.all().order_by("id").values()

    for path, fields, token, status in (
        # Unknown statuses, unknown texts, and invalid keys.
        (paths.status_hook(grace, one.key), a_receipt(sid, "enchanted"), GRACE_TOKEN, 204),
        (paths.status_hook(grace, one.key), a_receipt(sid, ""), GRACE_TOKEN, 400),
        (paths.status_hook(grace, new_key()), a_receipt(new_sid(), "sent"), GRACE_TOKEN, 204),
        (paths.status_hook(grace), a_receipt(new_sid(), "sent"), GRACE_TOKEN, 204),
        (paths.status_hook(grace) + "?key=%00", a_receipt(new_sid(), "sent"), GRACE_TOKEN, 204),
        (paths.status_hook(grace, "x" * 999), a_receipt(new_sid(), "sent"), GRACE_TOKEN, 204),
        # Another text's key: with the wrong sid, and from another church.
        (paths.status_hook(grace, other.key), a_receipt(sid, "delivered"), GRACE_TOKEN, 204),
        (paths.status_hook(hope, one.key), a_receipt(sid, "delivered"), HOPE_TOKEN, 204),
        (paths.status_hook(hope), a_receipt(sid, "delivered"), HOPE_TOKEN, 204),
        (paths.status_hook(hope, one.key), a_receipt(sid, "delivered"), GRACE_TOKEN, 403),
        (paths.status_hook(grace, one.key), a_receipt(sid, "delivered"), HOPE_TOKEN, 403),
    ):
        answer = await call(house.url, path, fields, token)
        assert answer.status == status, (path, fields, answer)
    assert await Message.all().order_by("id").values() == before
    assert not await Broadcast.exists()


async def test_a_sid_that_another_text_has_causes_no_server_error(house: House) -> None:
    one, unsent = await _sent(house, new_sid()), await _sent(house)
    # Either of two texts with the same words may have the SID.
    await Message.filter(id=one.id).update(body="Other words")
    path = paths.status_hook(house.cast.grace, unsent.key)
    assert (await call(house.url, path, a_receipt(str(one.provider_sid), "sent"))).status == 204
    await unsent.refresh_from_db()
    assert unsent.provider_sid is None


async def test_a_receipt_never_moves_a_status_back(house: House) -> None:
    message = await _sent(house, new_sid())
    path = paths.status_hook(house.cast.grace, message.key)
    for word in ("delivered", "sent", "queued", "failed", "sending", "delivered"):
        receipt = a_receipt(str(message.provider_sid), word)
        assert (await call(house.url, path, receipt)).status == 204
        await message.refresh_from_db()
        assert message.status == "delivered"
