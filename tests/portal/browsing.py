"""How tests look at pages in headless Chromium.

A click returns when the answer has begun to arrive, not when the page is there: what is said of it has to wait for it.
``expect`` does for what shows up; ``absent`` and ``lacks`` do for what must not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from obligations.services.accounts.access import ensure_sample_account, sign_in_link
from tests import chromium
from tests.portal.conftest import Site

WIDTHS = DESK, PHONE = (1280, 360)
"""Both journeys are gone at both; what else a page does is tried at one, and every page is measured at both (test_walk.py)."""


@contextmanager
def browser_page(width: int) -> Iterator[Page]:
    """A fresh page; the Chromium of the system when there is one. Scripts are off, as on the oldest office PC."""
    with chromium.borrowed() as browser:
        yield browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False).new_page()


def staff_page(site: Site, page: Page) -> None:
    """Sign in as the sample coordinator."""
    with site.app.write(site.now, "test") as ctx:
        link = sign_in_link(ctx, ensure_sample_account(ctx))
    page.goto(f"{site.url}{link}")
    page.get_by_role("button").last.click()


def fits(page: Page, width: int) -> None:
    """Nothing sticks out sideways."""
    page.wait_for_load_state()
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    for table in page.locator("article, section.card, fieldset").all()[:8]:
        edge = table.bounding_box()
        assert edge is None or edge["x"] + edge["width"] <= width


def said(page: Page) -> Locator:
    """What the page says was done."""
    return page.get_by_role("status").first


def absent(what: Locator) -> None:
    """The whole page is there, and this is not on it."""
    what.page.wait_for_load_state()
    expect(what).to_have_count(0)


def lacks(where: Locator, text: str) -> None:
    """The whole page is there, and this part of it does not say so."""
    where.page.wait_for_load_state()
    expect(where).not_to_contain_text(text)


def text_of(where: Locator) -> str:
    """What this part of the page says, all of it."""
    where.page.wait_for_load_state()
    return where.inner_text()
