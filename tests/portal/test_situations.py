"""Situations of an office that no other browser test goes through; docs/situations.md names the test of each."""

import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

from lxml import html
from playwright.sync_api import Page, expect
from sqlmodel import select

from models.enums import MessageState
from models.tables import Assignment, Attachment, Message
from obligations.services.accounts.access import account_by_name, create_account, sign_in_link
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.running.tick import run_tick
from plans.reading import read_plan
from tests.portal.browsing import DESK, PHONE, absent, browser_page, fits, lacks, said, staff_page, text_of
from tests.portal.conftest import FILES, LATE, PDF, REPORT, Site, key_in, token_in
from tests.portal.pages import live

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "situations.md"


def duty(site: Site, page: Page, code: str) -> None:
    page.goto(f"{site.url}/assignments/{site.assignment(code)}")


def opened(page: Page, summary: str) -> None:
    page.locator("summary", has_text=summary).first.click()


def test_two_kinds_of_more_time_are_kept_apart(site: Site) -> None:
    """S5: gia hạn moves the date by the issuer's document, thống nhất gửi chậm rests the chasing alone."""
    site.confirm()
    with browser_page(DESK) as page:
        staff_page(site, page)
        duty(site, page, "so-tu-phap")
        opened(page, "Gia hạn")
        form = page.locator("form[action$='/extend']")
        form.get_by_label("Thời hạn mới").fill("27/11/2026")
        form.get_by_label("Số, ký hiệu văn bản").fill("88/UBND-TH")
        form.get_by_label("Ngày văn bản").fill("18/11/2026")
        form.get_by_role("button").click()
        expect(page.locator("main")).to_contain_text("Gia hạn từ 31/10/2026 đến 27/11/2026 theo văn bản số 88/UBND-TH")
        lacks(page.locator(".states"), "Quá hạn")
        duty(site, page, "so-y-te")
        opened(page, "Thống nhất thời gian gửi chậm")
        form = page.locator("form[action$='/agree-lateness']")
        form.get_by_label("Đến ngày").fill("27/11/2026")
        form.get_by_label("Lý do").fill("chờ số liệu")
        form.get_by_role("button").click()
        shown = text_of(page.locator("main"))
        assert "31/10/2026" in shown
        assert "Thống nhất nội bộ đến hết ngày 27/11/2026" in shown


def test_a_plan_may_judge_by_the_day_printed_on_the_document(site: Site) -> None:
    """S1, the switch of a plan: signed in time, arrived later; *ngày đến* stays what it was."""
    plan = read_plan(FILES / "197-kh-ubnd.yaml")
    judging = plan.model_copy(update={"policy": plan.policy.model_copy(update={"lateness_by": "document"})})
    with site.app.write(site.now, "test") as ctx:
        apply_plan(ctx, judging)
    site.confirm()
    with browser_page(PHONE) as page:
        staff_page(site, page)
        for code, printed in (("so-tu-phap", "30/10/2026"), ("so-y-te", "02/11/2026")):
            duty(site, page, code)
            form = page.locator("form[action$='/record'][enctype]")
            form.get_by_label("Số, ký hiệu", exact=True).fill("45/BC")
            form.get_by_label("Ngày văn bản").fill(printed)
            form.get_by_label("Ngày đến").fill("05/11/2026")
            form.get_by_role("button").last.click()
            expect(said(page)).to_be_visible()
        expect(page.locator(".states").first).to_contain_text("Gửi chậm")
        duty(site, page, "so-tu-phap")
        expect(page.locator(".states").first).to_contain_text("Tính theo ngày văn bản 30/10/2026")
        lacks(page.locator(".states").first, "Gửi chậm")
        expect(page.locator("main")).to_contain_text("nhận 05/11/2026")
        fits(page, PHONE)


def test_what_goes_to_a_head_of_office_is_approved_by_a_leader(site: Site) -> None:
    """S6: chuyên viên trình, lãnh đạo duyệt; each under an own name."""
    site.confirm()
    for days in range(1, 12):
        site.now = LATE + timedelta(days=days)
        run_tick(site.app, site.now)
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "lanh-dao", "Lãnh đạo duyệt", "ld@x.example", "approver")
        way_in = sign_in_link(ctx, account_by_name(ctx, "lanh-dao"))
        drafts = ctx.session.exec(select(Message.public_id).where(Message.state == MessageState.draft)).all()
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/messages/{drafts[0]}")
        page.get_by_role("button", name="Trình duyệt").click()
        fits(page, PHONE)
        absent(page.get_by_role("button", name="Duyệt, chuyển thông báo"))
        page.context.clear_cookies()
        page.goto(site.url + way_in)
        page.get_by_role("button").last.click()
        page.goto(f"{site.url}/messages/{drafts[0]}")
        page.get_by_role("button", name="Duyệt, chuyển thông báo").click()
    with site.app.read(site.now) as ctx:
        message = ctx.session.exec(select(Message).where(Message.public_id == drafts[0])).one()
    assert (message.state, message.released_by) == (MessageState.planned, "lanh-dao")


def test_one_report_serves_two_plans(site: Site) -> None:
    """Lồng ghép: sent once; on the second duty's page its own part is typed and the report chosen. No script."""
    plan, first = read_plan(FILES / "197-kh-ubnd.yaml"), site.assignment("so-tu-phap")
    site.confirm()
    with site.app.write(site.now, "test") as ctx:
        apply_plan(ctx, plan.model_copy(update={"slug": "198-kh", "number": "198/KH-UBND"}), date(2026, 1, 1))
        second = find_period(ctx, "198-kh", REPORT, "2026")
        confirm_period(ctx, second.id or 0)
        agency = agency_by_code(ctx, "so-tu-phap")
        query = select(Assignment.public_id).where(Assignment.period_id == second.id, Assignment.agency_id == agency.id)
        other = ctx.session.exec(query).one()
    with browser_page(PHONE) as page:
        for about in (first, other):  # two reminders opened in one browser: the second adds to what the first opened
            page.goto(f"{site.url}/s/{site.link('so-tu-phap', about)}")
            page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(f"{site.url}/a/{other}")
        absent(page.get_by_text("Báo cáo lồng ghép"))
        page.goto(f"{site.url}/a/{first}")
        page.get_by_role("radio").first.check()
        page.get_by_label("Số, ký hiệu văn bản").fill("45/BC-STP")
        signed = {"name": "bao-cao.pdf", "mimeType": "application/pdf", "buffer": PDF}
        page.locator('input[type="file"][name="files"]').first.set_input_files(signed)  # type: ignore[arg-type]
        page.get_by_label("Ngày văn bản").fill("18/11/2026")
        page.get_by_label("Kết quả thực hiện").first.fill("Phần của Kế hoạch 197.")
        page.get_by_role("button", name="Gửi báo cáo").click()
        page.wait_for_url("**/a/receipts/*")
        page.goto(f"{site.url}/a/{other}")
        page.get_by_label("Kết quả thực hiện").first.fill("Phần của Kế hoạch 198.")
        opened(page, "Báo cáo lồng ghép")
        fits(page, PHONE)
        page.get_by_role("button", name="Ghi nhận gửi lồng ghép").click()
        expect(page.locator("main")).to_contain_text("Cần ghi báo cáo đã gửi dùng chung")
        page.go_back()
        page.get_by_label("Kết quả thực hiện").first.fill("Phần của Kế hoạch 198.")
        opened(page, "Báo cáo lồng ghép")
        page.get_by_label("Báo cáo đã gửi").select_option(index=1)
        page.get_by_role("button", name="Ghi nhận gửi lồng ghép").click()
        receipt = page.locator("article.receipt")
        expect(receipt.get_by_text("Nội dung", exact=True)).to_have_count(2)
        expect(receipt).to_contain_text("45/BC-STP")
        page.goto(f"{site.url}/a/{other}")
        expect(page.locator("main")).to_contain_text("Phần của Kế hoạch 198.")
        lacks(page.locator("main"), "Phần của Kế hoạch 197.")


def test_everything_stops_and_a_wrong_batch_is_put_right(site: Site) -> None:
    """S12: one button before the next send; a correction to exactly those who got the wrong notice."""
    site.confirm()
    run_tick(site.app, site.now)
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(site.url)
        opened(page, "Tạm dừng mọi thông báo")
        page.locator("form[action='/pauses']").get_by_label("Lý do").fill("bão số 12")
        page.get_by_role("button", name="Tạm dừng", exact=True).click()
        banner = page.get_by_text("Đang tạm dừng thông báo toàn bộ")
        expect(banner).to_contain_text("Chuyên viên theo dõi (mẫu): bão số 12")
        expect(page.get_by_text("chưa gửi cho đến khi tiếp tục")).to_be_visible()
        page.emulate_media(media="print")
        expect(banner).to_be_hidden()
        page.emulate_media(media="screen")
        fits(page, PHONE)
        site.now = LATE + timedelta(days=1, hours=6)
        run_tick(site.app, site.now)
        with site.app.read(site.now) as ctx:
            assert ctx.session.exec(select(Message).where(Message.state == MessageState.recorded)).all() == []
        staff_page(site, page)
        page.goto(site.url)
        opened(page, "Tiếp tục gửi thông báo")
        page.locator("form[action='/pauses']").get_by_label("Lý do").fill("bão tan")
        page.get_by_role("button", name="Tiếp tục gửi", exact=True).click()
        run_tick(site.app, site.now)
        page.goto(f"{site.url}/periods/{site.period()}")
        opened(page, "Đính chính thông báo đã gửi")
        form = page.locator("form[action$='/correct']")
        with site.app.read(site.now) as ctx:
            went = [
                m
                for m in ctx.session.exec(select(Message)).all()
                if m.state == MessageState.recorded and m.kind == "overdue"
            ]
        form.get_by_label("Bước").select_option(index=form.locator("option").count() - 1)
        form.get_by_label("Nội dung đính chính").fill("Thời hạn là ngày 30/11/2026.")
        form.get_by_role("button").click()
    with site.app.read(site.now) as ctx:
        corrections = ctx.session.exec(select(Message).where(Message.kind == "retracted")).all()
    assert len(went) > 100
    assert {m.address for m in corrections} <= {m.address for m in went}


def test_a_duty_that_is_not_ours_waits_for_a_decision(site: Site) -> None:
    """Đề nghị xem lại phân công: chasing rests, the coordinator sees it on top and decides by a document."""
    site.confirm()
    with browser_page(PHONE) as page:
        page.goto(f"{site.url}/s/{site.link('so-tu-phap')}")
        page.get_by_role("button").last.click()
        page.goto(f"{site.url}/a/{site.assignment('so-tu-phap')}")
        opened(page, "Đề nghị xem lại phân công")
        form = page.locator("form[action$='/dispute']")
        form.get_by_label("Lý do").fill("Nhiệm vụ đã chuyển sang Sở Nội vụ.")
        form.get_by_label("Văn bản làm căn cứ").fill("12/QĐ-UBND ngày 01/10/2026")
        form.get_by_role("button").click()
        fits(page, PHONE)
        staff_page(site, page)
        page.goto(f"{site.url}/today")
        page.get_by_role("link", name=re.compile("Sở Tư pháp")).first.click()
        expect(page.get_by_role("heading", name="Chờ phân công")).to_be_visible()
        page.get_by_label("Giữ nguyên phân công").check()
        page.get_by_label("Số, ký hiệu quyết định").fill("9/STC-TH")
        page.get_by_label("Ngày quyết định").fill("18/11/2026")
        page.locator("form[action$='/decide']").get_by_label(re.compile("^Thời hạn mới")).fill("30/11/2026")
        page.get_by_role("button", name="Ghi quyết định phân công").click()
        expect(said(page)).to_contain_text("phân công")
        fits(page, PHONE)


def test_a_secret_report_is_only_a_day(site: Site) -> None:
    """S13: đã nhận theo chế độ riêng; the chasing ends, and nothing of the report is typed anywhere."""
    site.confirm()
    with browser_page(DESK) as page:
        staff_page(site, page)
        duty(site, page, "so-tu-phap")
        opened(page, "Đã nhận theo chế độ riêng")
        form = page.locator("form[action$='/record']:not([enctype])")
        form.get_by_label("Ngày đến").fill("30/10/2026")
        expect(form.locator("input:visible, textarea")).to_have_count(1)
        form.get_by_role("button").click()
        expect(page.locator(".states")).to_have_text(re.compile(r"^\s*Đã nhận"))
        expect(page.locator("details.version").get_by_text("Theo chế độ riêng").first).to_be_visible()
        fits(page, DESK)


def test_the_file_of_a_period_goes_to_the_archive(site: Site) -> None:
    """End of period: xuất hồ sơ công việc, one press; who took it stands in the trail, an observer gets none."""
    live(site)
    with browser_page(DESK) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/periods/{site.period()}")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="Xuất hồ sơ công việc").click()
        taken = downloading.value
        assert re.fullmatch(r"ho-so-197-kh-ubnd-bao-cao-hang-nam-2026\.zip", taken.suggested_filename)
        with zipfile.ZipFile(taken.path()) as packed:
            names = packed.namelist()
        assert {"00-muc-luc.docx", "03-so-theo-doi-thong-bao.docx", "SHA256SUMS.txt"} <= set(names)
        assert any("so-y-te-lan-1" in name for name in names)
        page.goto(f"{site.url}/audit")
        expect(page.get_by_role("rowheader", name="Xuất hồ sơ công việc")).to_be_visible()
    assert site.agency("so-tu-phap").get(f"/periods/{site.period()}/ho-so.zip").status_code == 403
    assert [f for f in site.app.settings.files.iterdir() if f.name.startswith(".part-")] == []


def test_a_leak_is_set_apart_at_once_and_destroyed_by_two_people(site: Site) -> None:
    """S13: the agency says so, nobody reads it from then on; one person asks, another confirms, digests are left."""
    site.confirm()
    duty_page, secret = f"/a/{site.assignment('so-tu-phap')}", "Nội dung mật thử nghiệm"
    agency = site.agency("so-tu-phap")
    page_of = agency.get(duty_page)
    sent = agency.post(
        duty_page,
        data={"csrf": token_in(page_of), "key": key_in(page_of), "action": "send", "form": "soft", "note": secret},
        files={"files": ("mat.pdf", PDF, "application/pdf")},
    )
    assert sent.status_code == 303
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, "lanh-dao", "Lãnh đạo duyệt", "ld@x.example", "approver")
        way_in = sign_in_link(ctx, account_by_name(ctx, "lanh-dao"))
        file = ctx.session.exec(select(Attachment.public_id)).one()
    assert agency.get(f"/attachments/{file}").status_code == 200
    with browser_page(PHONE) as page:
        page.goto(f"{site.url}/s/{site.link('so-tu-phap')}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(site.url + duty_page)
        opened(page, "Lần gửi thứ 1")
        opened(page, "Báo lần gửi này có nội dung bí mật nhà nước")
        fits(page, PHONE)
        page.get_by_role("button", name="Cô lập ngay").click()
        expect(said(page)).to_contain_text("Đã cô lập")
        lacks(page.locator("html"), secret)
        assert agency.get(f"/attachments/{file}").status_code == 404
        staff_page(site, page)
        page.goto(f"{site.url}/today")
        page.get_by_role("link", name="Báo cáo đang cô lập").click()
        lacks(page.locator("html"), secret)
        asking = page.locator("form[action$='/ask']")
        asking.get_by_label("Số, ngày văn bản quyết định").fill("12/QĐ-STC ngày 19/11/2026")
        asking.get_by_role("button").click()
        absent(page.get_by_role("button", name="Xác nhận tiêu hủy"))
        fits(page, PHONE)
        page.context.clear_cookies()
        page.goto(site.url + way_in)
        page.get_by_role("button").last.click()
        page.goto(f"{site.url}/assignments/{site.assignment('so-tu-phap')}")
        page.get_by_role("button", name="Xác nhận tiêu hủy").click()
        expect(said(page)).to_contain_text("Đã tiêu hủy")
        shown = text_of(page.locator("details.version").first)
        assert "12/QĐ-STC" in shown
        assert "Chuyên viên theo dõi (mẫu) đề nghị" in shown
        fits(page, PHONE)


def test_the_warning_about_secrets_stands_above_every_box(site: Site) -> None:
    """S13: before each text box and each file field of every page."""
    world, lacking, boxes = live(site), [], 0
    for shown in {p for several in world.pages.values() for p in several}:
        tree = html.fromstring(world.clients[shown.who].get(shown.path).text)
        for box in tree.xpath("//main//textarea | //main//input[@type='file']"):
            boxes += 1
            if not box.xpath("preceding::*[contains(@class, 'secrets')]"):
                lacking.append((shown.path, box.get("name")))
    assert boxes > 20
    assert sorted(lacking) == []


def test_the_table_of_situations_names_real_browser_tests() -> None:
    """Every test that docs/situations.md names is there and drives Chromium."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", TABLE.read_text(encoding="utf-8"))
    assert len(named) > 25
    for file, name in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        found = re.search(rf"def {name}\(.*?(?=\n(?:def|@pytest|class) |\Z)", source, re.DOTALL)
        assert found is not None, f"{file} has no {name}"
        assert re.search(r"browser|sync_playwright|Page\b", found[0]), f"{name} drives no browser"
