"""Gia hạn chung on the page of a period: seen first, given, taken back; and by programs."""

from playwright.sync_api import expect

from portal.vietnamese import day
from tests.portal.browsing import PHONE, absent, browser_page, fits, said, staff_page, text_of
from tests.portal.conftest import Site
from tests.portal.interface.conftest import Programs, programs  # noqa: F401 - a fixture

LETTER = {"document_number": "88/UBND-TH", "document_on": "2026-11-18"}


def test_an_extension_of_all_is_seen_given_and_taken_back(site: Site) -> None:
    """S5 without script."""
    site.confirm()
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/periods/{site.period()}")
        page.locator("summary", has_text="Gia hạn chung").click()
        form = page.locator("form[action$='/extend/preview']")
        form.get_by_label("Thời hạn mới").fill("27/11/2026")
        form.get_by_label("Số, ký hiệu văn bản").fill("88/UBND-TH")
        form.get_by_label("Ngày văn bản").fill("18/11/2026")
        form.get_by_role("button").click()
        shown = text_of(page.locator("main"))
        assert "Chưa có gì thay đổi" in shown
        assert "31/10/2026" in shown
        fits(page, PHONE)
        page.get_by_role("button", name="Ghi gia hạn chung").click()
        expect(page.locator("main")).to_contain_text("Gia hạn chung đến hết ngày 27/11/2026")
        page.locator("summary", has_text="Hoàn tác gia hạn chung").click()
        undo = page.locator("form[action$='/undo-extension']")
        undo.get_by_label("Lý do").fill("ghi nhầm kỳ")
        undo.get_by_role("button").click()
        expect(said(page)).to_contain_text("Đã hoàn tác gia hạn chung")
        absent(page.locator("summary", has_text="Hoàn tác gia hạn chung"))
        fits(page, PHONE)


def test_programs_look_extend_and_take_back(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    office, at = programs(), f"/periods/{site.period()}"
    seen = office.post(f"{at}/extend/preview", {"due_on": "2026-11-27", **LETTER}).json()
    assert (seen["move"]["due_on_before"], seen["move"]["due_on"], seen["issued"]) == ("2026-10-31", "2026-11-27", None)
    assert office.get(at).json()["extension"] is None
    assert office.post(f"{at}/extend", {"due_on": "2026-11-27", **LETTER}).status_code == 200
    twice = office.post(f"{at}/extend", {"due_on": "2026-11-27", **LETTER})
    assert (twice.status_code, "đã ghi nhận lúc" in twice.json()["detail"]) == (409, True)
    given = office.get(at).json()["extension"]
    assert (given["due_on"], given["why_not"]) == ("2026-11-27", "")
    assert office.post(f"{at}/undo-extension", {"reason": "ghi nhầm kỳ"}).status_code == 200
    assert office.get(at).json()["row"]["due_on"] == "2026-10-31"
    assert office.post(f"{at}/undo-extension", {"reason": "ghi nhầm kỳ"}).status_code == 409


def test_an_extension_after_issue_is_warned_of(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    office, at = programs(), f"/periods/{site.period()}"
    made = office.post(f"{at}/consolidate").json()["public_id"]
    on = site.now.date()
    assert (
        office.post(
            f"/consolidations/{made}/issue", {"number": "88/BC", "on": on.isoformat(), "as_made": True}
        ).status_code
        == 200
    )
    seen = office.post(f"{at}/extend/preview", {"due_on": "2026-11-27", **LETTER}).json()
    assert seen["issued"] == f"88/BC ngày {day(on)}"
