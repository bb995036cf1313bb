"""Saved replies: managed in the settings by any of the staff, and offered in the composer."""

import re

import aiohttp

from inbox import paths
from inbox.models import Member, SavedReply
from inbox.models.saved_reply import MAX_FOUND, MAX_SAVED
from tests.cast import STRANGER
from tests.house import House
from tests.web.test_triage import post


async def add(browser: aiohttp.ClientSession, title: str, body: str) -> tuple[int, str]:
    status, text, _ = await post(browser, paths.saved_reply_settings(), title=title, body=body)
    return status, text


async def offered(
    browser: aiohttp.ClientSession, conversation_id: int, q: str = ""
) -> list[tuple[str, str]]:
    """Title and merged words of each reply that the composer offers."""
    async with browser.get(paths.saved_replies(conversation_id, q)) as answer:
        text = await answer.text()
    assert '<turbo-frame id="saved_replies">' in text
    item = r'data-body="(.*?)">\s*<span class="saved-title" dir="auto">(.*?)<'
    return re.findall(item, text, re.DOTALL)


async def test_a_volunteer_may_add_change_and_delete_one(house: House) -> None:
    browser = await house.browser(house.cast.mercy)
    assert (await add(browser, " Sunday  times ", "Sunday at 9\r\nand 11 "))[0] == 303
    saved = await SavedReply.get()
    assert (saved.title, saved.body) == ("Sunday times", "Sunday at 9\nand 11")
    path = paths.saved_reply_settings(saved.id)
    assert (await post(browser, path, title="Times", body="Sunday at 10"))[0] == 303
    async with browser.get(paths.saved_reply_settings()) as page:
        text = await page.text()
    assert "Sunday at 10" in text and "Sunday times" not in text
    assert (await post(browser, paths.delete_saved_reply(saved.id)))[0] == 303
    assert not await SavedReply.exists()
    assert (await post(browser, paths.delete_saved_reply(saved.id)))[0] == 404


async def test_an_invalid_reply_is_explained_and_nothing_is_lost(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    await add(browser, "Times", "Sunday at 10")
    await add(browser, "Thanks", "Thank you!")
    for title, body, problem in (
        ("Times", "Every word is kept", "There is already a saved reply with that title."),
        (" ", "Every word is kept", "Please enter a title"),
        ("x" * 81, "Every word is kept", "The title can have at most 80 characters."),
        ("New", " ", "Please enter the text of the reply."),
        ("New", "x" * 1601, "The reply can have at most 1,600 characters."),
    ):
        status, text = await add(browser, title, body)
        assert status == 422 and problem in text and body.strip() in text
    thanks = await SavedReply.get(title="Thanks")
    status, text, _ = await post(
        browser, paths.saved_reply_settings(thanks.id), title="Times", body="Every word is kept"
    )
    assert (
        status == 422
        and "already a saved reply with that title" in text
        and "Every word is kept" in text
    )
    assert (await SavedReply.get(id=thanks.id)).title == "Thanks"
    assert await SavedReply.all().count() == 2
    # Another church has its own titles.
    assert (await add(await house.browser(house.cast.sam), "Times", "At 8"))[0] == 303


async def test_the_number_of_saved_replies_is_limited(house: House) -> None:
    await SavedReply.bulk_create(
        SavedReply(church=house.cast.grace, title=f"{n:03d}", body="x") for n in range(MAX_SAVED)
    )
    browser = await house.browser(house.cast.ruth)
    status, text = await add(browser, "One more", "x")
    assert status == 422 and "There are already 500 saved replies" in text
    conversation = await house.cast.conversation()
    assert len(await offered(browser, conversation.id)) == MAX_FOUND


async def test_the_composer_offers_them_as_they_would_be_sent(house: House) -> None:
    browser = await house.browser(house.cast.ruth)
    await add(browser, "Greeting", "Hi {first_name}, see you <Sunday>")
    await add(browser, "Times", "Sunday at 10. Greetings!")
    await add(await house.browser(house.cast.sam), "Greeting", "Hello from Hope")
    naomi = await house.cast.conversation()
    assert await offered(browser, naomi.id) == [
        ("Hi Naomi, see you &lt;Sunday&gt;", "Greeting"),
        ("Sunday at 10. Greetings!", "Times"),
    ]
    assert [title for _, title in await offered(browser, naomi.id, "greet")] == [
        "Greeting",
        "Times",
    ]
    assert [title for _, title in await offered(browser, naomi.id, "10.")] == ["Times"]
    assert await offered(browser, naomi.id, "nothing like it") == []
    assert await offered(browser, naomi.id, "%") == []

    stranger = await Member.with_phone(house.cast.grace.id, STRANGER)
    nameless = await house.cast.conversation(stranger)
    assert (await offered(browser, nameless.id))[0][0].startswith("Hi friend, ")
