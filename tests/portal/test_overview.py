"""The coordinator's overview: the first page, the sheet for the meeting, search, tables as files, links into Prefect."""

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import httpx
import openpyxl
import pytest
from docx import Document
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from models.tables import Account, Agency, Assignment, AuditEntry, Contact, Period, PortalSession
from obligations.services.accounts.access import ROLES, create_account, sign_in_link
from obligations.services.accounts.handovers import HandoverDraft, hand_over
from obligations.services.interface.tokens import issue_agency_token
from obligations.services.interface.webhooks import add_webhook
from obligations.settings import Settings
from portal import charts, tables
from portal.tables import TABLES
from tests.obligations.overview.test_prefect_ids import prefect
from tests.portal.browsing import PHONE, absent, browser_page, fits, staff_page
from tests.portal.conftest import PLAN, REPORT, Site, copied, token_in
from tests.portal.test_requests import asked

AGENCY = "so-tu-phap"
COLOURED = re.compile(r'<(?:a|span) class="h h-(\w+)"[^>]*>(.*?)</(?:a|span)>', re.DOTALL)


@pytest.fixture
def chased(settings: Settings, chased_template: Callable[..., Path]) -> Iterator[Site]:
    """Confirmed with one report, and a day later: the others were told."""
    yield from copied(settings, chased_template(AGENCY))


def text(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.text)


def test_the_first_page_begins_with_the_days_work(chased: Site) -> None:
    staff = chased.staff()
    shown = text(staff, "/")
    order = [shown.index(f'<h2 id="{name}"') for name in ("hom-nay", "ky", "loc")]
    assert order == sorted(order)
    assert f'href="/periods/{chased.period()}?show=can-xem"' in shown
    assert "01 báo cáo" in shown
    assert f'href="/calls/{chased.period()}"' in shown
    printed = text(staff, "/today")
    assert "01 báo cáo" in printed
    assert "Việc hôm nay" in printed


def test_the_map_has_a_mark_and_words_in_every_cell(chased: Site) -> None:
    cells = COLOURED.findall(text(chased.staff(), f"/?plan={PLAN}"))
    by_key = {key: re.sub(r"<[^>]*>", "", inner).split(maxsplit=1) for key, inner in cells}
    assert {"overdue", "received", "expected"} <= set(by_key)
    assert by_key["overdue"] == ["Q", "Quá hạn, chưa gửi"]
    stranger = text(chased.client(), "/")
    assert "/assignments/" not in stranger, "what an agency owes opens for named accounts alone"
    assert "Q<span" in stranger


@pytest.mark.parametrize(
    "query",
    [
        "?plan=khong-co&year=abc&group=x",
        "?year=9999",
        "?year=-1&plan=%00",
        "?year=²",
        "?group=commune-party",
        "?year=1999",
    ],
)
def test_a_filter_that_names_nothing_breaks_nothing(chased: Site, query: str) -> None:
    staff = chased.staff()
    for path in ("/", "/periods", f"/periods/{chased.period()}"):
        assert staff.get(path + query).status_code == 200
    assert staff.get(f"/periods{query}&page=99999&state=x").status_code == 200


def test_the_years_before_and_after_are_drawn_as_they_are(chased: Site) -> None:
    with chased.app.write(chased.now, "test") as ctx:
        period = ctx.session.exec(select(Period).where(Period.public_id == chased.period())).one()
        period.opens_on = date(2025, 12, 20)
    staff = chased.staff()
    assert "Không có kỳ nào" not in text(staff, "/?year=2026")
    assert charts.span_in(2026, date(2025, 12, 20), date(2026, 1, 2)) == charts.Span(0, 2)
    assert charts.span_in(2024, date(2024, 12, 31), date(2025, 3, 1)) == charts.Span(365, 1)
    assert (charts.days_of(2024), charts.months_of(2026)[:3], charts.day_in(2026, date(2025, 1, 1))) == (
        366,
        [0, 31, 59],
        None,
    )
    assert charts.month_lines(2026, 12).startswith("M0 0V12M31 0V12M59 0V12")
    assert charts.points([1.0, None, 0.0]) == [(8.0, 8.0), (292.0, 72.0)]
    assert charts.points([]) == []
    assert charts.polyline([(8.0, 8.0), (292.0, 72.5)]) == "8,8 292,72.5"


def test_a_period_is_narrowed_without_any_script(chased: Site) -> None:
    staff, path = chased.staff(), f"/periods/{chased.period()}"
    whole, sent = text(staff, path), text(staff, f"{path}?show=da-nhan")
    assert whole.count('<th scope="row">') - sent.count('<th scope="row">') == 233
    assert 'href="/assignments/' + chased.assignment(AGENCY) in sent
    assert "từ 01/11/2026" in text(staff, f"{path}?show=chua-gui")
    with chased.app.write(chased.now, "test") as ctx:
        for contact in ctx.session.exec(select(Contact).join(Agency).where(Agency.code == "so-y-te")).all():
            contact.removed_at = chased.now
    assert text(staff, path).count("chưa có đầu mối") == 1


def test_a_review_always_shows_everybody(site: Site) -> None:
    assert text(site.staff(), f"/periods/{site.period()}?show=da-nhan").count('name="received"') == 234


def test_the_sheet_for_the_meeting(chased: Site) -> None:
    reader, path = chased.client(), f"/periods/{chased.period()}/chua-gui"
    shown = text(reader, path)
    assert "Tính đến <strong>09:00 ngày 20/11/2026" in shown
    assert "UBND xã, phường: 104/104" in shown
    assert "Sở, ban, ngành và cơ quan chính quyền cấp tỉnh: 12/13" in shown
    assert "Sở Tư pháp" not in shown
    assert shown.index("Sở Tài chính") < shown.index("Sở Xây dựng"), "in official order"
    word = reader.get(f"{path}.docx")
    assert word.headers["content-disposition"].startswith("attachment")
    cells = [
        cell.text for table in Document(io.BytesIO(word.content)).tables for row in table.rows for cell in row.cells
    ]
    assert sum(len(cell.splitlines()) for cell in cells if cell[:1].isdigit()) == 233
    assert reader.get("/periods/x/chua-gui").status_code == 404
    assert reader.get("/periods/x/chua-gui.docx").status_code == 404


@pytest.mark.e2e
def test_a_hundred_and_four_communes_fit_one_page(site: Site, tmp_path: Path) -> None:
    with site.app.read(site.now) as ctx:
        query = select(Agency.code).join(Assignment, col(Assignment.agency_id) == Agency.id)
        communes = (col(Agency.level) == "commune") & (col(Agency.kind) == "government")
        others = ctx.session.exec(query.where(~communes)).all()
    site.confirm(*set(others))
    assert "chưa gửi 104" in text(site.client(), f"/periods/{site.period()}/chua-gui")
    with browser_page(1280) as page:
        page.goto(f"{site.url}/periods/{site.period()}/chua-gui")
        margins = {"top": "12mm", "bottom": "12mm", "left": "15mm", "right": "10mm"}
        paper = page.pdf(format="A4", margin=margins)  # type: ignore[arg-type]  # the names are those of the library
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.e2e
def test_tables_are_printed_as_tables_in_dark_ink(chased: Site) -> None:
    margins = {"top": "10mm", "bottom": "10mm", "left": "10mm", "right": "10mm"}
    with browser_page(1280) as page:
        staff_page(chased, page)
        page.goto(f"{chased.url}/calls/{chased.period()}")
        paper = page.pdf(format="A4", margin=margins)  # type: ignore[arg-type]  # the names are those of the library
        rows = page.locator("tbody tr").count()
        page.emulate_media(media="print", color_scheme="dark")
        page.set_viewport_size({"width": 718, "height": 1000})  # A4 between those margins
        page.goto(f"{chased.url}/periods/{chased.period()}")
        table = page.locator("table.agencies")
        assert [e.evaluate("e => getComputedStyle(e).display") for e in (table, table.locator("tbody tr").last)] == [
            "table",
            "table-row",
        ]
        ink = page.locator(".state-overdue").first.evaluate("e => getComputedStyle(e).color")
    assert rows > 100
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= rows // 15 + 1
    assert max(int(part) for part in re.findall(r"\d+", ink)[:3]) < 170, "readable on white paper"


def test_search_is_for_named_people(chased: Site) -> None:
    for client in (chased.client(), chased.agency("so-y-te")):
        assert client.get("/search?q=so+tu+phap").status_code == 403
    assert 'action="/search"' not in chased.client().get("/").text
    staff = chased.staff()
    shown = text(staff, "/search?q=so+tu+phap")
    assert 'href="/agencies/so-tu-phap"' in shown
    assert f'href="/assignments/{chased.assignment(AGENCY)}"' in shown
    assert "Không tìm thấy nội dung nào có đủ các từ “zzz <b>”" in text(staff, "/search?q=zzz+<b>")
    assert "<b>" not in staff.get("/search?q=zzz+<b>").text
    assert "Nhập ít nhất 02 ký tự" in text(staff, "/search")
    assert staff.get("/search", params={"q": "x y " * 5000}).status_code == 200


@pytest.fixture
def world(chased: Site) -> Site:
    """With an agency whose name a spreadsheet would work out."""
    with chased.app.write(chased.now, "test") as ctx:
        ctx.session.exec(select(Agency).where(Agency.code == "so-y-te")).one().name = "=HYPERLINK(1)"
    return chased


QUERY = {"period": "period={period}", "audit": "about=", "holidays": "year=2026"}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_taken_away_in_both_formats(world: Site, name: str) -> None:
    staff = world.staff()
    query = QUERY.get(name, "").format(period=world.period())
    if name == "request-calls":
        query = f"request={asked(world).slug}"
    written = staff.get(f"/export/{name}.csv?{query}")
    assert written.status_code == 200, written.text[:500]
    assert written.headers["content-disposition"].startswith("attachment")
    assert written.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == [name for name, _ in TABLES[name].columns]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    answer = staff.get(f"/export/{name}.xlsx?{query}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {"s"} <= {c.data_type for c in cells} <= {"s", "n", "d"}, "no formula"
    assert book.worksheets[0].max_row == len(rows) or name in ("accounts", "contacts", "audit"), (
        "an export of addresses is an act"
    )
    assert ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_a_file_has_the_rows_of_its_page(world: Site) -> None:
    staff, period = world.staff(), world.period()

    def rows(path: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(staff.get(path).content.decode("utf-8-sig"), newline="")))[1:]

    assert len(rows(f"/export/period.csv?period={period}")) == 234
    assert [row[1] for row in rows(f"/export/period.csv?period={period}&show=da-nhan")] == ["Sở Tư pháp"]
    assert "'=HYPERLINK(1)" in [row[1] for row in rows("/export/agencies.csv")]
    assert len(rows("/export/agencies.csv?ended=true")) > len(rows("/export/agencies.csv"))
    assert rows("/export/periods.csv?state=closed") == []
    assert {row[7] for row in rows("/export/messages.csv?state=recorded")} == {"Không gửi, chỉ ghi nhận"}
    assert not [cell for row in rows("/export/messages.csv") for cell in row if "@" in cell and "…" not in cell]
    assert len(rows("/export/audit.csv?action=period.confirmed")) == 1
    assert [row[3] for row in rows("/export/duties.csv")].count("Báo cáo định kỳ") >= 2
    for name, path in (("period", f"/periods/{period}"), ("periods", "/periods"), ("messages", "/messages"),
                       ("agencies", "/agencies"), ("holidays", "/holidays"), ("audit", "/audit"),
                       ("contacts", "/contacts"), ("duties", "/plans"), ("plans", "/plans"), ("asks", "/asks"),
                       ("batches", "/batches"), ("accounts", "/accounts"), ("periods", "/")):  # fmt: skip
        assert f"/export/{name}.xlsx" in staff.get(path).text, path
        assert f"/export/{name}.csv" in staff.get(path).text, path


def test_the_tables_of_keeping_have_the_rows_of_their_pages(world: Site) -> None:
    staff, made = world.staff(), asked(world)
    with world.app.write(world.now, "test") as ctx:
        create_account(ctx, "van-thu", "Lê Văn Thư", "vt@mau.example", "registrar")
        hand_over(
            ctx,
            HandoverDraft(
                "chuyen-vien-mau",
                "van-thu",
                ["coordinator"],
                ctx.today,
                ctx.today,
                transfer=False,
                reason="Nghỉ phép",
                document="1/QĐ",
            ),
        )
        issue_agency_token(ctx, "so-tu-phap", "=phần mềm", 90, ["read"])
        add_webhook(ctx, "kho dữ liệu", "http://127.0.0.1:9/", ["period.opened"])
    for name, page, words in (
        ("request-calls", f"/requests/{made.slug}", "chưa xác nhận, chưa gửi"),
        ("handovers", "/accounts", "Lê Văn Thư"),
        ("tokens", "/programs", "'=phần mềm"),
        ("webhooks", "/programs", "kho dữ liệu"),
    ):
        assert f"/export/{name}.xlsx" in staff.get(page).text, page
        query = f"?request={made.slug}" if name == "request-calls" else ""
        assert words in staff.get(f"/export/{name}.csv{query}").content.decode("utf-8-sig"), name


def test_whatever_stands_in_the_days_work_of_a_role_it_may_open(chased: Site) -> None:
    said = {"document_number": "9/BC", "document_on": "30/10/2026", "way": "post", "sent_on": "30/10/2026"}
    asked = {"wanted_on": "10/12/2026", "reason": "Chờ số liệu"}
    added = {"channel": "email", "address": "vanthu@snv.hungyen.gov.vn"}
    for code, act, fields in (
        ("so-xay-dung", "/sent-otherwise", said),
        ("so-cong-thuong", "/more-time", asked),
        ("so-noi-vu", "", added),
    ):
        agency, duty = chased.agency(code), f"/a/{chased.assignment(code)}"
        where = f"{duty}{act}" if act else "/a/contacts"
        answer = agency.post(where, data={"csrf": token_in(agency.get(duty)), **fields})
        assert answer.status_code in (200, 303), answer.text
    seen: dict[str, str] = {}
    for role in ROLES:
        with chased.app.write(chased.now, "test") as ctx:
            link = sign_in_link(ctx, create_account(ctx, f"nguoi-{role}", role, f"{role}@mau.example", role))
        client = chased._through(link)
        seen[role] = text(client, "/today")
        for page in re.findall(r'href="([^"]+)"', seen[role][seen[role].index('<ul class="todo">') :]):
            assert client.get(page).status_code == 200, (role, page)
    for words, who in (
        ("đề nghị thêm thời gian", {"coordinator"}),
        ("tự khai", {"coordinator"}),
        ("báo đã gửi", {"coordinator", "registrar"}),
    ):
        assert {role for role, shown in seen.items() if words in shown} == who, words


def test_tables_are_for_named_people_and_addresses_for_coordinators(world: Site) -> None:
    for client in (world.client(), world.agency("so-cong-thuong")):
        for name in TABLES:
            assert client.get(f"/export/{name}.csv").status_code == 403, name
    with world.app.write(world.now, "test") as ctx:
        create_account(ctx, "quan-sat", "Người xem", "xem@mau.example", "observer")
    with world.app.write(world.now, "test") as ctx:
        link = sign_in_link(ctx, ctx.session.exec(select(Account).where(Account.name == "quan-sat")).one())
    observer = world._through(link)
    assert observer.get("/export/agencies.csv").status_code == 200
    assert observer.get("/export/contacts.csv").status_code == 403
    with world.app.read(world.now) as ctx:
        taken = select(AuditEntry).where(AuditEntry.action == "contacts.exported")
        assert ctx.session.exec(taken).all() == []
    content = world.staff().get("/export/contacts.csv?agency=so-tu-phap").content.decode("utf-8-sig")
    assert "vanthu.so-tu-phap@" in content
    with world.app.read(world.now) as ctx:
        (act,) = ctx.session.exec(taken).all()
        assert (act.actor, act.subject) == ("chuyen-vien-mau", "so-tu-phap")
        assert act.detail == {"rows": 2, "format": "csv"}


def test_notices_are_found_by_a_name_with_or_without_marks(world: Site) -> None:
    staff = world.staff()
    for typed in ("Sở Xây dựng", "so xay dung", "SỞ XÂY DỰNG", "so-xay-dung"):
        page = staff.get("/messages", params={"agency": typed}).text
        assert ("vanthu.so-xay-dung@" in page, "Sở Nội vụ" in page) == (True, False), typed


def test_accounts_are_taken_away_without_secrets_and_it_is_written_down(world: Site) -> None:
    content = world.staff().get("/export/accounts.csv").content.decode("utf-8-sig")
    row = next(row for row in csv.reader(io.StringIO(content)) if row[0] == "chuyen-vien-mau")
    assert "Quản trị" in row[3]
    with world.app.read(world.now) as ctx:
        (act,) = ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "accounts.exported")).all()
        assert act.actor == "chuyen-vien-mau"
        kept = ctx.session.exec(select(PortalSession.sid_sha256, PortalSession.csrf)).all()
    assert kept
    assert not [secret for pair in kept for secret in pair if secret in content]


PAGES = {
    "handovers": "/accounts",
    "tokens": "/programs",
    "webhooks": "/programs",
    "templates": "/report-templates",
    "request-calls": "/requests/khong-co",
    "period": "/periods/{period}",
    "duties": "/plans",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_file_is_for_whom_its_page_is(world: Site, role: str) -> None:
    with world.app.write(world.now, "test") as ctx:
        link = sign_in_link(ctx, create_account(ctx, "mot-nguoi", "Một người", "mot@mau.example", role))
    person = world._through(link)
    for name in TABLES:
        page = PAGES.get(name, f"/{name}").format(period=world.period())
        query = QUERY.get(name, "").format(period=world.period())
        shown, taken = (person.get(path).status_code for path in (page, f"/export/{name}.csv?{query}"))
        assert taken == shown, name


def test_a_table_that_is_too_long_is_refused_and_not_cut(world: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST", {"xlsx": 233, "csv": 234})
    staff, period = world.staff(), world.period()
    refused = staff.get(f"/export/period.xlsx?period={period}")
    assert refused.status_code == 409
    assert "Bảng có hơn 233 dòng" in html.unescape(refused.text)
    assert staff.get(f"/export/period.csv?period={period}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/export/request-calls.csv?request=x",
        "/export/khong-co.csv",
        "/export/periods.pdf",
        "/export/period.csv?period=x",
        "/export/periods",
    ],
)
def test_there_is_no_such_table(site: Site, path: str) -> None:
    assert site.staff().get(path).status_code == 404


def test_ledgers_and_call_lists_are_taken_away_as_csv_too(chased: Site) -> None:
    staff, period = chased.staff(), chased.period()
    for path in (f"/ledger/{period}/so-theo-doi.csv", f"/calls/{period}/danh-sach-goi.csv"):
        assert path in staff.get(path.rpartition("/")[0]).text
        assert "Sở Xây dựng" in staff.get(path).content.decode("utf-8-sig")


def test_a_period_and_a_duty_lead_to_their_workflow(chased: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = (f"/periods/{chased.period()}", f"/assignments/{chased.assignment(AGENCY)}")
    with prefect(200, b'{"id": "0f9c"}') as (url, asked):
        monkeypatch.setenv("PREFECT_API_URL", url)
        staff = chased.staff()
        for path in paths:
            shown = staff.get(path).text
            assert "/deployments/deployment/0f9c?tab=Runs&amp;runs.flowRuns.tags.name=K%E1%BB%B3%202026" in shown
            assert "luồng công việc của nhiệm vụ</a>" in shown
            assert f">{PLAN}--{REPORT}<" not in shown
        assert asked == [f"/api/deployments/name/advance-obligation/{PLAN}--{REPORT}"]
        assert "/deployments/deployment/" not in chased.client().get(paths[0]).text


def test_without_prefect_the_workflow_is_named(chased: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with prefect(500, b"") as (url, _asked):
        monkeypatch.setenv("PREFECT_API_URL", url)
        shown = chased.staff().get(f"/periods/{chased.period()}").text
    assert "/deployments/deployment/" not in shown
    assert f"{PLAN}--{REPORT}" in shown


@pytest.fixture
def signed_in(chased: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of this width, signed in."""
    with browser_page(request.param) as page:
        cookie = next(c for c in chased.staff().cookies.jar if "staff" in c.name)
        page.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": chased.url}])
        yield page


@pytest.mark.e2e
@pytest.mark.parametrize(("signed_in", "width"), [(PHONE, PHONE)], indirect=["signed_in"])
def test_a_coordinator_goes_from_the_days_work_to_the_sheet(chased: Site, signed_in: Page, width: int) -> None:
    page = signed_in
    page.goto(chased.url)
    expect(page.get_by_role("heading", name="Việc hôm nay")).to_be_visible()
    fits(page, width)
    page.get_by_label("Khối cơ quan").select_option(label="UBND xã, phường")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_text("Ủy ban nhân dân xã Ân Thi").first).to_be_visible()
    fits(page, width)
    page.get_by_role("link", name="01 báo cáo đã nhận, chờ xem xét").click()
    expect(page.get_by_role("link", name="Sở Tư pháp", exact=True)).to_be_visible()
    absent(page.get_by_role("link", name="Sở Y tế", exact=True))
    page.get_by_role("link", name="Chưa gửi 233").click()
    expect(page.get_by_role("link", name="Sở Y tế", exact=True)).to_be_visible()
    fits(page, width)
    with page.expect_download() as download:
        page.get_by_role("link", name="Xuất bảng này thành tệp .csv").click()
    assert download.value.suggested_filename == "tinh-hinh-gui-bao-cao.csv"
    page.get_by_role("link", name="Danh sách chưa gửi (A4)").click()
    expect(page.get_by_role("heading", name="UBND xã, phường: 104/104")).to_be_visible()
    fits(page, width)
    page.get_by_role("searchbox", name="Tìm kiếm").fill("so y te")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("link", name="Sở Y tế", exact=True).first).to_be_visible()
    fits(page, width)
    page.goto(f"{chased.url}/today")
    fits(page, width)
    page.goto(f"{chased.url}/periods")
    fits(page, width)
