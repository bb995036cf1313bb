"""A page, looked at in every way: it fits, everything has a name, and nobody is shut out."""

import re
from collections.abc import Sequence

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize, expect

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 568}
# What depends on the colours; all else is the same in the dark.
COLOURS = ("color-contrast", "link-in-text-block")


async def check(page: Page) -> None:
    """Loaded once, wide and narrow, light and dark."""
    await check_words(page)
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        await check_access(page)


async def check_words(page: Page) -> None:
    """What depends on the words: they fit, wide and narrow, and every control has some."""
    await expect(page.locator("turbo-frame[busy]")).to_have_count(0)
    await page.set_viewport_size(NARROW)
    nothing(await page.evaluate(SPILLS), f"{page.url}, {NARROW['width']} wide")
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size(size)
        here = f"{page.url}, {size['width']} wide"
        outline = await page.locator("body").aria_snapshot()
        nothing(nameless(outline), here)
        levels = heading_levels(outline)
        assert is_sane(levels), f"{here}: headings of level {levels}"
        nothing(await page.evaluate(SPILLS), here)


async def check_access(page: Page) -> None:
    """As it stands: who cannot see, hear or point finds nothing in the way, in light or dark."""
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    ink = await page.evaluate(INK)
    nothing(await shuts_out(page), page.url)
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert await page.evaluate(INK) != ink, f"{page.url}: as light as day"
    nothing(await shuts_out(page, only=COLOURS), f"{page.url}, dark")


def nothing(found: Sequence[str], where: str) -> None:
    assert not found, "\n".join((where, *found))


async def shuts_out(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What axe finds serious or worse, of all its rules or of some."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    options = {"runOnly": list(only)} if only else {}
    found: list[str] = await page.evaluate(WHAT_AXE_FINDS, options)
    return found


INK = "getComputedStyle(document.body).color"

# Without its own copy of our style sheets, which our policy would not let it write down.
WHAT_AXE_FINDS = """async options => {
  const quick = { preload: false, selectors: false, resultTypes: ["violations"] }
  const { violations } = await axe.run({ ...quick, ...options })
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(
      ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 240)}`))
}"""

# What reaches beyond the right or left edge, and would have to be scrolled to, or is cut off; once
# all is drawn that depends on the width.
SPILLS = """async () => {
  const frame = () => new Promise(requestAnimationFrame)
  await frame().then(frame)
  const width = document.documentElement.clientWidth
  const shown = { opacityProperty: true, visibilityProperty: true }
  const small = rect => rect.width < 2 || rect.height < 2
  const spills = [...document.body.querySelectorAll("*")].filter(element => {
    const rect = element.getBoundingClientRect()
    const outside = rect.right > width + 1 || rect.left < -1
    const matters = !small(rect) && !element.matches(".skip, svg *")
    return outside && matters && element.checkVisibility(shown)
  })
  if (document.documentElement.scrollWidth > width) spills.unshift(document.documentElement)
  return spills.map(element => element.outerHTML.slice(0, 120))
}"""


def nameless(outline: str) -> list[str]:
    """Controls without an accessible name, in Playwright's outline of a page."""
    roles = "button|link|textbox|searchbox|checkbox|radio|combobox|img|region|navigation"
    return re.findall(rf"^\s*- (?:{roles})(?=$|:| \[).*", outline, re.MULTILINE)


def heading_levels(outline: str) -> list[int]:
    return [int(level) for level in re.findall(r"- heading .*\[level=(\d)\]", outline)]


def is_sane(levels: Sequence[int]) -> bool:
    """Begins with a title, that of the page or of its first pane, and leaves out no level."""
    steps = zip(levels, levels[1:], strict=False)
    return levels[:1] == [1] and all(b - a <= 1 for a, b in steps)
