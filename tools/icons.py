"""Chromium draws the installed app's icons from static/icon.svg: `bin/icons`."""

import asyncio
import shutil

from playwright.async_api import async_playwright

from inbox.files import STATIC
from tests.services import CHROMIUMS

DRAWING = (STATIC / "icon.svg").read_text()
ICONS = STATIC / "icons"
# Phones crop icons to their own shape, so the important part stays in the middle.
SQUARE = DRAWING.replace(' rx="8"', "")
ROOMY = SQUARE.replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"').replace(
    '<rect width="32" height="32"', '<rect x="-4" y="-4" width="40" height="40"'
)
FILES = {
    "icon-192.png": (192, DRAWING),
    "icon-512.png": (512, DRAWING),
    "maskable-512.png": (512, ROOMY),
    "apple-touch-icon.png": (180, SQUARE),
}


async def main() -> None:
    ICONS.mkdir(exist_ok=True)
    path = next(found for name in CHROMIUMS if (found := shutil.which(name)))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (size, drawing) in FILES.items():
            page = await chromium.new_page(viewport={"width": size, "height": size})
            sized = drawing.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
            style = "<style>body { margin: 0 } svg { display: block }</style>"
            await page.set_content(style + sized)
            await page.screenshot(path=ICONS / name, omit_background=True)
            await page.close()
        await chromium.close()


if __name__ == "__main__":
    asyncio.run(main())
