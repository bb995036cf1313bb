"""A page checked in every way: it fits, everything has a name, and everyone can use it."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize, expect

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 568}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def check(page: Page) -> None:
    """Loaded once, wide and narrow, light and dark."""
    await check_words(page, and_then=check_access)


async def check_words(
    page: Page, and_then: Callable[[Page], Awaitable[None]] | None = None
) -> None:
    """What depends on the words: they fit, wide and narrow, and every control has a label.

    Every size is laid out only once, so another check of a phone and a desktop is part of this one.
    """
    await expect(page.locator("turbo-frame[busy]")).to_have_count(0)
    for size in (NARROW, PHONE, DESKTOP):
        await page.set_viewport_size(size)
        here = f"{page.url}, {size['width']} wide"
        await check_width(page)
        nothing(await page.evaluate(TORN), here)
        if size is NARROW:
            continue
        outline = await page.locator("body").aria_snapshot()
        nothing(nameless(outline), here)
        levels = heading_levels(outline)
        assert is_sane(levels), f"{here}: headings of level {levels}"
        if and_then:
            await and_then(page)


async def check_width(page: Page) -> None:
    """Nothing extends past the edges or is cut off."""
    here = await page.evaluate("`${location}, ${innerWidth} wide`")
    nothing(await page.evaluate(SPILLS), here)


async def check_access(page: Page) -> None:
    """As shown: people who cannot see, hear, or point meet no obstacle, in light or dark."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    nothing(await page.evaluate(ALL_BUT_COLORS), page.url)
    inks = []
    # The current one first: every change makes the browser restyle everything.
    current, other = sorted(SCHEMES, reverse=await page.evaluate(IS_LIGHT))
    for scheme in (current, other):
        if scheme != current:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        inks.append(await page.evaluate(INK))
        nothing(await poor_colors(page), f"{page.url}, {scheme}")
    assert len(set(inks)) == len(SCHEMES), f"{page.url}: as bright as the light theme"


# Text whose colors passed, by everything that decides how it looks.
GOOD_COLORS: set[int] = set()


async def poor_colors(page: Page) -> list[str]:
    """What axe finds wrong with colors. The rule is slow, so no look is checked twice."""
    looks, found = await page.evaluate(POOR_COLORS, list(GOOD_COLORS))
    if not found:
        GOOD_COLORS.update(looks)
    return list(found)


def nothing(found: Sequence[str], where: str) -> None:
    assert not found, "\n".join((where, *found))


IS_LIGHT = "matchMedia('(prefers-color-scheme: light)').matches"
INK = "getComputedStyle(document.body).color"

COLORS = ["color-contrast", "link-in-text-block"]

# What axe reports. It gets no copy of our style sheets, which our policy would not let it insert.
FINDINGS = """
const findings = async (context, options) => {
  const quick = { preload: false, selectors: false, resultTypes: ["violations"] }
  const { violations } = await axe.run(context, { ...quick, ...options })
  return violations.flatMap(({ id, nodes }) => nodes.map(
    ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 240)}`))
}
"""

# All that is serious or worse: axe reports every finding as grave as its rule, and only its audit
# says how grave a rule is.
ALL_BUT_COLORS = """async () => {
  FINDINGS
  const grave = ({ id, impact }) => ["serious", "critical"].includes(impact) && !COLORS.includes(id)
  const others = axe._audit.rules.filter((rule) => !grave(rule))
  const rules = Object.fromEntries(others.map(({ id }) => [id, { enabled: false }]))
  return findings(document, { rules })
}""".replace("FINDINGS", FINDINGS).replace("COLORS", json.dumps(COLORS))

# The looks of all visible text that has not passed before, and what axe finds wrong with it.
POOR_COLORS = """async known => {
  FINDINGS
  const fields = "input, textarea, select, button"
  const hasText = element => element.matches(fields) ||
    [...element.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim())
  const styles = new Map()
  // The element's own style, and those of everything behind it.
  function style(element) {
    if (!element) return ""
    if (!styles.has(element)) {
      const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight, position } =
        getComputedStyle(element)
      const own = [element.localName, element.className, color, backgroundColor, backgroundImage,
        opacity, fontSize, fontWeight, position].join()
      styles.set(element, `${own};${style(element.parentElement)}`)
    }
    return styles.get(element)
  }
  // 53 bits of it.
  function hashed(text) {
    let [a, b] = [0xdeadbeef, 0x41c6ce57]
    for (let n = 0; n < text.length; n++) {
      a = Math.imul(a ^ text.charCodeAt(n), 2654435761)
      b = Math.imul(b ^ text.charCodeAt(n), 1597334677)
    }
    return (b >>> 11) * 4294967296 + (a >>> 0)
  }
  const seen = new Set(known)
  const unknown = new Map()
  for (const element of document.body.querySelectorAll("*")) {
    if (!hasText(element) || !element.checkVisibility({ visibilityProperty: true })) continue
    const look = hashed(style(element))
    if (!seen.has(look) && !unknown.has(look)) unknown.set(look, element)
  }
  if (!unknown.size) return [[], []]
  const found = await findings({ include: [...unknown.values()] }, { runOnly: COLORS })
  return [[...unknown.keys()], found]
}""".replace("FINDINGS", FINDINGS).replace("COLORS", json.dumps(COLORS))

# What extends past the left or right edge and would need scrolling, or is cut off, once everything
# that depends on the width is drawn.
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


# Phone numbers and labels with a background that break across lines.
TORN = """() => [...document.body.querySelectorAll("bdi[dir=ltr], span, a")].filter(element => {
  const { display, backgroundColor, borderRadius } = getComputedStyle(element)
  const isLabel = backgroundColor !== "rgba(0, 0, 0, 0)" && borderRadius !== "0px"
  return display === "inline" && element.getClientRects().length > 1 &&
    (isLabel || element.matches("bdi"))
}).map(element => element.outerHTML.slice(0, 120))"""


def nameless(outline: str) -> list[str]:
    """Controls without an accessible name, in Playwright's outline of a page."""
    roles = "button|link|textbox|searchbox|checkbox|radio|combobox|img|region|navigation"
    return re.findall(rf"^\s*- (?:{roles})(?=$|:| \[).*", outline, re.MULTILINE)


def heading_levels(outline: str) -> list[int]:
    return [int(level) for level in re.findall(r"- heading .*\[level=(\d)\]", outline)]


def is_sane(levels: Sequence[int]) -> bool:
    """Starts with a title, of the page or of its first pane, and skips no level."""
    steps = zip(levels, levels[1:], strict=False)
    return levels[:1] == [1] and all(b - a <= 1 for a, b in steps)
