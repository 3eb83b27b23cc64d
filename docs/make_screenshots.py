"""Pictures for the README: ``python docs/make_screenshots.py PORTAL PREFECT SIGN_IN_LINK AGENCY_LINK`` against a running service."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def take(browser: Browser, portal: str, prefect: str, sign_in: str, agency: str) -> None:
    """The coordinator's pages and Prefect at desktop width, a period and an agency's report at phone width."""
    desk = browser.new_context(viewport={"width": 1280, "height": 860})
    page = desk.new_page()
    page.goto(sign_in)
    page.get_by_role("button").last.click()
    page.goto(f"{portal}/")
    page.screenshot(path=IMAGES / "dashboard.png")
    period = page.locator("table a[href*='/periods/']").first.get_attribute("href")
    period = str(period).split("?")[0]
    page.goto(f"{portal}{period}")
    page.screenshot(path=IMAGES / "period.png")
    page.goto(f"{prefect}/runs")
    page.wait_for_timeout(4000)
    page.screenshot(path=IMAGES / "prefect-runs.png")
    phone = browser.new_context(viewport={"width": 360, "height": 740}, storage_state=desk.storage_state()).new_page()
    phone.goto(f"{portal}{period}")
    phone.screenshot(path=IMAGES / "period-phone.png")
    clerk = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    clerk.goto(agency)
    clerk.get_by_role("button").last.click()
    clerk.locator("main h3 a[href^='/a/']").first.click()
    clerk.screenshot(path=IMAGES / "duty-phone.png")
    clerk.get_by_role("heading", name="Gửi báo cáo").evaluate("heading => heading.scrollIntoView()")
    clerk.screenshot(path=IMAGES / "report-phone.png")


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    portal, prefect, sign_in, agency = sys.argv[1:5]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        take(browser, portal, prefect, sign_in, agency)
        browser.close()


if __name__ == "__main__":
    main()
