"""Trình, duyệt, ghi phát hành: of consolidated reports and of drafts to leaders, by each role on its own page."""

from datetime import timedelta

import httpx
from playwright.sync_api import expect
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Consolidation, Message
from obligations.services.accounts.access import account_by_name, create_account, sign_in_link
from obligations.services.interface.tokens import issue_token
from obligations.services.running.tick import run_tick
from portal.vietnamese import day
from tests.portal.browsing import PHONE, absent, browser_page, fits, staff_page
from tests.portal.conftest import LATE, Site, token_in
from tests.portal.interface.conftest import Program, Programs, programs  # noqa: F401 - a fixture


def way_in(site: Site, name: str, role: str) -> str:
    """A new account of that role; the path that signs it in."""
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, name, name, f"{name}@x.example", role)
        return sign_in_link(ctx, account_by_name(ctx, name))


def signed_in(site: Site, name: str, role: str) -> httpx.Client:
    client, path = site.client(), way_in(site, name, role)
    assert client.post(path, data={"csrf": token_in(client.get(path))}).status_code == 303
    return client


def program(site: Site, name: str, role: str, scope: str) -> Program:
    with site.app.write(site.now, "test") as ctx:
        create_account(ctx, name, name, f"{name}@x.example", role)
        return Program(site.client(), issue_token(ctx, name, "chương trình", 90, ["read", scope]).secret)


def press(client: httpx.Client, page: str, path: str, **fields: str | list[str]) -> httpx.Response:
    return client.post(path, data={"csrf": token_in(client.get(page)), **fields})


def report(site: Site) -> str:
    with site.app.read(site.now) as ctx:
        query = select(Consolidation.public_id).order_by(col(Consolidation.version).desc())
        return ctx.session.exec(query).first() or ""


def test_a_consolidated_report_is_submitted_approved_and_numbered(site: Site) -> None:
    """S6: chuyên viên trình, lãnh đạo duyệt, văn thư ghi số; a wrong number is put right with a reason. No script."""
    site.confirm()
    leader, registrar = way_in(site, "lanh-dao", "approver"), way_in(site, "van-thu", "registrar")
    at = f"{site.url}/periods/{site.period()}"
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(at)
        page.get_by_role("button", name="Lập báo cáo tổng hợp").click()
        absent(page.locator("summary", has_text="Ghi phát hành"))
        page.get_by_label("Trình đúng bản hệ thống lập").check()
        page.get_by_role("button", name="Trình duyệt ban hành lần 1").click()
        absent(page.get_by_role("button", name="Duyệt ban hành lần 1"))
        page.context.clear_cookies()
        page.goto(site.url + leader)
        page.get_by_role("button").last.click()
        page.goto(at)
        fits(page, PHONE)
        page.get_by_role("button", name="Duyệt ban hành lần 1").click()
        page.context.clear_cookies()
        page.goto(site.url + registrar)
        page.get_by_role("button").last.click()
        page.goto(at)
        absent(page.get_by_role("button", name="Lập báo cáo tổng hợp"))
        page.locator("summary", has_text="Ghi phát hành").click()
        page.get_by_label("Số, ký hiệu báo cáo").fill("89/BC-STC")
        page.get_by_label("Ngày phát hành").fill(day(site.now.date()))
        page.get_by_role("button", name="Ghi phát hành lần 1").click()
        page.locator("summary", has_text="Sửa số, ngày phát hành").click()
        page.get_by_label("Số, ký hiệu báo cáo").fill("88/BC-STC")
        page.get_by_label("Lý do").first.fill("ghi nhầm số")
        page.get_by_role("button", name="Sửa số, ngày phát hành").click()
        expect(page.get_by_text(f"đã phát hành: 88/BC-STC ngày {day(site.now.date())}")).to_be_visible()
        fits(page, PHONE)


def test_programs_do_the_same(site: Site, programs: Programs) -> None:  # noqa: F811
    site.confirm()
    office, leader = programs(), program(site, "lanh-dao", "approver", "send")
    office.post(f"/periods/{site.period()}/consolidate")
    at, number = f"/consolidations/{report(site)}", {"number": "89/BC-STC", "on": "2026-11-19"}
    refused = office.post(f"{at}/issue", number)
    assert refused.status_code == 409
    assert "chưa trình" in refused.json()["detail"]
    assert office.post(f"{at}/submit").json() == {"period": site.period()}
    assert leader.post(f"{at}/send-back", {"remarks": "thiếu phụ lục"}).status_code == 200
    assert office.get(f"/periods/{site.period()}").json()["reports"][0]["remarks"] == "thiếu phụ lục"
    assert office.post(f"{at}/submit", {"as_made": True}).status_code == 200
    assert office.post(f"{at}/approve").status_code == 403
    assert leader.post(f"{at}/approve").status_code == 200
    assert office.post(f"{at}/issue", number).status_code == 200
    assert office.post(f"{at}/correct-issue", {**number, "number": "88/BC-STC", "reason": "nhầm"}).status_code == 200
    (made,) = office.get(f"/periods/{site.period()}").json()["reports"]
    assert (made["issued"], made["approved_by"]) == ("88/BC-STC ngày 19/11/2026", "lanh-dao")


def test_where_nobody_approves_the_page_says_so(site: Site) -> None:
    site.confirm()
    staff, at = site.staff(), f"/periods/{site.period()}"
    assert press(staff, at, f"{at}/consolidate").status_code == 303
    page = staff.get(at).text
    assert "không ai duyệt ban hành" in page
    assert "Ghi phát hành lần 1" in page
    assert "Trình duyệt ban hành" not in page


def waiting_drafts(site: Site) -> list[str]:
    """Letters to leaders after a fortnight of silence."""
    site.confirm()
    for days in range(1, 12):
        site.now = LATE + timedelta(days=days)
        run_tick(site.app, site.now)
    with site.app.read(site.now) as ctx:
        return list(ctx.session.exec(select(Message.public_id).where(Message.state == MessageState.draft)).all())


def test_all_drafts_of_a_day_are_submitted_and_approved_on_two_pages(site: Site) -> None:
    """S6 in bulk, without script: chọn tất cả, trình; then chosen, duyệt."""
    drafts = waiting_drafts(site)
    assert len(drafts) > 50
    leader = way_in(site, "lanh-dao", "approver")
    with browser_page(PHONE) as page:
        staff_page(site, page)
        page.goto(f"{site.url}/messages?state=draft")
        page.get_by_role("link", name="chọn tất cả").click()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(len(drafts))
        page.get_by_role("checkbox").first.uncheck()
        fits(page, PHONE)
        page.get_by_role("button", name="Trình duyệt các dự thảo đã chọn").click()
        expect(page.get_by_role("status").first).to_be_visible()
        page.context.clear_cookies()
        page.goto(site.url + leader)
        page.get_by_role("button").last.click()
        expect(page.get_by_role("status").first).to_be_visible()
        page.goto(f"{site.url}/messages?state=draft&waiting=approval&all=1")
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(len(drafts) - 1)
        page.get_by_role("button", name="Duyệt, chuyển các thông báo đã chọn").click()
        expect(page.get_by_role("status").first).to_be_visible()
    with site.app.read(site.now) as ctx:
        left = ctx.session.exec(select(Message.public_id).where(Message.state == MessageState.draft)).all()
        going = select(Message.released_by).where(col(Message.public_id).in_(drafts), Message.state == "planned")
        assert set(ctx.session.exec(going).all()) == {"lanh-dao"}
    assert len(left) == 1


def test_programs_submit_and_approve_many(site: Site, programs: Programs) -> None:  # noqa: F811
    drafts = waiting_drafts(site)
    office, leader = programs(), program(site, "lanh-dao", "approver", "send")
    assert office.post("/messages/submit", {"messages": drafts}).json() == {"done": len(drafts), "left": 0}
    assert office.post("/messages/approve", {"messages": drafts}).status_code == 403
    some = leader.post("/messages/approve", {"messages": [*drafts[:2], "none"]})
    assert some.json() == {"done": 2, "left": 1}
    assert leader.post("/messages/approve", {"messages": drafts[:2]}).status_code == 409


def test_each_role_sees_its_own_work_of_the_day(site: Site) -> None:
    drafts = waiting_drafts(site)
    leader = signed_in(site, "lanh-dao", "approver")
    registrar, observer = signed_in(site, "van-thu", "registrar"), signed_in(site, "nguoi-xem", "observer")
    staff, at = site.staff(), f"/periods/{site.period()}"
    assert press(staff, at, "/messages/submit", message=drafts[:7]).status_code == 303
    press(staff, at, f"{at}/consolidate")
    press(staff, at, f"/consolidations/{report(site)}/submit", as_made="on")
    seen = leader.get("/today").text
    first = seen.split("<li>")[1]
    assert "07 dự thảo" in first
    assert 'href="/messages?state=draft&amp;waiting=approval"' in first
    assert "chờ duyệt ban hành" in seen.split("<li>")[2]
    assert f"{len(drafts) - 7:02d} dự thảo</strong> đôn đốc đến lãnh đạo, chờ trình duyệt" in staff.get("/today").text
    for client in (leader, registrar, observer):
        said = client.get("/today").text
        assert "hôm nay chưa gọi điện thoại" not in said
        assert "chờ xem xét" not in said
        assert "chờ trình duyệt" not in said
        assert client.get("/").status_code == 200
    assert "hôm nay chưa gọi điện thoại" in staff.get("/today").text
    assert "chờ duyệt ban hành" not in registrar.get("/today").text
    press(leader, at, f"/consolidations/{report(site)}/approve")
    said = registrar.get("/today").text
    assert "chờ ghi số phát hành" in said
    assert 'href="/reconcile"' in said
    assert "chờ ghi số phát hành" not in observer.get("/today").text
