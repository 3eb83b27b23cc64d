"""Đối chiếu văn bản đến in the portal: 150 rows in a few clicks, by keyboard and mouse, without script."""

import re

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from models.enums import AssignmentState
from models.tables import Agency, Assignment, AuditEntry, Submission
from obligations.services.desk.reconcile import reconcile
from tests.obligations.desk.incoming_book import Line, book, pasted
from tests.portal.browsing import DESK, browser_page, fits, staff_page
from tests.portal.conftest import LATE, Site, token_in

ROW = "Số đến\tNgày đến\tNơi gửi\tSố ký hiệu\tTrích yếu\n"
SURE = "12\t30/10/2026\tSở Tư pháp\t45/BC-STP\tBáo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2026\n"
MAYBE = "13\t30/10/2026\tSở Y tế\t46/BC-SYT\tBáo cáo công tác năm 2026\n"
OTHER = "14\t30/10/2026\tBộ Tài chính\t1/BTC\tV/v điều hành giá\n"


def books(site: Site, count: int, seed: int) -> list[Line]:
    with site.app.read(LATE) as ctx:
        query = select(Agency.code, Agency.name, Agency.short_name).join(
            Assignment, col(Assignment.agency_id) == Agency.id
        )
        return book(list(dict.fromkeys(ctx.session.exec(query.order_by(col(Agency.position))).all())), count, seed)


def posted(client: httpx.Client, path: str, page: str, **fields: object) -> httpx.Response:
    return client.post(path, data={"csrf": token_in(client.get(page)), **fields})


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_only_named_coordinators_see_a_register(site: Site) -> None:
    assert site.client().get("/reconcile").status_code == 403
    assert site.client().post("/reconcile", data={"pasted": ROW + SURE}).status_code == 403


def test_a_register_is_shown_before_anything_is_recorded_and_recorded_by_one_click(site: Site) -> None:
    site.confirm()
    client = site.staff()
    shown = posted(client, "/reconcile", "/reconcile", pasted=ROW + SURE + MAYBE + OTHER, period=site.period())
    assert shown.status_code == 200
    with site.app.read(LATE) as ctx:
        assert ctx.session.exec(select(Submission)).all() == []
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown.text))
    assert "1</strong> chắc chắn" in shown.text
    maybe = re.search(r'<select name="(row:3)".*?</select>', shown.text, re.DOTALL)
    assert maybe
    key = re.findall(r'<option value="([^"]+)">', maybe[0])[0]
    done = client.post("/reconcile/record", data={**hidden, "sure": "2", "row:3": key})
    assert "Đã ghi nhận 02 báo cáo" in done.text
    again = client.post("/reconcile/record", data={**hidden, "sure": "2", "row:3": key})
    assert (again.status_code, "Không ghi thêm báo cáo nào" in again.text) == (200, True)
    with site.app.read(LATE) as ctx:
        assert {s.document_number for s in ctx.session.exec(select(Submission)).all()} == {"45/BC-STP", "46/BC-SYT"}
        acts = ctx.session.exec(select(AuditEntry.action, AuditEntry.actor)).all()
    assert ("register.reconciled", "chuyen-vien-mau") in acts
    assert "đã ghi nhận" in client.get(f"/assignments/{site.assignment('so-tu-phap')}").text.lower()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "Chưa có nội dung"),
        ("x" * 700_000, "lớn hơn 600 KB"),
        ("\x00\x01", "không phải CSV"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_text_stays(site: Site, given: str, said: str) -> None:
    client = site.staff()
    answer = posted(client, "/reconcile", "/reconcile", pasted=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<textarea" in answer.text


def test_columns_that_were_not_recognised_are_asked_for(site: Site) -> None:
    site.confirm()
    client = site.staff()
    content = "Bên gửi;Hiệu;Hôm nào;Về việc\nSở Tư pháp;45/BC-STP;30/10/2026;Báo cáo thực hiện Kế hoạch số 197/KH-UBND"
    asked = posted(client, "/reconcile", "/reconcile", pasted=content.replace("45/BC-STP", "bốn lăm"))
    assert "Chưa nhận ra cột" in asked.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    chosen = {"column:author": "0", "column:number": "1", "column:arrived_on": "2", "column:summary": "3"}
    shown = client.post("/reconcile", data={**hidden, **chosen})
    assert "1</strong> chắc chắn" in shown.text


def test_a_forged_or_broken_form_is_refused(site: Site) -> None:
    client = site.staff()
    answer = posted(client, "/reconcile/record", "/reconcile", content="no base64 at all!", sure="2")
    assert answer.status_code == 422
    assert posted(client, "/reconcile/record", "/reconcile", content="AAAA", sure="2").status_code == 422


def test_errors_in_the_register_are_listed_with_their_line(site: Site) -> None:
    client = site.staff()
    wrong = "15\t31/02/2026\tSở Tư pháp\t45/BC-STP\tx\n16\t30/10/2026\tSở Tư pháp\t\tx\n"
    shown = posted(client, "/reconcile", "/reconcile", pasted=ROW + wrong)
    assert "Dòng 2 (45/BC-STP, Sở Tư pháp), ngày đến: “31/02/2026” không đọc được" in shown.text
    assert "Dòng 3 (Sở Tư pháp), số, ký hiệu: để trống" in shown.text


def test_a_day_that_cannot_be_read_is_mended_beside_it(site: Site) -> None:
    site.confirm()
    client = site.staff()
    asked = posted(client, "/reconcile", "/reconcile", pasted=ROW + SURE.replace("30/10/2026", "31/02/2026"))
    assert 'name="fix:arrived_on:2"' in asked.text
    assert "45/BC-STP, Sở Tư pháp" in asked.text
    again = client.post("/reconcile", data={**hidden_in(asked.text), "fix:arrived_on:2": "ba mươi"})
    assert "“ba mươi” không đọc được" in again.text
    shown = client.post("/reconcile", data={**hidden_in(again.text), "fix:arrived_on:2": "30/10/2026"})
    assert "Ghi nhận 01 văn bản chắc chắn" in shown.text
    done = client.post("/reconcile/record", data={**hidden_in(shown.text), "sure": "2"})
    assert "Đã ghi nhận 01 báo cáo" in done.text
    with site.app.read(LATE) as ctx:
        assert [s.document_number for s in ctx.session.exec(select(Submission)).all()] == ["45/BC-STP"]


def test_a_doubtful_row_is_recorded_for_whichever_duty_a_person_types(site: Site) -> None:
    site.confirm()
    client = site.staff()
    shown = posted(client, "/reconcile", "/reconcile", pasted=ROW + MAYBE, period=site.period())
    assert "Ghi nhận các dòng đã chọn" in shown.text
    other = re.search(r'<option value="(Sở Tư pháp · [^"]+)">', shown.text)
    assert other
    assert 'name="other:2"' in shown.text
    done = client.post("/reconcile/record", data={**hidden_in(shown.text), "row:2": "", "other:2": other[1]})
    assert "Đã ghi nhận 01 báo cáo" in done.text
    assert "46/BC-SYT" in client.get(f"/assignments/{site.assignment('so-tu-phap')}").text


def test_the_same_document_on_two_lines_is_one(site: Site) -> None:
    site.confirm()
    client = site.staff()
    shown = posted(client, "/reconcile", "/reconcile", pasted=ROW + SURE + SURE)
    assert "Ghi nhận 01 văn bản chắc chắn" in shown.text
    done = client.post("/reconcile/record", data={**hidden_in(shown.text), "sure": ["2", "3"]})
    assert "Đã ghi nhận 01 báo cáo; thông báo" in done.text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [DESK])
def test_150_rows_are_reconciled_in_a_few_clicks(site: Site, width: int) -> None:
    site.confirm()
    lines = books(site, 142, 2026)
    with browser_page(width) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/periods/{site.period()}")
        clicks = 0
        page.get_by_role("link", name="Đối chiếu văn bản đến").click()
        fits(page, width)
        page.get_by_label("Dán sổ văn bản đến").fill(pasted(lines).decode())
        page.get_by_role("button", name="Đối chiếu").click()
        clicks += 2
        expect(page.get_by_role("heading", name="Kết quả đối chiếu")).to_be_visible()
        fits(page, width)
        sure = int(page.locator(".numbers strong").first.inner_text())
        assert sure >= 100
        page.get_by_role("button", name=re.compile("văn bản chắc chắn")).first.click()
        clicks += 1
        expect(page.get_by_text(f"Đã ghi nhận {sure} báo cáo")).to_be_visible()
        fits(page, width)
        left = page.locator("select[name^='row:']").all()
        for choice in left:  # each doubtful one: look, choose, at three seconds
            choice.select_option(index=1)
            clicks += 1
        page.get_by_role("button", name=re.compile("dòng đã chọn")).first.click()
        clicks += 1
        assert clicks * 3 < 120, "seconds of a person's time at three a click"
    with site.app.read(LATE) as ctx:
        received = ctx.session.exec(select(Assignment).where(Assignment.state == AssignmentState.submitted)).all()
        assert len(received) >= sure
        assert reconcile(ctx, pasted(lines), None, site.period()).of("sure") == []
