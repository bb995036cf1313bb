import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from yarl import URL

from inbox.simulator import text_from
from tests.simulator.town import CHURCH, NAOMI, Town

PNG = b"\x89PNG\r\n\x1a\n"


def signed_in(town: Town) -> dict[str, str]:
    auth = aiohttp.encode_basic_auth(town.account.sid, town.account.auth_token)
    return {"Authorization": auth}


async def test_a_picture_from_a_handset_is_downloaded_through_a_redirect(town: Town) -> None:
    await text_from(town.simulator.network, NAOMI, CHURCH, "", pictures=2)
    await town.settled()
    told = town.application.texts[0]
    assert (told["NumMedia"], told["MediaContentType0"]) == ("2", "image/png")
    assert told["MessageSid"].startswith("MM")
    async with aiohttp.ClientSession() as session:
        url = told["MediaUrl1"]
        async with session.get(url, headers=signed_in(town), allow_redirects=False) as answer:
            assert answer.status == 307
            target = URL(url).join(URL(answer.headers["Location"]))
        async with session.get(target) as answer:
            assert answer.content_type == "image/png"
            assert (await answer.read()).startswith(PNG)


async def test_the_redirect_needs_credentials_and_its_target_refuses_them(town: Town) -> None:
    await text_from(town.simulator.network, NAOMI, CHURCH, "", pictures=1)
    await town.settled()
    url = town.application.texts[0]["MediaUrl0"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert answer.status == 401
        async with session.get(url, headers=signed_in(town), allow_redirects=False) as answer:
            target = URL(url).join(URL(answer.headers["Location"]))
        async with session.get(target, headers=signed_in(town)) as answer:
            assert answer.status == 400
        async with session.get(target.update_query(expires="9999999999")) as answer:
            assert answer.status == 403
        async with session.get(target.with_query(None)) as answer:
            assert answer.status == 403


async def test_media_are_listed_downloaded_and_deleted(town: Town) -> None:
    message = await text_from(town.simulator.network, NAOMI, CHURCH, "look", pictures=3)
    media = town.client.messages(message.sid).media
    listed = await media.list_async(page_size=2)
    assert len(listed) == 3
    assert {each.content_type for each in listed} == {"image/png"}
    one = await town.client.messages(message.sid).media(listed[0].sid).fetch_async()
    assert one.parent_sid == message.sid
    assert await town.client.messages(message.sid).media(one.sid).delete_async()
    assert len(await media.list_async()) == 2
    with pytest.raises(TwilioRestException) as gone:
        await town.client.messages(message.sid).media(one.sid).fetch_async()
    assert gone.value.code == 20404


async def test_a_picture_that_the_church_sends_is_downloaded_and_shown(town: Town) -> None:
    town.application.content_type = "image/png"
    await town.client.messages.create_async(
        to=NAOMI, from_=CHURCH, media_url=[f"{town.application.url}/poster.png"]
    )
    await town.settled()
    [bubble] = town.world.handset(NAOMI).bubbles
    assert bubble.media[0].content_type == "image/png"


@pytest.mark.parametrize(
    ("content_type", "length", "status", "code"),
    [
        ("text/html", 10, 200, 12300),
        ("image/png", 10, 404, 11200),
        ("image/png", 5 * 1024 * 1024 + 1, 200, 11751),
    ],
)
async def test_an_unavailable_picture_fails_the_text(
    town: Town, content_type: str, length: int, status: int, code: int
) -> None:
    town.application.content_type = content_type
    town.application.text = "x" * length
    town.application.answers = [status]
    message = await town.client.messages.create_async(
        to=NAOMI, from_=CHURCH, media_url=[f"{town.application.url}/poster.png"]
    )
    await town.settled()
    failed = await town.client.messages(message.sid).fetch_async()
    assert (failed.status, failed.error_code) == ("failed", code)
    assert not town.world.handset(NAOMI).bubbles


async def test_old_pictures_are_dropped_when_there_are_too_many(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.simulator.world.MEDIA_BYTES_KEPT", 3000)
    for _ in range(20):
        await text_from(town.simulator.network, NAOMI, CHURCH, "", pictures=1)
    sizes = [len(each.media[0].data) for each in town.account.messages.values()]
    assert 0 < sum(sizes) <= 3000
    assert sizes[0] == 0
    assert sizes[-1] > 0
