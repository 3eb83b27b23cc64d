"""The coordinator's review in a real browser: versions side by side, a wrong entry taken back."""

import re
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Agency, Assignment, MessageItem, Period, Submission
from obligations.services.lookup import assignment_by_public_id, find_period
from obligations.services.reporting.build_report import build_report
from obligations.services.running.tick import run_tick
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.portal.browsing import DESK, PHONE, browser_page, fits, lacks, staff_page
from tests.portal.conftest import LATE, PLAN, REPORT, Site, token_in

CODE = "so-tu-phap"


def report(site: Site, result: str, people: str, key: str, **more: Any) -> None:
    """A report of the agency comes in."""
    with site.app.write(site.now, f"agency:{CODE}") as ctx:
        row = assignment_by_public_id(ctx, site.assignment(CODE))
        clause = find_period(ctx, PLAN, REPORT, "2026").spec["outline"][0]
        content = {
            "entries": [{"clause": clause, "result": result, "difficulty": "", "proposal": "", "nil": False}],
            "figures": [{"clause": clause, "name": "Số lượt người", "unit": "lượt", "value": people, "note": ""}],
        }
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], SubmissionForm.signed, SubmissionChannel.portal, content, key, **more
        )
        submit_report(ctx, draft)


def a_year_before(site: Site) -> None:
    """The period 2025 with the agency's report, as an installation has it that ran then."""
    with site.app.write(site.now, "test") as ctx:
        here = find_period(ctx, PLAN, REPORT, "2026")
        owed = ctx.session.exec(select(Assignment).where(Assignment.period_id == here.id)).first()
        agency = ctx.session.exec(select(Agency).where(Agency.code == CODE)).one()
        assert owed is not None
        period = Period(
            **{**here.model_dump(exclude={"id", "public_id"}), "label": "2025", "due_on": date(2025, 10, 31)}
        )
        ctx.session.add(period)
        ctx.session.flush()
        kept = owed.model_dump(exclude={"id", "public_id", "period_id", "agency_id"})
        before = Assignment(**kept, period_id=period.id, agency_id=agency.id)
        ctx.session.add(before)
        ctx.session.flush()
        content = deepcopy(ctx.session.exec(select(Submission.content)).first())
        assert content is not None
        content["entries"][0]["result"] = "Năm 2025 đã tổ chức 05 hội nghị tập huấn cho cán bộ cấp xã."
        content["figures"][0]["value"] = "1.250"
        draft = SubmissionDraft(
            agency.id or 0, [before.id or 0], SubmissionForm.signed, SubmissionChannel.portal, content, "nam-2025"
        )
        submit_report(ctx, draft, tell_agency=False)


def of_agency(site: Site, page: Page) -> None:
    """Sign in and open the agency's duty."""
    staff_page(site, page)
    page.goto(f"{site.url}/assignments/{site.assignment(CODE)}")


@pytest.mark.parametrize("width", [PHONE])
def test_a_report_stands_beside_the_one_before_and_that_of_last_year(site: Site, width: int) -> None:
    site.confirm()
    report(site, "Đã tổ chức 02 hội nghị.", "1.300", "lan-1")
    a_year_before(site)
    report(site, "Đã tổ chức 03 hội nghị.", "1.300.000", "lan-2")
    with browser_page(width) as page:
        of_agency(site, page)
        beside = page.locator("details.beside")
        expect(beside.locator("section del")).to_have_text(["02 "])
        expect(beside.locator("section ins")).to_have_text(["03 "])
        expect(beside.get_by_text("Năm 2025 đã tổ chức 05 hội nghị")).to_be_visible()
        expect(beside.get_by_text("×1.000 so với kỳ trước, đề nghị xem lại đơn vị tính")).to_be_visible()
        fits(page, width)


def test_the_agency_is_asked_for_the_unit_before_it_sends(site: Site) -> None:
    site.confirm()
    report(site, "Đã tổ chức 02 hội nghị.", "1.300", "lan-1")
    a_year_before(site)
    agency, path = site.agency(CODE), f"/a/{site.assignment(CODE)}"
    with site.app.read(site.now) as ctx:
        clause = find_period(ctx, PLAN, REPORT, "2026").spec["outline"][0]
    for value, asked in (("1.251", 0), ("1.250.000", 1)):
        figure = {"figure-name:0": "số lượt  người", "figure-value:0": value, "figure-clause:0": clause}
        form = {"csrf": token_in(agency.get(path)), "key": f"xem-truoc-{value}".replace(".", "-"), "form": "soft"}
        shown = agency.post(path, data={**form, **figure, "action": "preview"})
        assert shown.status_code == 200
        assert shown.text.count("×1.000 so với kỳ trước, đề nghị xem lại đơn vị tính") == asked


def test_what_is_no_number_is_told_before_it_is_sent_and_when_it_is_read(site: Site) -> None:
    site.confirm()
    agency, path = site.agency(CODE), f"/a/{site.assignment(CODE)}"
    said = "Không phải số: báo cáo tổng hợp không cộng được chỉ tiêu này"
    for value, asked in (("1.251", 0), ("abc", 1)):
        figure = {"figure-name:0": "Số lớp", "figure-value:0": value, "figure-clause:0": "", "form": "soft"}
        form = {"csrf": token_in(agency.get(path)), "key": f"xem-truoc-{value}".replace(".", "-"), **figure}
        shown = agency.post(path, data={**form, "result:III.1.b1": "x", "action": "preview"})
        assert (shown.status_code, shown.text.count(said)) == (200, asked)
    report(site, "Đã tổ chức 02 hội nghị.", "khoảng 20", "lan-1")
    assert said in site.staff().get(f"/assignments/{site.assignment(CODE)}").text


@pytest.mark.parametrize("width", [320])
def test_figures_have_kinds_and_last_years_number_is_put_right_with_a_reason(site: Site, width: int) -> None:
    """The agency types what was done and what it expects; the coordinator sees both beside last year and in the report."""
    site.confirm()
    report(site, "Đã tổ chức 02 hội nghị.", "1.300", "lan-1")
    a_year_before(site)
    with browser_page(width) as page:
        page.goto(f"{site.url}/s/{site.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(f"{site.url}/a/{site.assignment(CODE)}")
        page.get_by_role("radio", name="Bản mềm").check()
        row = page.locator(".figure").nth(0)
        expect(row.get_by_label("Loại số liệu")).to_have_value("thuc_hien")
        row.get_by_text("Điều chỉnh số kỳ trước").click()
        row.get_by_label("Số kỳ trước điều chỉnh").fill("1.240")
        other = page.locator(".figure").nth(1)
        clause = row.get_by_label("Nhiệm vụ").input_value()
        other.get_by_label("Nhiệm vụ").select_option(clause)
        other.get_by_label("Chỉ tiêu").fill("Kinh phí")
        other.get_by_label("Giá trị").fill("15")
        other.get_by_label("Loại số liệu").select_option("ước thực hiện")
        fits(page, width)
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("alert")).to_contain_text("số kỳ trước điều chỉnh phải có lý do")
        page.locator(".figure").nth(0).get_by_label("Lý do điều chỉnh").fill("tính trùng 01 lớp")
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_role("cell", name="lý do: tính trùng 01 lớp")).to_be_visible()
        expect(page.locator('td[data-label="Số đã báo cáo kỳ trước"]').nth(0)).to_have_text("1.250")
        fits(page, width)
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_text("Xác nhận đã nhận").first).to_be_visible()
    with browser_page(width) as page:
        of_agency(site, page)
        shown = page.locator("details.beside tbody tr")
        first = shown.filter(has_text="Số lượt người")
        expect(first.locator('[data-label="Số đã báo cáo kỳ trước"]')).to_have_text("1.250")
        expect(first.locator('[data-label="Số kỳ trước điều chỉnh"]')).to_contain_text("1.240")
        expect(first.locator('[data-label="Số kỳ trước điều chỉnh"]')).to_contain_text("lý do: tính trùng 01 lớp")
        expect(shown.filter(has_text="Kinh phí").locator('[data-label="Loại số liệu"]')).to_have_text("ước thực hiện")
        fits(page, width)
    with site.app.read(site.now) as ctx:
        found = build_report(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0).compared
    assert found is not None
    assert found.scope.startswith("Phạm vi so sánh: "), "one agency a year ago, all of them now"
    assert [(f.value, f.reported, f.adjusted) for f in found.figures] == [("1.300", "1.250", "1.240"), ("15", "", "")]


@pytest.mark.parametrize("width", [DESK])
def test_a_wrong_entry_is_undone_with_a_reason(site: Site, width: int) -> None:
    site.confirm()
    with browser_page(width) as page:
        of_agency(site, page)
        page.locator("form[action$='/record'][enctype] input[name=document_number]").fill("45/BC-STP")
        page.locator("form[action$='/record'][enctype] input[name=document_on]").fill("18/11/2026")
        page.locator("form[action$='/record'][enctype] input[name=arrived_on]").fill("18/11/2026")
        page.get_by_role("button", name="Ghi nhận", exact=True).first.click()
        expect(page.locator(".states")).to_contain_text("Đã nhận")
        page.get_by_text("Hoàn tác: bỏ ghi nhận báo cáo nhận thay cơ quan").click()
        page.locator("form[action$='/undo'] input[name=reason]").fill("ghi nhầm đơn vị")
        page.get_by_role("button", name="Hoàn tác", exact=True).click()
        expect(page.get_by_text("Đã hoàn tác. Việc cũ và lý do vẫn được lưu.")).to_be_visible()
        expect(page.get_by_text("lý do: ghi nhầm đơn vị")).to_be_visible()
        lacks(page.locator(".states"), "Đã nhận")
        fits(page, width)
    site.now = LATE + timedelta(days=1)
    again = site.agency(CODE).get(f"/a/{site.assignment(CODE)}")
    assert "Gửi báo cáo" in again.text


def test_two_clicks_on_a_decision_are_one(site: Site) -> None:
    site.confirm()
    report(site, "Đã làm.", "1", "lan-1")
    staff, path = site.staff(), f"/assignments/{site.assignment(CODE)}"
    shown = staff.get(path).text
    csrf = shown.split('name="csrf" value="')[1].split('"')[0]
    with site.app.read(site.now) as ctx:
        submission = ctx.session.exec(select(Submission.public_id)).one()
    for act, form in (
        ("return", {"submission": submission, "remarks": "Bổ sung biểu số liệu."}),
        ("accept", {"submission": submission}),
        ("agree-lateness", {"until_on": "27/11/2026", "reason": "chờ"}),
        ("exempt", {"reason": "không có nhiệm vụ"}),
    ):
        answers = [staff.post(f"{path}/{act}", data={"csrf": csrf, **form}).status_code for _ in range(2)]
        assert answers == [303, 303], act
    page = staff.get(path).text
    assert page.count("Đề nghị bổ sung, hoàn thiện</a>") <= 1


def test_a_decision_on_an_old_page_is_not_done_unseen(site: Site) -> None:
    site.confirm()
    report(site, "Đã tổ chức 02 hội nghị.", "1.300", "lan-1")
    at = f"/assignments/{site.assignment(CODE)}"
    one, other = site.staff(), site.staff()

    def shown(client: httpx.Client) -> dict[str, str]:
        text = client.get(at).text
        names = ("csrf", "submission", "seen")
        return {name: re.findall(rf'name="{name}" value="([^"]+)"', text)[-1] for name in names}

    def state() -> str:
        with site.app.read(site.now) as ctx:
            return assignment_by_public_id(ctx, site.assignment(CODE)).state.value

    first, second = shown(one), shown(other)
    assert one.post(f"{at}/accept", data=first).status_code == 303
    for act, typed in (
        ("return", {"remarks": "thiếu số liệu mục III"}),
        ("exempt", {"reason": "không có nhiệm vụ"}),
        ("extend", {"due_on": "30/11/2026", "document_number": "9/UBND", "document_on": "18/11/2026"}),
        ("agree-lateness", {"until_on": "30/11/2026", "reason": "x"}),
    ):
        refused = other.post(f"{at}/{act}", data={**second, **typed})
        assert refused.status_code == 409, act
        assert "đã thay đổi sau khi trang được mở" in refused.text
        assert next(iter(typed.values())) in refused.text
    assert state() == "accepted"
    assert other.post(f"{at}/accept", data=second).status_code == 303, "the same decision by two is one"
    again = {**shown(other), "remarks": "thiếu số liệu mục III"}
    assert [other.post(f"{at}/return", data=again).status_code for _ in range(2)] == [303, 303]
    assert state() == "returned"


def test_an_extension_pressed_twice_is_one_and_none_for_who_owes_nothing(site: Site) -> None:
    site.confirm()
    staff, at = site.staff(), f"/assignments/{site.assignment(CODE)}"
    given = {"due_on": "30/11/2026", "document_number": "9/UBND", "document_on": "18/11/2026"}
    given["csrf"] = token_in(staff.get(at))
    assert [staff.post(f"{at}/extend", data=given).status_code for _ in range(2)] == [303, 303]
    assert staff.get(at).text.count('<p class="note">Gia hạn từ') == 1
    assert staff.post(f"{at}/exempt", data={**given, "reason": "không có nhiệm vụ"}).status_code == 303
    refused = staff.post(f"{at}/extend", data={**given, "due_on": "15/12/2026"})
    assert (refused.status_code, "không phải báo cáo kỳ này" in refused.text) == (409, True)


@pytest.mark.parametrize("width", [PHONE])
def test_one_more_reminder_is_seen_before_it_goes(site: Site, width: int) -> None:
    site.confirm()
    report(site, "Đã làm.", "1", "lan-1")
    run_tick(site.app, site.now)
    site.now = LATE + timedelta(days=4)
    with browser_page(width) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/periods/{site.period()}")
        page.get_by_role("link", name="Nhắc thêm, có xem trước").click()
        fits(page, width)
        page.get_by_label("Lưu ý thêm").fill("Báo cáo phục vụ họp giao ban ngày 25/11.")
        boxes = page.locator("input[name=agency]")
        assert boxes.count() > 50
        boxes.evaluate_all(
            "found => found.slice(2).forEach(box => (box.checked = false))"
        )  # a hundred clicks took 12 s
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_text("Sẽ gửi 2 thông báo")).to_be_visible()
        expect(page.get_by_text("Lưu ý thêm: Báo cáo phục vụ họp giao ban ngày 25/11.").first).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name="Gửi 2 thông báo").dblclick()
        page.wait_for_url("**/periods/*")
        expect(page.get_by_text("Đã lập các thông báo nhắc thêm")).to_be_visible()
    with site.app.read(site.now) as ctx:
        steps = ctx.session.exec(select(MessageItem.step).where(col(MessageItem.step).startswith("extra:"))).all()
    assert len(steps) == 2


@pytest.mark.parametrize("width", [DESK])
def test_a_duty_is_covered_by_anothers_report(site: Site, width: int) -> None:
    site.confirm()
    report(site, "Đã làm cho cả hai.", "1", "lan-1")
    with browser_page(width) as page:
        page.goto(f"{site.url}/s/{site.link('so-y-te')}")
        page.get_by_role("button").last.click()
        page.goto(f"{site.url}/a/{site.assignment('so-y-te')}")
        page.get_by_role("link", name="Đã tổng hợp trong báo cáo của cơ quan khác").click()
        fits(page, width)
        page.get_by_label("Báo cáo của").select_option(label="Sở Tư pháp")
        page.get_by_role("button", name="Báo đã tổng hợp").click()
        page.locator("details.version summary").first.click()
        expect(page.get_by_text("Đã tổng hợp trong báo cáo của Sở Tư pháp.")).to_be_visible()
        fits(page, width)
        staff_page(site, page)
        page.goto(f"{site.url}/assignments/{site.assignment('so-y-te')}")
        page.get_by_role("link", name="Xem báo cáo đó").click()
        page.wait_for_url(f"**/{site.assignment(CODE)}")
        page.goto(f"{site.url}/assignments/{site.assignment('so-cong-thuong')}")
        page.get_by_text("Đã tổng hợp trong báo cáo của cơ quan khác").click()
        page.locator("select[name=by]").select_option(label="Sở Tư pháp")
        page.get_by_role("button", name="Ghi nhận đã tổng hợp").click()
        lacks(page.locator(".states"), "Gửi chậm")
        fits(page, width)


@pytest.mark.parametrize("width", [PHONE])
def test_what_comes_after_issue_waits_for_a_person(site: Site, width: int) -> None:
    site.confirm()
    with browser_page(width) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/periods/{site.period()}")
        page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
        page.locator("summary", has_text="Ghi phát hành").click()
        page.get_by_label("Số, ký hiệu báo cáo").fill("88/BC-STC")
        page.get_by_label("Ngày phát hành").fill("19/11/2026")
        page.get_by_label("Phát hành đúng bản hệ thống lập").check()
        page.get_by_role("button", name="Ghi phát hành lần 1").click()
        expect(page.get_by_text("đã phát hành: 88/BC-STC ngày 19/11/2026")).to_be_visible()
        site.now = LATE + timedelta(minutes=5)
        report(site, "Gửi muộn.", "1", "muon-1")
        page.goto(f"{site.url}/periods/{site.period()}")
        late = page.locator("#sau-phat-hanh")
        expect(late.get_by_role("link", name="Sở Tư pháp")).to_be_visible()
        expect(page.locator("table.agencies").get_by_text("Gửi sau phát hành")).to_have_count(1)
        page.goto(f"{site.url}/assignments/{site.assignment(CODE)}")
        expect(page.locator(".states").get_by_text("Gửi sau phát hành")).to_be_visible()
        page.get_by_role("link", name="chọn cách xử lý").click()
        late.get_by_role("button", name="Đưa vào bản đính chính").click()
        expect(late.get_by_text("đưa vào bản đính chính", exact=True)).to_be_visible()
        page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
        expect(page.get_by_text("bản đính chính", exact=True)).to_be_visible()
        fits(page, width)
