"""Search as browsers request it: a page, only the results, the next page of them, and JSON."""

from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup

from inbox import paths
from inbox.clock import now
from inbox.keys import new_key
from inbox.models import Conversation, Member, Message, Staff
from inbox.models.conversations.search import PAGE
from inbox.models.texts import scheduled
from inbox.web.conversations import MAX_FOUND
from tests.cast import GEORGE, HOPE_NUMBER, LYDIA, NAOMI
from tests.house import House, until


async def asked(house: House, path: str, frame: str = "", as_: Any = None) -> BeautifulSoup:
    browser = await house.browser(as_ or house.cast.ruth)
    async with browser.get(path, headers={"Turbo-Frame": frame} if frame else {}) as answer:
        assert answer.status == 200, await answer.text()
        return BeautifulSoup(await answer.text(), "html.parser")


def texts(page: BeautifulSoup) -> list[str]:
    return [" ".join(one.text.split()) for one in page.select(".found-said")]


async def indexed(house: House, word: str, count: int = 1, *, as_: Staff | None = None) -> None:
    """Wait for the worker to index it. It indexes the churches in turn."""

    async def found() -> bool:
        return len(texts(await asked(house, paths.search(word), as_=as_))) == count

    await until(found, every=0.1)


async def test_a_text_is_found_within_moments_and_leads_to_its_place(house: House) -> None:
    await house.text(NAOMI, "Is José bringing <b>soup</b> on Sunday?")
    await indexed(house, "soup")
    page = await asked(house, paths.search("sunday jos"), "found_words")
    [link] = page.select(".found-text")
    assert [mark.text for mark in link.select("mark")] == ["José", "Sunday"]
    assert link.select_one(".found-name").text == "Naomi Park"
    assert "bringing <b>soup</b> on" in link.text
    conversation = await house.cast.conversation()
    [message] = await Message.filter(conversation_id=conversation.id)
    assert link["href"] == f"/inbox/{conversation.id}?at={message.id}"
    assert page.select_one("title") is None and page.select_one("#thread .found")


async def test_results_say_who_wrote_them(house: House) -> None:
    conversation = await house.cast.conversation()
    browser = await house.browser(house.cast.ruth)
    reply = {"body": "The soup is ready", "key": new_key()}
    await browser.post(paths.messages(conversation.id), data=reply)
    note = {"body": "She likes soup", "key": new_key()}
    await browser.post(paths.notes(conversation.id), data=note)
    await indexed(house, "soup", 2)
    assert texts(await asked(house, paths.search("soup"))) == [
        "Private note · Ruth Adeyemi: She likes soup",
        "Ruth Adeyemi: The soup is ready",
    ]


async def test_a_scheduled_text_is_listed_by_its_sending_time_and_leads_to_its_place(
    house: House,
) -> None:
    conversation = await house.cast.conversation()
    waiting = await scheduled.schedule(
        conversation,
        by=house.cast.ruth,
        body="The soup is ready",
        key=new_key(),
        at=now() + timedelta(days=7),
    )
    await house.text(NAOMI, "Is there soup?")
    await indexed(house, "soup")
    waiting.conversation = await Conversation.whole().get(id=conversation.id)
    sent = await scheduled.send_now(waiting)
    page = await asked(house, paths.search("soup"))
    assert texts(page) == ["Ruth Adeyemi: The soup is ready", "Is there soup?"]
    link = page.select_one(".found-text")
    assert link["href"] == paths.said(conversation.id, sent.id)
    thread = await asked(house, link["href"])
    bodies = [one.text for one in thread.select(".messages > .message .bubble-text")]
    assert bodies == ["Is there soup?", "The soup is ready"]


async def test_members_come_first_and_open_their_conversation(house: House) -> None:
    await Member.with_phone(house.cast.grace.id, "+12025550150", "José Park")
    page = await asked(house, paths.search("park"), "thread")
    names = [one.text for one in page.select(".found-row .found-name")]
    assert names == ["José Park", "Naomi Park"]
    found = await asked(house, paths.search("0142"), "found_words")
    assert [one["value"] for one in found.select("[name=member_id]")] == [str(house.cast.naomi.id)]
    new = await asked(house, paths.new_conversation("jose"), "found")
    assert [one.text for one in new.select(".found-name")] == ["José Park"]


def announced(page: BeautifulSoup) -> str:
    """To those who do not see the results."""
    return str(page.select_one("[data-found]")["data-found"])


async def test_all_members_who_were_found_can_be_shown(house: House) -> None:
    people = [f"Anna {n:03}" for n in range(MAX_FOUND + 3)]
    for n, name in enumerate(people):
        await Member.with_phone(house.cast.grace.id, f"+1202001{n:04}", name)

    def names(page: BeautifulSoup) -> list[str]:
        return [one.text for one in page.select(".found-name")]

    found = await asked(house, paths.search("ann"), "found_words")
    assert names(found) == people[:8]
    assert announced(found).startswith("Found: many members,")
    [link] = found.select(".found-more a")
    first = await asked(house, str(link["href"]), "thread")
    assert names(first) == people[:MAX_FOUND]
    assert announced(first) == "Many members found"
    more = first.select_one("#found turbo-frame")
    assert more["loading"] == "lazy"
    rest = await asked(house, str(more["src"]), str(more["id"]))
    assert rest.select_one("turbo-frame")["id"] == more["id"]
    assert names(rest) == people[MAX_FOUND:] and not rest.select("turbo-frame turbo-frame")

    one = await asked(house, paths.search("anna 001"), "found_words")
    assert names(one) == ["Anna 001"] and not one.select(".found-more")
    assert announced(one).startswith("Found: 1 member,")
    alone = await asked(house, paths.new_conversation("anna 001"), "thread")
    assert announced(alone) == "1 member found" and not alone.select("#found turbo-frame")


async def test_without_a_query_all_named_members_can_be_chosen(house: House) -> None:
    for n in range(MAX_FOUND):
        await Member.with_phone(house.cast.grace.id, f"+1202001{n:04}", f"Anna {n:03}")
    first = await asked(house, paths.new_conversation(), "thread")
    more = first.select_one("#found turbo-frame")
    rest = await asked(house, str(more["src"]), str(more["id"]))
    assert [one.text for one in rest.select(".found-name")] == ["George Bell", "Naomi Park"]


async def test_more_results_are_paged(house: House) -> None:
    for n in range(PAGE + 3):
        await house.text(NAOMI, f"Soup number {n}")
    # The oldest are indexed first, and a page is full before the newest are indexed.
    await indexed(house, f"soup {PAGE + 2}")
    page = await asked(house, paths.search("soup"))
    more = page.select_one("#found_words turbo-frame")
    assert more["loading"] == "lazy"
    rest = await asked(house, str(more["src"]), str(more["id"]))
    assert rest.select_one("turbo-frame")["id"] == more["id"]
    assert texts(rest) == ["Soup number 2", "Soup number 1", "Soup number 0"]
    assert not rest.select("turbo-frame turbo-frame")
    # Opening that address directly returns a full page.
    assert len(texts(await asked(house, str(more["src"])))) == PAGE


async def test_an_empty_query_and_an_empty_result_say_so(house: House) -> None:
    assert "accents do not matter" in (await asked(house, paths.search())).text
    page = await asked(house, paths.search('"*) NOT <script>'))
    assert 'Nothing was found for “"*) NOT <script>”' in page.text
    assert not page.select("script:not([src]):not([type])")
    assert "All of the words must be in one text" in page.text
    alone = await asked(house, paths.search("Xylophone"))
    assert "Nothing was found" in alone.text and "All of the words" not in alone.text
    assert "the first few letters" in alone.text
    emoji = (await asked(house, paths.search("😀"))).text
    assert "Nothing was found" in emoji and "Only words" not in emoji
    for sign in ('"', "%", "… ?!"):
        signs = (await asked(house, paths.search(sign))).text
        assert "Only words, numbers, and emoji" in signs and "the first few letters" not in signs


async def test_each_church_finds_only_its_own_texts(house: House) -> None:
    await house.text(NAOMI, "Soup on Sunday at Grace")
    await house.text(LYDIA, "Soup on Sunday at Hope", to=HOPE_NUMBER)
    await indexed(house, "soup")
    await indexed(house, "soup", as_=house.cast.sam)
    hope = await asked(house, paths.search("soup sunday"), as_=house.cast.sam)
    assert texts(hope) == ["Soup on Sunday at Hope"]
    await Member.with_phone(house.cast.hope.id, NAOMI, "Naomi of Hope")
    sam, ruth = await house.browser(house.cast.sam), await house.browser(house.cast.ruth)
    for browser, name in ((sam, "Naomi of Hope"), (ruth, "Naomi Park")):
        async with browser.get(paths.search_people() + "?q=nao") as answer:
            people = (await answer.json())["people"]
        assert [one["name"] for one in people] == [name]


async def test_the_next_conversation_is_the_longest_wait_other_than_the_open_one(
    house: House,
) -> None:
    browser = await house.browser(house.cast.ruth)

    async def leads_to(but: str = "") -> str:
        address = paths.next_waiting() + but
        async with browser.get(address, allow_redirects=False) as answer:
            return answer.headers["Location"]

    assert await leads_to() == paths.inbox("needs-reply")
    await house.text(NAOMI, "First")
    await house.text(GEORGE, "Second")
    await house.text(LYDIA, "Elsewhere", to=HOPE_NUMBER)
    naomi, george = [
        await house.cast.conversation(one) for one in (house.cast.naomi, house.cast.george)
    ]
    assert await Conversation.filter(needs_reply_since__lte=now()).count() == 3
    assert await leads_to() == paths.conversation(naomi.id, "needs-reply")
    assert await leads_to(f"?but={naomi.id}") == paths.conversation(george.id, "needs-reply")
