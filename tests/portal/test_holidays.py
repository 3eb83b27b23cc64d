"""Days off typed on a page, in a real browser: what moves is seen first."""

from datetime import date
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.tables import ImportedDay
from obligations.services.lookup import find_period
from tests.portal.browsing import PHONE, browser_page, fits, staff_page
from tests.portal.conftest import LATE, PLAN, REPORT, Site, token_in

SWAP = {
    "document": "9/TB-BNV", "known_since": "12/09/2026", "day:0": "30/10/2026", "kind:0": "off", "name:0": "Nghỉ hoán đổi",
    "day:1": "07/11/2026", "kind:1": "worked", "name:1": "Làm bù cho ngày 30/10/2026",
}  # fmt: skip


def post(client: httpx.Client, path: str = "/holidays/new/preview", **change: Any) -> httpx.Response:
    return client.post(path, data={**SWAP, "csrf": token_in(client.get("/holidays/new")), **change})


@pytest.mark.parametrize("width", [PHONE])
def test_a_swap_moves_the_last_working_day(site: Site, width: int) -> None:
    site.now = LATE.replace(month=9, day=15)
    with browser_page(width) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/holidays?year=2026")
        page.get_by_role("link", name="Ghi ngày nghỉ, ngày làm bù theo văn bản").click()
        page.get_by_label("Số, ký hiệu văn bản").fill(SWAP["document"])
        page.get_by_label("Ngày văn bản").fill(SWAP["known_since"])
        for n in (0, 1):
            page.get_by_label(f"Ngày, dòng {n + 1}").fill(SWAP[f"day:{n}"])
            page.get_by_label(f"Loại, dòng {n + 1}").select_option(SWAP[f"kind:{n}"])
            page.get_by_label(f"Nội dung, dòng {n + 1}").fill(SWAP[f"name:{n}"])
        fits(page, width)
        page.get_by_role("button", name="Xem trước").click()
        expect(page.locator("main")).to_contain_text("30/10/2026 → 29/10/2026")
        fits(page, width)
        with site.app.read(site.now) as ctx:
            assert ctx.session.exec(select(ImportedDay)).all() == []
        page.get_by_role("button", name="Ghi các ngày này").click()
        expect(page.get_by_text("Đã ghi các ngày nghỉ")).to_be_visible()
        expect(page.get_by_text("Nghỉ hoán đổi")).to_be_visible()
    with site.app.read(site.now) as ctx:
        assert find_period(ctx, PLAN, REPORT, "2026").practical_due_on == date(2026, 10, 29)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"document": ""}, "Cần ghi số, ký hiệu văn bản."),
        ({"known_since": ""}, "Cần ghi ngày văn bản."),
        ({"known_since": "20/11/2026"}, "Ngày văn bản không thể sau hôm nay."),
        ({"known_since": "x"}, "Ngày “x” chưa đúng"),
        ({"day:0": "31/11/2026"}, "Dòng 1: ngày “31/11/2026” chưa đúng"),
        ({"name:1": ""}, "Dòng 2: cần ghi nội dung"),
        ({"kind:1": "x"}, "Dòng 2: cần chọn nghỉ hoặc làm việc"),
        ({"day:1": "30/10/2026"}, "Dòng 2: ngày 30/10/2026 đã có ở dòng 1"),
        ({"day:0": "", "name:0": "", "day:1": "", "name:1": ""}, "Cần ghi ít nhất một ngày."),
    ],
)
def test_every_wrong_line_is_named(site: Site, change: dict[str, Any], said: str) -> None:
    answer = post(site.staff(), **change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "9/TB-BNV" in answer.text or change.get("document") == ""


def test_what_is_odd_is_said_in_vietnamese(site: Site) -> None:
    shown = post(site.staff(), provisional="1", **{"day:0": "", "name:0": "", "day:1": "14/11/2026"}).text
    assert "14/11/2026 làm bù nhưng văn bản không nêu ngày nghỉ" in shown
    assert "14/11/2026 đã qua" in shown
    assert "chưa có văn bản chính thức" in shown


def test_taken_twice_it_is_once(site: Site) -> None:
    site.now = LATE.replace(month=9, day=15)
    staff = site.staff()
    assert [post(staff, "/holidays/new").status_code for _ in range(2)] == [303, 303]
    with site.app.read(site.now) as ctx:
        assert len(ctx.session.exec(select(ImportedDay)).all()) == 2
    assert "không có gì thay đổi" in post(staff).text
