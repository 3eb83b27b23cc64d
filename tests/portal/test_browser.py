"""Both journeys in headless Chromium, at desktop and phone width, without any script on the page."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.enums import AssignmentState
from models.tables import Assignment
from obligations.services.accounts.access import ensure_sample_account, sign_in_link
from obligations.services.running.tick import run_tick
from tests.portal.browsing import WIDTHS, browser_page, fits
from tests.portal.conftest import LATE, PDF, Site

pytestmark = pytest.mark.e2e
AGENCY = "so-tu-phap"


@pytest.mark.parametrize("width", WIDTHS)
def test_an_agency_goes_from_the_message_to_its_receipt(site: Site, width: int) -> None:
    site.confirm()
    site.now = LATE + timedelta(days=1)
    run_tick(site.app, site.now)
    with browser_page(width) as page:
        page.goto(f"{site.url}/s/{site.link(AGENCY)}")
        expect(page.get_by_role("heading", name="Sở Tư pháp")).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name="Mở trang báo cáo").click()
        expect(page).to_have_url(f"{site.url}/a")
        expect(page.get_by_text("Quá hạn", exact=True)).to_be_visible()
        fits(page, width)
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        expect(page.get_by_text("Không nhập, tải lên nội dung thuộc bí mật nhà nước.").first).to_be_visible()
        fits(page, width)
        page.get_by_role("radio", name="Đã có số, ký hiệu").check()
        page.get_by_label("Số, ký hiệu văn bản").fill("45/BC-STP")
        page.locator('textarea[name="result:III.1.b1"]').fill("Đã tổ chức 03 hội nghị.\nĐạt 100% kế hoạch.")
        page.get_by_label("Các mục còn để trống").check()
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("alert")).to_contain_text("cần có ngày")
        expect(page.locator('textarea[name="result:III.1.b1"]')).to_have_value(
            "Đã tổ chức 03 hội nghị.\nĐạt 100% kế hoạch."
        )
        page.get_by_label("Ngày văn bản").fill("19/11/2026")
        page.locator('input[name="files"]').set_input_files(
            {"name": "Báo cáo.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("heading", name="Số TN-2026-")).to_be_visible()
        expect(page.get_by_text("45/BC-STP, ngày 19/11/2026")).to_be_visible()
        expect(page.get_by_text("Báo cáo.pdf")).to_be_visible()
        fits(page, width)
        page.get_by_role("link", name="Nội dung cần báo cáo").click()
        expect(page.get_by_text("Đã gửi", exact=True)).to_be_visible()
    with site.app.read(site.now) as ctx:
        row = ctx.session.exec(select(Assignment).where(Assignment.public_id == site.assignment(AGENCY))).one()
    assert row.state == AssignmentState.submitted


@pytest.mark.parametrize("width", WIDTHS)
def test_a_coordinator_signs_in_confirms_and_reviews(site: Site, width: int) -> None:
    with site.app.write(site.now, "test") as ctx:
        link = sign_in_link(ctx, ensure_sample_account(ctx))
    with browser_page(width) as page:
        page.goto(site.url + link)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("status").first).to_have_text("Đã đăng nhập.")
        fits(page, width)
        page.get_by_role("link", name="Rà soát ban đầu Báo cáo hằng năm").click()
        page.get_by_role("checkbox", name="Sở Tư pháp").check()
        page.get_by_role("button", name="Xác nhận kết quả rà soát").first.click()
        expect(page.get_by_role("status").first).to_contain_text("Đã xác nhận kết quả rà soát ban đầu")
        fits(page, width)
        page.get_by_role("link", name="Sở Tư pháp", exact=True).click()
        page.get_by_role("button", name="Đủ điều kiện tổng hợp").click()
        expect(page.get_by_role("status").first).to_contain_text("đủ điều kiện tổng hợp")
        fits(page, width)
        page.get_by_role("link", name="Sổ thông báo").click()
        expect(page.get_by_text("Sẽ gửi").first).to_be_visible()
        fits(page, width)
        page.get_by_role("link", name="Kỳ báo cáo", exact=True).click()
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=".docx", exact=True).click()
        assert download.value.suggested_filename.endswith(".docx")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_coordinator_records_a_call_and_takes_the_ledger_away(site: Site, width: int) -> None:
    site.confirm()
    site.now = LATE + timedelta(days=1)
    with site.app.write(site.now, "test") as ctx:
        link = sign_in_link(ctx, ensure_sample_account(ctx))
    with browser_page(width) as page:
        page.goto(site.url + link)
        page.get_by_role("button", name="Đăng nhập").click()
        page.goto(f"{site.url}/periods/{site.period()}")
        page.get_by_role("link", name="Danh sách cần gọi điện thoại").click()
        expect(page.get_by_role("heading", name="Danh sách cần gọi điện thoại")).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name="Không nghe máy: Sở Tư pháp").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã ghi cuộc gọi")
        expect(page.get_by_role("heading", name="Danh sách cần gọi điện thoại")).to_be_visible()
        page.get_by_role("link", name="Sở Tư pháp", exact=True).click()
        expect(page.get_by_text("Gọi điện thoại: không có người nghe máy")).to_be_visible()
        fits(page, width)
        page.get_by_label("Người nghe máy").fill("Văn thư")
        page.get_by_label("Nội dung trả lời").fill("Đang trình ký, gửi trong tuần")
        page.get_by_role("button", name="Có người nghe máy").click()
        expect(page.get_by_text("Văn thư; Đang trình ký, gửi trong tuần")).to_be_visible()
        fits(page, width)
        page.get_by_text("Bỏ ghi nhận", exact=True).first.click()
        page.get_by_label("Lý do").first.fill("Ghi nhầm")
        page.get_by_role("button", name="Bỏ ghi nhận cuộc gọi").first.click()
        expect(page.get_by_role("status").first).to_contain_text("Đã bỏ ghi nhận cuộc gọi")
        with page.expect_download() as download:
            page.get_by_role("link", name=".docx", exact=True).click()
        assert download.value.suggested_filename == "so-theo-doi-thong-bao-bao-cao-hang-nam-2026-so-tu-phap.docx"
        page.get_by_role("link", name="Sổ của kỳ").click()
        expect(page.get_by_role("row", name="Sở Tư pháp").get_by_text("gọi điện thoại 01")).to_be_visible()
        fits(page, width)
