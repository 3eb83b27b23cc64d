"""Where a date comes from, on every page that shows one; internal dates stay off everything that is public."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import httpx
import pytest
from sqlmodel import select

from models.enums import PeriodState
from models.tables import Period
from obligations.services.context import App, open_app
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.lookup import find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.extend_period import extend_period
from obligations.services.reviewing.review import extend
from obligations.settings import Settings
from plans.reading import read_plan
from portal.application import create_app
from tests.plan197 import Adopt
from tests.portal.conftest import FILES, HANOI, LATE, PLAN, REPORT, Site, token_in
from tests.portal.rights import routes_of

CHAIN = "tong-hop-bao-cao"
HOST = "https://baocao.hungyen.example"
WITHOUT_VALUE = {
    "token": "x" * 43,
    "account": "x",
    "handover": "x",
    "submission": "x",
    "assignment": "x",
    "form": "docx",
    "number": "1",
}


@pytest.fixture
def public(settings: Settings, adopt: Adopt, app: App) -> Iterator[App]:
    """The same data behind an address that is not this machine: nobody is signed in."""
    adopt(LATE)
    opened = open_app(settings.model_copy(update={"base_url": HOST}))
    with opened.write(LATE, "test") as ctx:
        refresh_feeds(ctx)
    yield opened
    opened.close()


def everything_public(app: App) -> dict[str, str]:
    """Body by path of every reading route that answers 200 to a stranger."""
    with app.read(LATE) as ctx:
        ids = [p.public_id for p in ctx.session.exec(select(Period)).all()]
    site = create_app(app, lambda: LATE)
    routes = [route for route in routes_of(site) if "GET" in route.methods]
    paths = {"/api/openapi.json", f"/api/v1/deadlines?plan={PLAN}&from=2026-01-01&to=2026-12-31"}
    for route in routes:
        for public_id in ids:
            values = {**WITHOUT_VALUE, "slug": PLAN, "name": "lich", "code": "so-y-te", "public_id": public_id}
            paths.add(re.sub(r"\{(\w+)\}", lambda m, v=values: v[m[1]], route.path))  # type: ignore[misc]

    async def read() -> dict[str, str]:
        found = {}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=HOST) as client:
            for path in sorted(paths):
                answer = await client.get(path)
                if answer.status_code == 200:
                    found[path] = re.sub(r"\r\n ", "", answer.text)
        return found

    return asyncio.run(read())


def test_no_internal_date_stands_in_anything_public(public: App) -> None:
    found = everything_public(public)
    assert f"/f/p/{PLAN}/lich.ics" in found
    assert {"/healthz", "/metrics", "/login", "/api/openapi.json"} <= set(found)
    assert not [path for path in found if path.startswith(("/periods", "/plans", "/api/v1", "/messages"))]
    assert "20261030" in found[f"/f/p/{PLAN}/lich.ics"]
    with public.read(LATE) as ctx:
        due_on = find_period(ctx, PLAN, CHAIN, "2026").due_on
    forbidden = (
        f"{due_on:%Y%m%d}",
        f"{due_on:%d/%m/%Y}",
        due_on.isoformat(),
        "ấn định",
        "nội bộ",
        CHAIN,
        "Tổng hợp, báo",
    )
    leaks = {(path, word) for path, body in found.items() for word in forbidden if word in body}
    assert leaks == set()


def test_an_extension_of_all_is_public_with_the_document_it_rests_on(public: App) -> None:
    with public.write(LATE, "chuyên viên") as ctx:
        extend_period(ctx, find_period(ctx, PLAN, REPORT, "2026").public_id, date(2026, 11, 27), "88/UBND", LATE.date())
        refresh_feeds(ctx)
    body = everything_public(public)[f"/f/p/{PLAN}/lich.ics"]
    assert "theo văn bản số 88/UBND ngày 19/11/2026" in body
    assert "20261127" in body
    assert "nội bộ" not in body


def test_staff_pages_and_the_interface_label_each_date(site: Site) -> None:
    staff = site.staff()
    with site.app.read(site.now) as ctx:
        period = find_period(ctx, PLAN, CHAIN, "2026").public_id
    page = staff.get(f"/periods/{period}").text
    assert "Hạn ấn định nội bộ" in page
    assert "Hạn theo văn bản" not in page
    assert "ấn định nội bộ, không phải hạn trong văn bản" in page
    assert "10 ngày làm việc sau ngày đó là 13/11/2026" in page
    assert "10 ngày làm việc sau hạn của “Báo cáo hằng năm" in staff.get("/plans").text
    shown = staff.get(f"/api/v1/periods/{site.period()}").json()
    assert (shown["basis_number"], shown["basis_on"], shown["internal"]) == ("197/KH-UBND", "2023-12-28", False)
    assert shown["data_basis"] == "internal"
    (status,) = [p for p in staff.get("/api/v1/status").json()["periods"] if p["obligation"] == CHAIN]
    assert (status["internal"], status["basis"], status["risk"]) == (True, "internal", "watch")


def test_the_risk_of_a_late_link_shows_on_the_table_and_on_the_period(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    with site.app.read(site.now) as ctx:
        period = find_period(ctx, PLAN, CHAIN, "2026").public_id
    for path in ("/", f"/periods/{period}"):
        page = staff.get(path).text
        assert "Nguy cơ chậm tổng hợp" in page
        assert "quá hạn; hạn tổng hợp đã qua" in page
    assert "Nguy cơ" not in staff.get(f"/periods/{site.period()}").text


def test_a_coordinator_extends_a_whole_period_on_its_page(site: Site) -> None:
    site.confirm()
    staff, path = site.staff(), f"/periods/{site.period()}"
    form = {"csrf": token_in(staff.get(path)), "due_on": "27/11/2026", "document_number": "88/UBND-TH"}
    refused = staff.post(f"{path}/extend", data={**form, "due_on": "30/10/2026", "document_on": "18/11/2026"})
    assert (refused.status_code, "phải sau ngày 31/10/2026" in refused.text) == (422, True)
    assert staff.post(f"{path}/extend", data={**form, "document_on": "18/11/2026"}).status_code == 303
    page = staff.get(path).text
    assert "Hạn theo công văn hướng dẫn" in page
    assert "theo văn bản số 88/UBND-TH ngày 18/11/2026" in page
    with site.app.read(site.now) as ctx:
        assert find_period(ctx, PLAN, CHAIN, "2026").due_on == date(2026, 12, 11)


def test_an_agency_reads_what_its_own_date_rests_on(site: Site) -> None:
    site.confirm()
    code = "so-cong-thuong"
    staff, path = site.staff(), f"/assignments/{site.assignment(code)}"
    csrf = token_in(staff.get(path))
    more = {"due_on": "04/12/2026", "document_number": "90/UBND-TH", "document_on": "18/11/2026"}
    assert staff.post(f"{path}/extend", data={"csrf": csrf, **more}).status_code == 303
    agreed = {"until_on": "07/12/2026", "reason": "chờ số liệu"}
    assert staff.post(f"{path}/agree-lateness", data={"csrf": csrf, **agreed}).status_code == 303
    mine = site.agency(code).get(f"/a/{site.assignment(code)}").text
    assert "Gia hạn theo văn bản số 90/UBND-TH ngày 18/11/2026" in mine
    assert "Thống nhất nội bộ đến hết ngày 07/12/2026; ghi ngày 19/11/2026, lý do: chờ số liệu" in mine
    assert "Ấn định nội bộ: văn bản không nêu kỳ số liệu" in mine
    assert "ghi ngày 19/11/2026 (Chuyên viên theo dõi (mẫu)), lý do: chờ số liệu" in staff.get(path).text, (
        "by whom, too"
    )


def test_the_department_reads_its_own_internal_date_as_such(site: Site) -> None:
    site.confirm()
    page = site.agency("so-tai-chinh").get("/a").text
    assert "Hạn ấn định nội bộ" in page
    assert "ấn định nội bộ, không phải hạn trong văn bản" in page


@pytest.mark.parametrize(
    ("grace", "day", "words"),
    [
        (False, 30, "hôm nay là ngày làm việc cuối trong hạn"),
        (False, 31, "trong hạn đến hết thứ Bảy, 31/10/2026"),
        (True, 31, "trong hạn đến hết thứ Bảy, 31/10/2026"),
        (True, 32, "bắt đầu tính quá hạn từ 03/11/2026"),
    ],
)
def test_days_off_at_the_end_are_told_as_what_they_are(site: Site, grace: bool, day: int, words: str) -> None:
    plan = read_plan(FILES / "197-kh-ubnd.yaml")
    policy = plan.policy.model_copy(update={"grace": grace})
    with site.app.write(datetime(2026, 10, 20, 9, tzinfo=HANOI), "test") as ctx:
        apply_plan(ctx, plan.model_copy(update={"policy": policy}))
    site.confirm()
    site.now = datetime(2026, 10, 1, 9, tzinfo=HANOI) + timedelta(days=day - 1)
    at = site.assignment("so-cong-thuong")
    for page in (site.agency("so-cong-thuong").get(f"/a/{at}"), site.staff().get(f"/assignments/{at}")):
        shown = page.text.split('class="states"')[1].split("</p>")[0]
        assert words in shown
        assert "Ngày làm việc cuối trong hạn" in page.text


def test_a_day_given_after_the_period_was_closed_stands_on_the_agencys_page(site: Site) -> None:
    site.confirm()
    at = site.assignment("so-cong-thuong")
    with site.app.write(site.now, "test") as ctx:
        period = find_period(ctx, PLAN, REPORT, "2026")
        period.state, period.closed_at = PeriodState.closed, site.now
    agency, path = site.agency("so-cong-thuong"), f"/a/{at}"
    assert "Kỳ đã chốt, chưa gửi" in agency.get(path).text
    with site.app.write(site.now, "test") as ctx:
        extend(ctx, at, date(2026, 12, 4), "90/UBND-TH", date(2026, 11, 18))
    shown = agency.get(path).text
    assert "Kỳ đã chốt, chưa gửi" not in shown
    assert "Gia hạn tới 04/12/2026" in shown
    assert "Kỳ báo cáo này đã chốt; không còn nhắc, đôn đốc." in shown
    listed = agency.get("/a").text
    assert at in listed
    assert "Kỳ đã chốt, chưa gửi" not in listed
    assert at in agency.get("/a/everything").text
