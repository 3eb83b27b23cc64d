"""Agencies reorganised on a page, in a real browser: seen first, done once, every mistake said."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.tables import Agency, Assignment, Message, Succession
from obligations.services.audit import verify
from tests.portal.browsing import PHONE, browser_page, fits, staff_page, text_of
from tests.portal.conftest import Site, token_in

FORM = {"kind": "merge", "sources": ["Sở Tư pháp"], "targets": ["so-noi-vu"], "on": "19/11/2026"} | {
    "number": "15/QĐ-UBND",
    "decided_on": "16/11/2026",
}


@pytest.mark.parametrize("width", [PHONE])
def test_two_departments_become_a_new_one(site: Site, width: int) -> None:
    site.confirm()
    with browser_page(width) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/agencies")
        page.get_by_role("link", name="Sắp xếp đơn vị").click()
        page.get_by_label("Sáp nhập, hợp nhất").check()
        page.get_by_label("Cơ quan được sắp xếp 1").fill("Sở Tư pháp")
        page.get_by_label("Cơ quan được sắp xếp 2").fill("Sở Nội vụ")
        page.get_by_label("đơn vị thành lập mới").fill("Sở Nội vụ và Tư pháp")
        page.get_by_label("Từ ngày").fill("19/11/2026")
        page.get_by_label("Số, ký hiệu quyết định").fill("15/QĐ-UBND")
        page.get_by_label("Ngày quyết định").fill("16/11/2026")
        fits(page, width)
        page.get_by_role("button", name="Xem trước").click()
        shown = text_of(page.locator("main"))
        assert "Sở Nội vụ và Tư pháp" in shown
        assert "Quyết định số 15/QĐ-UBND ngày 16/11/2026" in shown
        fits(page, width)
        with site.app.read(site.now) as ctx:
            assert ctx.session.exec(select(Succession).where(Succession.decision.contains("15/QĐ"))).all() == []  # type: ignore[attr-defined]
            assert ctx.session.exec(select(Agency).where(Agency.name == "Sở Nội vụ và Tư pháp")).first() is None
        page.get_by_role("button", name="Ghi quyết định sắp xếp").click()
        expect(page.get_by_role("heading", name="Sở Nội vụ và Tư pháp")).to_be_visible()
        expect(page.get_by_role("link", name="Sở Tư pháp")).to_be_visible()
        fits(page, width)
    with site.app.read(site.now) as ctx:
        new = ctx.session.exec(select(Agency).where(Agency.name == "Sở Nội vụ và Tư pháp")).one()
        owed = ctx.session.exec(select(Assignment).where(Assignment.agency_id == new.id)).all()
        assert {a.state for a in owed} == {"open"}
        told = ctx.session.exec(select(Message).where(Message.agency_id == new.id)).all()
        assert told, "what waits goes to the new department"
        assert verify(ctx.session) == []


def post(client: httpx.Client, path: str = "/reorganise/preview", **change: Any) -> httpx.Response:
    return client.post(path, data={**FORM, "csrf": token_in(client.get("/reorganise")), **change})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": ""}, "chọn hình thức"),
        ({"number": ""}, "số và ngày quyết định"),
        ({"on": ""}, "ngày bắt đầu"),
        ({"on": "31/02/2026"}, "chưa đúng"),
        ({"decided_on": "20/11/2026"}, "ngày quyết định không thể sau hôm nay"),
        ({"sources": []}, "Cần chọn cơ quan được sắp xếp"),
        ({"sources": ["Sở Không Có"]}, "Danh mục không có cơ quan “Sở Không Có”"),
        ({"targets": []}, "đúng một đơn vị tiếp nhận"),
        ({"targets": ["so-tu-phap"]}, "vừa được sắp xếp vừa là đơn vị tiếp nhận"),
        ({"sources": ["so-tu-phap", "Sở Tư pháp"]}, "được nêu hai lần"),
        ({"kind": "split"}, "ít nhất hai đơn vị tiếp nhận"),
        ({"kind": "end"}, "Giải thể không có đơn vị tiếp nhận"),
        ({"kind": "rename", "targets": []}, "Cần ghi tên mới"),
        ({"kind": "rename", "targets": [], "new_name": "Sở Y tế"}, "Đã có cơ quan tên “Sở Y tế”"),
        ({"sources": ["so-tai-chinh"], "kind": "end", "targets": []}, "đang giữ vai trò"),
        ({"on": "01/01/1999"}, "chưa đúng"),
        ({"on": "01/01/2001"}, "chỉ hoạt động từ ngày"),
    ],
)
def test_what_cannot_be_meant_is_said_and_stays_typed(site: Site, change: dict[str, Any], said: str) -> None:
    answer = post(site.staff(), **change)
    assert answer.status_code == 422
    assert said in answer.text, answer.text[answer.text.index("alert") :][:300]
    if change.get("number") != "":
        assert 'value="15/QĐ-UBND"' in answer.text


def test_pressed_twice_it_is_once(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    assert [post(staff, "/reorganise").status_code for _ in range(2)] == [303, 303]
    with site.app.read(site.now) as ctx:
        rows = ctx.session.exec(select(Succession).where(Succession.from_code == "so-tu-phap")).all()
    assert [(row.to_code, row.kind) for row in rows] == [("so-noi-vu", "merge")]
    assert "đã được ghi trước đây" in post(staff).text


def test_a_day_that_has_not_come_waits(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    assert "Ngày thực hiện chưa đến" in post(staff, on="01/12/2026").text
    assert post(staff, "/reorganise", on="01/12/2026").status_code == 303
    assert "(chưa đến ngày)" in staff.get("/agencies/so-noi-vu").text


def test_going_back_keeps_what_was_typed(site: Site) -> None:
    answer = post(site.staff(), "/reorganise", action="edit")
    assert answer.status_code == 200
    assert 'value="Sở Tư pháp"' in answer.text
