"""put: the one verb that changes a page."""

from itertools import permutations

import pytest
import pytest_asyncio
from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

SETUP = """async () => {
  document.body.innerHTML = `
    <ul id="rows_all" data-newest-first></ul>
    <div id="messages_7"></div>
    <p id="gate_7" data-revision="5">open</p>`
  window.put = (await import("/js/live/put.js")).put
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def screen(page: Page) -> Page:
    await page.evaluate(SETUP)
    return page


def bubble(name: str, order: str, revision: int = 1, text: str = "", more: str = "") -> str:
    return (
        f'<article id="{name}" data-containers="messages_7" data-order="{order}"'
        f' data-revision="{revision}" {more}>{text or name}</article>'
    )


def row(revision: int, containers: str, order: str = "1", name: str = "conversation_7") -> str:
    return (
        f'<li id="{name}" data-containers="{containers}" data-order="{order}"'
        f' data-revision="{revision}"><a href="#">{name} at {revision}</a></li>'
    )


async def put(screen: Page, *fragments: str) -> None:
    for fragment in fragments:
        await screen.evaluate("html => put(html)", fragment)


async def texts(screen: Page, container: str = "messages_7") -> list[str]:
    return await screen.locator(f"#{container} > *").all_inner_texts()


async def test_a_repeated_fragment_appears_once(screen: Page) -> None:
    await put(screen, bubble("a", "1"), bubble("a", "1"))
    assert await texts(screen) == ["a"]


async def test_fragments_keep_their_order_in_whatever_order_they_arrive(screen: Page) -> None:
    bubbles = [bubble(name, order) for name, order in (("a", "1"), ("b", "2"), ("c", "~"))]
    for shuffled in permutations(bubbles):
        await screen.evaluate("document.getElementById('messages_7').replaceChildren()")
        await put(screen, *shuffled)
        assert await texts(screen) == ["a", "b", "c"]


async def test_one_string_may_hold_several_fragments(screen: Page) -> None:
    await put(screen, bubble("b", "2") + bubble("a", "1"))
    assert await texts(screen) == ["a", "b"]


async def test_two_pending_bubbles_keep_the_order_in_which_they_were_written(screen: Page) -> None:
    await put(screen, bubble("first", "~"), bubble("second", "~"))
    assert await texts(screen) == ["first", "second"]


async def test_a_fragment_without_an_order_is_not_in_the_way(screen: Page) -> None:
    await screen.evaluate("document.getElementById('messages_7').innerHTML = '<hr>'")
    await put(screen, bubble("b", "2"), bubble("a", "1"))
    assert await texts(screen) == ["", "a", "b"]


async def test_lists_show_the_newest_first(screen: Page) -> None:
    await put(screen, *(row(1, "rows_all", order=n, name=f"row{n}") for n in "213"))
    assert await texts(screen, "rows_all") == ["row3 at 1", "row2 at 1", "row1 at 1"]


async def test_a_newer_revision_replaces_the_older(screen: Page) -> None:
    await put(screen, bubble("a", "1", 1, "queued"), bubble("b", "2"))
    await put(screen, bubble("a", "1", 2, "sent"))
    assert await texts(screen) == ["sent", "b"]


async def test_a_late_older_revision_changes_nothing(screen: Page) -> None:
    await put(screen, bubble("a", "1", 3, "delivered"))
    await put(screen, bubble("a", "1", 2, "sent"))
    assert await texts(screen) == ["delivered"]


async def test_the_initial_page_counts_as_put(screen: Page) -> None:
    await put(screen, '<p id="gate_7" data-revision="4">closed</p>')
    assert await screen.inner_text("#gate_7") == "open"
    await put(screen, '<p id="gate_7" data-revision="5">closed</p>')
    assert await screen.inner_text("#gate_7") == "closed"


async def test_revisions_are_remembered_when_the_page_has_changed(screen: Page) -> None:
    await put(screen, bubble("a", "1", 3))
    await screen.evaluate("document.getElementById('messages_7').replaceChildren()")
    await put(screen, bubble("a", "1", 2))
    assert await texts(screen) == []
    await put(screen, bubble("a", "1", 3))
    assert await texts(screen) == ["a"]


async def test_a_row_leaves_a_list_that_no_longer_contains_it(screen: Page) -> None:
    await screen.evaluate("document.getElementById('rows_all').id = 'rows_needs_reply'")
    await put(screen, row(1, "rows_all rows_needs_reply"))
    assert await texts(screen, "rows_needs_reply") == ["conversation_7 at 1"]
    await put(screen, row(2, "rows_all"))
    assert await texts(screen, "rows_needs_reply") == []


async def test_a_row_goes_up_when_its_order_grows(screen: Page) -> None:
    await put(screen, row(1, "rows_all", "1", "old"), row(1, "rows_all", "2", "new"))
    assert (await texts(screen, "rows_all"))[0] == "new at 1"
    await put(screen, row(2, "rows_all", "3", "old"))
    assert await texts(screen, "rows_all") == ["old at 2", "new at 1"]


async def test_an_undone_bubble_leaves_and_stays_away(screen: Page) -> None:
    await put(screen, bubble("a", "1", 1), bubble("a", "1", 3, more="data-gone"))
    assert await texts(screen) == []
    await put(screen, bubble("a", "1", 2))
    assert await texts(screen) == []


async def test_a_fragment_without_a_place_on_this_page_is_left_out(screen: Page) -> None:
    before = await screen.inner_html("body")
    await put(screen, '<p id="gate_8" data-revision="1">closed</p>', row(1, "rows_elsewhere"))
    assert await screen.inner_html("body") == before


async def test_a_fragment_without_a_revision_is_always_put(screen: Page) -> None:
    await put(screen, '<p id="gate_7">first</p>', '<p id="gate_7">second</p>')
    assert await screen.inner_text("#gate_7") == "second"


async def test_the_keyboard_stays_on_the_replaced_row(screen: Page) -> None:
    await put(screen, row(1, "rows_all"))
    await screen.focus("#conversation_7 a")
    await put(screen, row(2, "rows_all"))
    focused = "document.activeElement.closest('li')?.id"
    assert await screen.evaluate(focused) == "conversation_7"
    assert await texts(screen, "rows_all") == ["conversation_7 at 2"]


async def test_a_turbo_stream_puts_too(screen: Page) -> None:
    await screen.evaluate("import('/js/app.js')")
    await screen.evaluate(
        """html => document.body.insertAdjacentHTML("beforeend",
          `<turbo-stream action="put"><template>${html}</template></turbo-stream>`)""",
        bubble("a", "1"),
    )
    await screen.wait_for_selector("#messages_7 #a")


async def test_a_list_may_be_ordered_by_another_attribute(screen: Page) -> None:
    await screen.evaluate("document.getElementById('messages_7').dataset.orderBy = 'waits'")
    for name, waits in (("b", "2"), ("a", "1")):
        await put(screen, bubble(name, "9", more=f'data-waits="{waits}"'))
    assert await texts(screen) == ["a", "b"]


async def test_a_list_may_place_a_row_itself_but_never_an_older_one(
    screen: Page,
) -> None:
    await screen.evaluate(
        "() => { document.getElementById('rows_all').hold = "
        "(row, before) => (window.asked ??= []).push([row.id, before?.id ?? null]) }"
    )
    await put(screen, row(2, "rows_all"), row(1, "rows_all"), row(2, "rows_elsewhere"))
    assert await screen.evaluate("asked") == [["conversation_7", None]]
    assert await texts(screen, "rows_all") == []
