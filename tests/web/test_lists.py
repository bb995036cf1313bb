"""Conversation lists: filtered, sorted, and paged, with no row repeated or left out."""

import re
from datetime import timedelta
from itertools import product
from urllib.parse import urljoin

import aiohttp
import pytest
from quart import has_request_context

from inbox import paths
from inbox.clock import now
from inbox.dom_ids import dom_id, order
from inbox.models import Conversation, Draft, Group, Member, Mention, Message, PhoneNumber, ReadMark
from inbox.models.conversations.listing import SORTS, Listing, sorts_of
from inbox.models.conversations.listing import page as page_of
from inbox.models.conversations.views import VIEWS
from inbox.models.message import add_event
from tests.cast import GRACE_NUMBER, NAOMI, Cast
from tests.house import House
from tests.web.test_triage import STREAM

MANY = 120
EVERY_FILTER = ("", "unread", "failed", "opted-out", "number-{number}", "group-{group}")
PEOPLE_FILTER = "person-{daniel}"


async def fill(cast: Cast) -> Group:
    """A church with conversations in every combination. Several share a time or a name."""
    choir = await Group.create(church=cast.grace, name="Choir")
    number = await PhoneNumber.connect(cast.grace, "+12025550101", "PN" + "8" * 32, 0)
    singers = []
    for n in range(MANY):
        member = await Member.create(
            church=cast.grace,
            phone=f"+1312555{n:04d}",
            name="" if n % 9 == 0 else f"Name {n % 40:02d}",
            opted_out_at=now() if n % 7 == 0 else None,
        )
        at = now() - timedelta(minutes=n // 3)
        one = await Conversation.create(
            church=cast.grace,
            member=member,
            phone_number=number if n % 2 else cast.grace_number,
            last_at=at,
            last_body=f"Text {n}",
            last_kind="out" if n % 3 else "in",
            last_status=("failed", "undelivered", "delivered", "received")[n % 4],
            inbound_count=n % 3,
            state=("open", "open", "open", "snoozed", "done")[n % 5],
            assignee_id=(None, cast.ruth.id, cast.daniel.id)[n % 3],
            scheduled_for=at + timedelta(days=9) if n % 4 == 0 else None,
        )
        if n % 5 < 3 and n % 2:
            await Conversation.filter(id=one.id).update(needs_reply_since=at)
        if n % 6 == 0:
            note = await add_event(one, "done", 1)
            await Mention.create(staff=cast.ruth, conversation=one, message=note)
        if n % 2:
            await ReadMark.set(cast.ruth, one)
            singers.append(member)
    await choir.add(singers)
    return choir


async def every_row(browser: aiohttp.ClientSession, house: House, path: str) -> list[str]:
    """The ids of a list's rows, following "Show more" to the end."""
    found: list[str] = []
    while path:
        async with browser.get(urljoin(house.url, path), headers=STREAM) as answer:
            assert answer.status == 200, path
            html = await answer.text()
        found += re.findall(r'<li id="(conversation_\d+)"', html)
        more = re.search(r'href="(/inbox/rows\?[^"]+)"', html)
        path = more[1].replace("&amp;", "&") if more else ""
    return found


async def test_every_list_is_complete_sorted_and_free_of_duplicates(house: House) -> None:
    choir = await fill(house.cast)
    browser = await house.browser(house.cast.ruth)
    ids = {
        "number": house.cast.grace_number.id,
        "group": choir.id,
        "daniel": house.cast.daniel.id,
    }
    longest = 0
    for view in VIEWS:
        plain = Listing.read(view)
        usual = await page_of(house.cast.ruth, plain, limit=999)
        for filter, sort in product((*EVERY_FILTER, PEOPLE_FILTER), sorts_of(view)):
            filter = filter.format(**ids)
            rows = await every_row(browser, house, paths.inbox(view, filter or None, sort))
            fitting = [one for one in usual if await fits(one, filter, choir, house.cast)]
            assert len(rows) == len(set(rows)), "no duplicates"
            assert set(rows) == {dom_id(one) for one in fitting}, (view, filter, sort)
            by_id = {dom_id(one): one for one in fitting}
            keys = [key(by_id[id], sort) for id in rows]
            assert keys == sorted(keys, reverse=sort == "newest"), (view, filter, sort)
            longest = max(longest, len(rows))
    assert longest > 100, "the premise: some of them are several pages long"


async def fits(one: Conversation, filter: str, choir: Group, cast: Cast) -> bool:
    read = await ReadMark.of(cast.ruth, [one.id])
    word, _, id = filter.partition("-")
    found: dict[str, bool] = {
        "": True,
        "unread": one.inbound_count > read.get(one.id, 0),
        "failed": one.last_status in ("failed", "undelivered"),
        "opted": one.member.opted_out_at is not None,
        "number": id == str(one.phone_number_id),
        "person": id == str(one.assignee_id),
        "group": await one.member.memberships.filter(group=choir).exists(),  # type: ignore[attr-defined]
    }
    return found[word]


def key(one: Conversation, sort: str) -> tuple[object, int]:
    by = {"longest-wait": one.needs_reply_since, "soonest": one.scheduled_for}
    by |= {"newest": one.last_at, "oldest": one.last_at, "name": one.member.name}  # type: ignore[dict-item]
    return by[sort], one.id


async def test_lists_are_sorted_by_the_order_that_fragments_carry(cast: Cast) -> None:
    await fill(cast)
    for view, sort in (
        ("all", "newest"),
        ("all", "oldest"),
        ("needs-reply", "longest-wait"),
        ("scheduled", "soonest"),
    ):
        listing = Listing.read(view, "", sort)
        rows = await page_of(cast.ruth, listing, limit=999)
        field = SORTS[sort].field
        places = [order(getattr(row, field), row) for row in rows]
        assert len(places) > 20 and places == sorted(places, reverse=sort == "newest")


async def test_a_filter_stays_in_the_address_and_describes_itself(house: House) -> None:
    choir = await fill(house.cast)
    browser = await house.browser(house.cast.ruth)
    filter = f"group-{choir.id}"
    async with browser.get(paths.inbox("mine", filter, "oldest")) as answer:
        html = await answer.text()
    assert "<strong>Choir</strong>" in html and "unplaced" in html
    assert f'listing="/inbox?view=mine&amp;filter={filter}&amp;sort=oldest"' in html
    # Each entry of the menu keeps what was selected in its other part.
    assert f'href="/inbox?view=mine&amp;filter={filter}"' in html
    assert 'href="/inbox?view=mine&amp;filter=unread&amp;sort=oldest"' in html
    async with browser.get(paths.inbox("mine")) as answer:
        assert "unplaced" not in await answer.text()


async def test_another_churchs_group_or_staff_filters_to_nothing(house: House) -> None:
    choir = await fill(house.cast)
    browser = await house.browser(house.cast.sam)
    for filter in (f"group-{choir.id}", f"person-{house.cast.ruth.id}"):
        async with browser.get(paths.inbox(None, filter)) as answer:
            html = await answer.text()
        assert answer.status == 200 and "conversation_" not in html and "Choir" not in html


@pytest.mark.parametrize("numbers", [1, 2])
async def test_a_number_is_named_where_there_are_several(house: House, numbers: int) -> None:
    await house.text(NAOMI, "Hello")
    if numbers == 2:
        await PhoneNumber.connect(house.cast.grace, "+12025550101", "PN" + "8" * 32, 0)
    browser = await house.browser(house.cast.ruth)
    async with browser.get(paths.inbox()) as answer:
        html = await answer.text()
    assert (f'numbers="{numbers}"' in html) == (numbers == 2)
    assert ("(202) 555-0101" in html) == (numbers == 2), "the filter offers them"
    assert "…0100" in html and "(202) 555-0100" in html and GRACE_NUMBER not in html


async def test_the_page_includes_only_ones_own_drafts(house: House) -> None:
    await house.text(NAOMI, "Hello")
    conversation = await house.cast.conversation()
    for person, body in ((house.cast.ruth, "Dear Naomi"), (house.cast.daniel, "Naomi, I")):
        await Draft.create(staff=person, conversation=conversation, kind="reply", body=body)
    browser = await house.browser(house.cast.ruth)
    async with browser.get(paths.inbox()) as answer:
        html = await answer.text()
    assert "Dear Naomi" in html and "Naomi, I" not in html


async def test_the_list_costs_the_same_whatever_it_shows(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    choir = await fill(house.cast)
    browser = await house.browser(house.cast.ruth)
    asked = 0
    client = type(Message._meta.db)
    for name in ("execute_query", "execute_query_dict"):
        whole = getattr(client, name)

        async def counting(self: object, *query: object, _whole: object = whole) -> object:
            nonlocal asked
            # The worker runs its own queries.
            asked += has_request_context()
            return await _whole(self, *query)  # type: ignore[operator]

        monkeypatch.setattr(client, name, counting)
    costs = set()
    for view, filter, sort in (
        ("all", None, None),
        ("mine", None, "name"),
        ("mentions", "opted-out", None),
        ("needs-reply", f"group-{choir.id}", "longest-wait"),
        ("done", "failed", "oldest"),
        ("scheduled", None, None),
    ):
        asked = 0
        async with browser.get(paths.inbox(view, filter, sort)) as answer:
            assert 'class="row"' in await answer.text()
        costs.add(asked)
    assert max(costs) == QUERIES, costs


# The viewer; the counts, and the personal ones; the rows with their numbers, members, mentions,
# read marks, and drafts; the filters of the list.
QUERIES = 10
