"""Every page, wide and light, narrow and dark: no accessibility violation, nothing sideways, nothing asked of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from portal.application import create_app
from tests import chromium
from tests.portal.conftest import Site
from tests.portal.pages import STRANGER, WITHOUT_PAGE, Shown, World, live
from tests.portal.rights import rights

EVERYTHING = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
BY_FACE = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"],
    }
}
"""What colour and width can change; the rest of a page is the same in every face."""
OPENED = """
document.querySelectorAll('details').forEach(d => d.open = true);
document.querySelectorAll('tbody').forEach(t => [...t.rows].slice(6).forEach(r => r.remove()));
document.querySelectorAll('select, datalist').forEach(s => [...s.children].slice(6).forEach(o => o.remove()));
"""
"""Everything that can be opened, and of long tables and lists the first rows: the others are made by the same lines."""
WIDE, NARROW = 1280, 360
STILL = "*, *::before, *::after { transition: none !important }"
"""No half-way colour."""


def test_every_page_is_in_the_catalogue(site: Site) -> None:
    reading = {r.path for r in rights(create_app(site.app, lambda: site.now)) if r.method == "GET"}
    pages = {path for path in reading if not path.startswith(WITHOUT_PAGE) and path not in WITHOUT_PAGE}
    assert pages == set(live(site).pages)


@contextmanager
def signed_in(browser: Browser, site: Site, world: World, who: str) -> Iterator[BrowserContext]:
    """A browser with the session of that asker; axe needs to be let in past our own policy."""
    context = browser.new_context(bypass_csp=True)
    host = urlsplit(site.url).hostname or ""
    if who != STRANGER:
        kept = world.clients[who].cookies.jar
        context.add_cookies([{"name": c.name, "value": c.value or "", "domain": host, "path": "/"} for c in kept])
    yield context
    context.close()


@pytest.mark.e2e
def test_every_page_is_for_everybody(site: Site) -> None:
    world = live(site)
    found: list[str] = []
    with chromium.borrowed() as browser:
        for who in world.clients:
            with signed_in(browser, site, world, who) as context:
                page = context.new_page()
                page.on("console", lambda message: found.append(f"console: {message.text}"))
                page.on("pageerror", lambda error: found.append(f"script: {error}"))
                page.on("request", lambda request: _own(site, request.url, found))
                for shown in (each for several in world.pages.values() for each in several if each.who == who):
                    found.extend(looked_at(page, site, shown))
    noise = [line for line in found if not (line.startswith("console:") and ("404" in line or "403" in line))]
    assert noise == [], "\n".join(noise)


def looked_at(page: Page, site: Site, shown: Shown) -> Iterator[str]:
    """What is wrong with one page: as it comes when wide and light, then opened; then narrow and dark."""
    face(page, WIDE, "light")
    answer = page.goto(f"{site.url}{shown.path}")
    assert answer is not None
    if answer.status not in ((200, 404) if "khong-co" in shown.path else (shown.status,)):
        yield f"{shown.path}: {answer.status}"
    page.add_style_tag(content=STILL)
    yield from too_wide(page, shown, WIDE)
    face(page, NARROW, "dark")
    yield from too_wide(page, shown, NARROW)
    page.evaluate(OPENED)
    yield from violations(page, shown, BY_FACE)
    face(page, WIDE, "light")
    yield from violations(page, shown, EVERYTHING)


def face(page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def too_wide(page: Page, shown: Shown, width: int) -> Iterator[str]:
    needs = page.evaluate("document.scrollingElement.scrollWidth")
    if needs > width:
        yield f"{shown.path}: {needs} px wide of {width}"


def violations(page: Page, shown: Shown, rules: dict[str, Any]) -> Iterator[str]:
    for violation in Axe().run(page, options={**rules, "resultTypes": ["violations"]}).response["violations"]:
        nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:2])
        yield f"{shown.path}: {violation['id']}: {nodes}"


def _own(site: Site, address: str, found: list[str]) -> None:
    if not address.startswith((site.url, "data:", "blob:", "about:")):
        found.append(f"asked of another: {address}")
