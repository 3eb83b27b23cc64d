"""An agency's own pages: its contacts, its calendars, everything it owes; in Chromium and from outside the network."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlmodel import select

from models.enums import AssignmentState, PeriodState
from models.tables import Agency, Assignment, AuditEntry, Contact, Period
from obligations.settings import Settings
from tests.portal.browsing import DESK, PHONE, absent, browser_page, fits, staff_page
from tests.portal.conftest import Site, adopt, serve, token_in
from tests.portal.test_links import gone

AGENCY = "so-tu-phap"


def own_address(site: Site) -> str:
    client = site.agency(AGENCY)
    answer = client.post("/a/calendar", data={"csrf": token_in(client.get("/a/calendar")), "label": "máy 1"})
    found = re.search(r'value="http://[^"]+(/f/a/[^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_clerk_who_leaves_names_the_next_one(told: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(AGENCY)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Đầu mối").click()
        fits(page, width)
        expect(page.get_by_text("@hungyen.example").first).to_be_visible()
        page.get_by_text("Thay bằng đầu mối khác").first.click()
        page.get_by_label("Địa chỉ mới").first.fill("vanthu.moi@stp.vn")
        page.get_by_label("Lý do").first.fill("Thay đổi vị trí công tác")
        fits(page, width)
        page.get_by_role("button", name="Thay đầu mối").first.click()
        expect(page.get_by_role("heading", name="Đã thay đầu mối")).to_be_visible()
        expect(page.get_by_text("v…@stp.vn")).to_be_visible()
        page.goto(f"{told.url}/a")  # the session ended with the address
        absent(page.get_by_role("heading", name="Nội dung cần báo cáo"))
        staff_page(told, page)
        page.goto(f"{told.url}/today")
        expect(page.get_by_text("Thay đầu mối")).to_be_visible()
        fits(page, width)
    with told.app.read(told.now) as ctx:
        assert ctx.session.exec(select(AuditEntry.actor).where(AuditEntry.action == "contact.replaced")).all() == [
            f"agency:{AGENCY}"
        ]


@pytest.mark.e2e
@pytest.mark.parametrize("width", [DESK])
def test_one_page_of_everything_and_a_calendar_to_subscribe_to(told: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(AGENCY)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Toàn bộ nhiệm vụ").click()
        expect(page.get_by_role("heading", name="Tháng 10/2026")).to_be_visible()
        expect(page.get_by_role("heading", name="Tháng 10/2027")).to_be_visible()
        expect(page.get_by_text("Chưa mở kỳ").first).to_be_visible()
        expect(page.get_by_role("heading", name="Nhiệm vụ thường xuyên")).to_be_visible()
        fits(page, width)
        page.get_by_role("link", name="Lịch thời hạn").click()
        expect(page.get_by_text("Chỉ đọc được trong mạng nội bộ")).to_be_visible()
        absent(page.get_by_role("link", name="Google"))
        page.get_by_label("Dùng cho").fill("Máy văn thư")
        page.get_by_role("button", name="Lấy địa chỉ lịch").click()
        address = page.get_by_label("Địa chỉ lịch", exact=True).first.input_value()
        assert address.startswith(f"{told.url}/f/a/")
        expect(page.get_by_role("link", name="Mở bằng lịch Apple").first).to_have_attribute(
            "href", address.replace("http://", "webcal://")
        )
        fits(page, width)
        assert "BEGIN:VEVENT" in told.client().get(address).text
        page.get_by_text("Thu hồi", exact=True).click()
        page.get_by_role("button", name="Thu hồi địa chỉ này").click()
        expect(page.get_by_role("status")).to_be_visible()
        assert told.client().get(address).status_code == 410


def test_the_table_is_taken_away_as_a_file(told: Site) -> None:
    client = told.agency(AGENCY)
    answer = client.get("/a/everything.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment")
    cells = [str(cell.value) for row in load_workbook(BytesIO(answer.content)).active for cell in row if cell.value]
    assert any("năm 2026" in cell for cell in cells)
    assert "Thường xuyên" in cells
    assert "Thời gian" in cells


@pytest.mark.parametrize(
    ("state", "said"),
    [(AssignmentState.open, "Kỳ đã chốt, chưa gửi"), (AssignmentState.returned, "Kỳ đã chốt, chưa bổ sung")],
)
def test_page_and_file_say_the_same_of_a_closed_period(told: Site, state: AssignmentState, said: str) -> None:
    with told.app.write(told.now, "test") as ctx:
        mine = ctx.session.exec(
            select(Assignment).where(Assignment.public_id == told.assignment(AGENCY)).with_for_update()
        ).one()
        mine.state = state
        ctx.session.get_one(Period, mine.period_id).state = PeriodState.closed
    client = told.agency(AGENCY)
    assert f">{said}</span>" in client.get("/a/everything").text
    sheet = load_workbook(BytesIO(client.get("/a/everything.xlsx").content)).active
    assert said in {row[-1].value for row in sheet}


def test_nothing_of_another_agency_is_reached(told: Site) -> None:
    client, other = told.agency(AGENCY), told.agency("so-y-te")
    made = other.post("/a/calendar", data={"csrf": token_in(other.get("/a/calendar")), "label": "x"})
    theirs = re.search(r"/a/calendar/([^/]+)/revoke", made.text)
    assert theirs
    with told.app.read(told.now) as ctx:
        query = select(Contact.id).join(Agency).where(Agency.code == "so-y-te")  # type: ignore[arg-type]
        number = ctx.session.exec(query).first()
    csrf = token_in(client.get("/a/contacts"))
    assert client.post(f"/a/calendar/{theirs[1]}/revoke", data={"csrf": csrf}).status_code == 404
    fields = {"csrf": csrf, "address": "a@b.vn", "reason": "thử"}
    assert client.post(f"/a/contacts/{number}", data=fields).status_code == 404
    assert client.post("/a/contacts", data={"csrf": csrf, "channel": "webhook", "address": "x"}).status_code == 404


def test_a_successor_named_in_the_evening_has_the_link_at_once(told: Site) -> None:
    with told.app.read(told.now) as ctx:
        number = ctx.session.exec(select(Contact.id).join(Agency).where(Agency.code == AGENCY)).first()  # type: ignore[arg-type]
    told.now += timedelta(hours=12)  # after office hours: no round would come before morning
    member = told.agency(AGENCY)
    fields = {"csrf": token_in(member.get("/a/contacts")), "address": "moi@hungyen.example", "reason": "đổi người"}
    answer = member.post(f"/a/contacts/{number}", data=fields)
    assert "trong vòng một phút" in answer.text
    assert gone(told, "contact_changed") == told.now, "no round has come"


def test_a_wrong_address_is_refused_in_words(told: Site) -> None:
    client = told.agency(AGENCY)
    answer = client.post(
        "/a/contacts", data={"csrf": token_in(client.get("/a/contacts")), "channel": "email", "address": "không có"}
    )
    assert answer.status_code == 422
    assert "địa chỉ" in answer.text.lower()


def test_an_address_that_takes_the_place_of_the_sample_one_says_that_its_link_is_over(told: Site) -> None:
    client = told.by_link(AGENCY, told.assignment(AGENCY))
    fields = {"csrf": token_in(client.get("/a/contacts")), "channel": "email", "address": "vanthu@stp.hungyen.gov.vn"}
    answer = client.post("/a/contacts", data=fields)
    assert (answer.status_code, "Đã thay đầu mối" in answer.text) == (200, True)
    assert "không còn hiệu lực" in answer.text
    assert client.get("/a").status_code == 403


@pytest.fixture
def fronted(settings: Settings) -> Iterator[Site]:
    """Behind a reverse proxy under the province's name: what the proxy says of the client counts."""

    def prepare(app: object) -> None:
        adopt(app)  # type: ignore[arg-type]

    yield from serve(settings, prepare)


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        (["10.1.2.3"], 200),
        (["192.168.4.5"], 200),
        (["::ffff:10.1.2.3"], 200),
        (["fd00::1"], 200),
        (["8.8.8.8"], 404),
        (["10.1.2.3, 8.8.8.8"], 404),
        (["8.8.8.8, 10.1.2.3"], 200),
        (["10.1.2.3", "66.249.66.1"], 404),
        (["2001:4860:4860::8888"], 404),
        (["không phải địa chỉ".encode().hex()], 404),
        ([""], 200),
    ],
)
def test_in_lan_mode_only_the_inside_reads_and_the_last_hop_decides(
    told: Site, forwarded: list[str], status: int
) -> None:
    path = own_address(told)
    client = told.client()
    for _ in range(2):  # from the database, then from what is kept
        answer = client.get(path, headers=[("x-forwarded-for", each) for each in forwarded if each])
        assert answer.status_code == status, answer.text
        assert ("BEGIN:VCALENDAR" in answer.text) == (status == 200)
        assert client.get(path).status_code == 200


def test_what_one_may_read_is_not_handed_to_another_from_the_cache(told: Site) -> None:
    path = own_address(told)
    assert told.client().get(path).status_code == 200
    assert told.client().get(path, headers={"x-forwarded-for": "8.8.8.8"}).status_code == 404
    public = "/f/p/197-kh-ubnd/lich.ics"
    assert told.client().get(public, headers={"x-forwarded-for": "8.8.8.8"}).status_code == 200


@pytest.mark.parametrize(("mode", "status"), [("on", 200), ("off", 404)])
def test_on_lets_everybody_read_and_off_nobody(told: Site, mode: str, status: int) -> None:
    path = own_address(told)
    there = told.app.settings.model_copy(update={"private_feeds": mode})
    for site in serve(there, lambda _app: None):
        site.now = told.now
        answer = site.client().get(path, headers={"x-forwarded-for": "8.8.8.8"})
        assert answer.status_code == status
        client = site.agency(AGENCY)
        page = client.get("/a/calendar")
        if mode == "off":
            assert "chưa mở lịch riêng" in page.text
            assert client.post("/a/calendar", data={"csrf": token_in(page)}).status_code == 409
        else:
            made = client.post("/a/calendar", data={"csrf": token_in(page)}).text
            assert "outlook.office.com" in made
            assert "calendar.google.com" in made


def test_without_what_the_proxy_says_nobody_is_inside(settings: Settings) -> None:
    from portal.private_feeds import PrivateFeeds

    scope = {"type": "http", "headers": [], "client": ("127.0.0.1", 1)}
    assert PrivateFeeds(settings, is_local=True).may_read(scope)
    assert not PrivateFeeds(settings, is_local=False).may_read(scope)
    said = {**scope, "headers": [(b"x-forwarded-for", b"10.0.0.9")]}
    assert PrivateFeeds(settings, is_local=False).may_read(said)
