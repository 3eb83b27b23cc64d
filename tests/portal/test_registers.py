"""Danh mục: agencies and their lineage, days off, the audit trail, addresses of private calendars."""

import html
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import expect

from obligations.services import audit
from obligations.services.feeds.access import FeedUse, issue_token, note_uses
from obligations.services.feeds.health import client_name, feed_health
from obligations.services.views.audit_view import audit_page
from portal.audit_words import ACTION, DETAIL, actor_words, value_words
from tests.portal.browsing import PHONE, browser_page, fits
from tests.portal.conftest import Site, soon, token_in

AGENCY = "so-y-te"
ADDRESS = re.compile(r'value="(http[^"]+/f/a/[^"]+\.ics)"')
RECORDED = re.compile(r'audit\.record\(\s*\w+(?:\.\w+)*,\s*"([a-z_.]+)"')


@pytest.fixture
def staff(site: Site) -> httpx.Client:
    return site.staff()


def text(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.text)


def test_every_act_the_service_records_has_its_words() -> None:
    folder = Path(__file__).parents[2] / "obligations" / "services"
    recorded = {name for file in folder.rglob("*.py") for name in RECORDED.findall(file.read_text(encoding="utf-8"))}
    assert len(recorded) > 50
    assert recorded == set(ACTION)


def test_every_detail_has_its_name_and_every_subject_its_own(site: Site, staff: httpx.Client) -> None:
    site.confirm("so-cong-thuong")
    shown = text(staff, "/audit")
    with site.app.read(site.now) as ctx:
        rows = audit_page(ctx).rows
    assert {key for row in rows for key in row.detail} <= set(DETAIL)
    period = next(row for row in rows if row.action == "period.confirmed")
    assert period.about
    assert period.about.name.endswith("năm 2026")
    assert f'href="/periods/{site.period()}"' in shown
    assert period.subject not in re.sub(r'href="[^"]*"', "", shown)


def test_details_are_read_by_people() -> None:
    assert value_words([1, "a", True, "coordinator"]) == "1, a, có, chuyên viên theo dõi, tổng hợp"
    assert value_words({"số": 2, "đủ": False}) == "số 2; đủ không"
    assert value_words("extended", "act") == "Bỏ gia hạn"
    assert value_words("extended", "kind") == "Thông báo gia hạn"
    assert value_words("read submit", "scopes") == "đọc, gửi báo cáo, đề nghị (mã của cơ quan)"
    assert value_words(["2026-11-27", "2026-13-45"]) == "27/11/2026, 2026-13-45"
    assert actor_words("agency:so-y-te") == "Cơ quan, đơn vị (so-y-te)"
    assert actor_words("tick") == "Hệ thống"
    assert actor_words("cli:lan") == "Dòng lệnh (lan)"
    assert actor_words("Nguyễn Thị Lan") == "Nguyễn Thị Lan"


def test_the_trail_is_for_named_people_only(site: Site, staff: httpx.Client) -> None:
    site.confirm()
    assert site.client().get("/audit").status_code == 403
    assert site.agency(AGENCY).get("/audit").status_code == 403
    shown = text(staff, "/audit")
    assert "Áp dụng văn bản giao nhiệm vụ" in shown
    assert "Rà soát ban đầu" in shown
    with site.app.read(site.now) as ctx:
        assert audit_page(ctx).head in shown


def test_the_trail_is_found_by_person_act_and_subject(site: Site, staff: httpx.Client) -> None:
    with site.app.write(site.now, "Trần <b>Bình</b>") as ctx:
        for number in range(120):
            audit.record(ctx, "call.recorded", f"viec-{number:03}", note=["1%_", {"a": None}])
    found = text(staff, "/audit?action=call.recorded")
    assert "Trang 1/3 · 120 thao tác" in found
    assert "<b>Bình</b>" not in staff.get("/audit").text
    assert "Trang 3/3" in text(staff, "/audit?action=call.recorded&page=99")
    assert "Trang 1/1 · 1 thao tác" in text(staff, "/audit?about=viec-007")
    assert "Không có thao tác nào khớp" in text(staff, "/audit?about=%25")
    with site.app.write(site.now, "lan") as ctx:
        audit.record(ctx, "assignment.exempted", site.assignment(AGENCY), reason="x")
        audit.record(ctx, "call.recorded", AGENCY, to=["so-tu-phap", "khong-co"])
    for typed in ("Sở Y tế", "so y te", "Y TẾ", "So\u031b\u0309 Y tế"):
        assert "Trang 1/1 · 2 thao tác" in text(staff, f"/audit?about={quote(typed)}"), typed
    assert "chuyển đến: Sở Tư pháp, khong-co" in text(staff, f"/audit?about={AGENCY}")
    assert "chuyển đến: Sở Tư pháp, khong-co" in staff.get("/export/audit.csv").content.decode("utf-8-sig")
    assert "Không có thao tác nào khớp" in text(staff, "/audit?action=assignment.&about=so%20tu%20phap")
    with site.app.read(site.now) as ctx:
        assert audit_page(ctx, action="call.").total == 121
        assert audit_page(ctx, actor="Trần <b>Bình</b>", about="viec-11").total == 10
        assert [row.seq for row in audit_page(ctx).rows] == sorted((r.seq for r in audit_page(ctx).rows), reverse=True)


def test_an_empty_trail_says_so(empty_site: Site) -> None:
    with empty_site.app.read(empty_site.now) as ctx:
        shown = audit_page(ctx, page=7)
    assert (shown.rows, shown.page, shown.pages, shown.head) == ([], 1, 1, "")


def test_agencies_and_what_became_of_them(site: Site) -> None:
    reader = site.client()
    living, every = text(reader, "/agencies"), text(reader, "/agencies?ended=true")
    assert "Sở Y tế" in living
    assert len(every) > len(living)
    assert "@" not in every, "addresses stand with the contacts alone"
    heirs = re.findall(r'href="/agencies/([^"]+)"', every)
    gone = next(code for code in heirs if "Không còn" in text(reader, f"/agencies/{code}"))
    card = text(reader, f"/agencies/{gone}")
    assert "Đơn vị tiếp nhận" in card
    assert "sáp nhập, hợp nhất" in card or "đổi tên" in card or "chia, tách" in card
    assert reader.get("/agencies/khong-co").status_code == 404


def test_days_off_with_their_documents(site: Site) -> None:
    reader = site.client()
    shown = text(reader, "/holidays?year=2026")
    assert "02/09/2026" in shown
    assert "Năm 2027" in shown
    assert "dự kiến" in text(reader, "/holidays?year=2031")
    assert text(reader, "/holidays").count("<tr>") > 5
    assert reader.get("/holidays?year=1800").status_code in (400, 404, 409, 422)


@pytest.mark.parametrize("year", [9999, 1, -5])
def test_a_year_beyond_the_calendar_is_refused_in_vietnamese(site: Site, staff: httpx.Client, year: int) -> None:
    answer = staff.get(f"/holidays?year={year}")
    assert answer.status_code == 409
    assert f"Năm {year} nằm ngoài khoảng 1900-2100" in html.unescape(answer.text)
    assert "lies outside" not in answer.text


def test_an_address_is_shown_once_read_and_ended(site: Site, staff: httpx.Client) -> None:
    assert "Chưa cấp địa chỉ lịch nào." in text(staff, "/feeds")
    made = staff.post("/feeds", data={"csrf": token_in(staff.get("/feeds")), "agency": AGENCY, "label": "Máy văn thư"})
    assert made.status_code == 200
    found = ADDRESS.search(made.text)
    assert found
    again = text(staff, "/feeds")
    assert found[1] not in again
    assert "Chưa có nơi nào lấy lịch" in again
    reader = site.client()
    assert reader.get(found[1], headers={"user-agent": "Google-Calendar-Importer"}).status_code == 200
    soon(lambda: "Đang dùng" in text(staff, "/feeds"))
    shown = text(staff, "/feeds")
    assert "Google Calendar" in shown
    site.now += timedelta(days=8)
    staff = site.staff()
    shown = text(staff, "/feeds")
    assert "Đã hơn 07 ngày không lấy lịch" in shown
    number = re.search(r'action="/feeds/([^"/]+)/revoke"', shown)
    assert number
    token = token_in(staff.get("/feeds"))
    assert staff.post(f"/feeds/{number[1]}/revoke", data={"csrf": token}).status_code == 303
    assert "Đã thu hồi" in text(staff, "/feeds")
    assert reader.get(found[1]).status_code == 410


def test_only_coordinators_give_addresses(site: Site) -> None:
    site.confirm()
    for client in (site.client(), site.agency(AGENCY)):
        assert client.get("/feeds").status_code == 403
        assert client.post("/feeds", data={"agency": AGENCY}).status_code == 403


def test_an_unknown_agency_gets_no_address(site: Site, staff: httpx.Client) -> None:
    token = token_in(staff.get("/feeds"))
    assert staff.post("/feeds", data={"csrf": token, "agency": "khong-co"}).status_code == 404
    with site.app.read(site.now) as ctx:
        assert feed_health(ctx) == []
        assert audit_page(ctx, action="feed_token.issued").total == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5", "Thunderbird"),
        ("iOS/17.5 (21F79) dataaccessd/1.0", "Lịch trên iPhone, iPad"),
        ("macOS/14.5 (23F79) CalendarAgent/1132", "Lịch trên máy Mac"),
        ("Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)", "Outlook"),
        ("curl/8.5.0", "curl"),
        ("", ""),
    ],
)
def test_programs_are_named(agent: str, name: str) -> None:
    assert client_name(agent) == name


def test_those_that_stopped_come_first(site: Site) -> None:
    with site.app.write(site.now - timedelta(days=30), "lan") as ctx:
        tokens = [issue_token(ctx, AGENCY, label) for label in ("fresh", "stale", "unused")]
        note_uses(ctx, {tokens[1]: FeedUse(ctx.as_of, "Thunderbird")})
    with site.app.write(site.now, "lan") as ctx:
        note_uses(ctx, {tokens[0]: FeedUse(ctx.as_of, "x")})
        assert [row.use for row in feed_health(ctx)] == ["stale", "unused", "fresh"]


@pytest.mark.parametrize("width", [PHONE])
def test_the_pages_fit(site: Site, width: int) -> None:
    with site.app.write(site.now, "test") as ctx:
        issue_token(ctx, AGENCY, "Máy văn thư, phòng Hành chính – Tổng hợp, tầng 2")
    with browser_page(width) as page:
        client = site.staff()
        cookie = next(c for c in client.cookies.jar if "staff" in c.name)
        page.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": site.url}])
        for path in ("/registers", "/agencies", f"/agencies/{AGENCY}", "/holidays?year=2026", "/audit", "/feeds"):
            page.goto(site.url + path)
            fits(page, width)
            expect(page.locator("h1")).to_have_count(1)
