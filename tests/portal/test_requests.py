"""Ad-hoc requests on the web: form, preview, sending, the agency's button, the call list."""

import re
from datetime import datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.enums import AssignmentState, Audience, Urgency
from models.tables import Agency, Assignment, Contact, Plan
from obligations.services.accounts.access import ensure_sample_account, sign_in_link
from obligations.services.chasing.pauses import pause
from obligations.services.requests.draft import RequestDraft
from obligations.services.requests.report import Requested, request_report
from obligations.services.sending.deliver import deliver_due
from tests.portal.browsing import PHONE, browser_page, fits
from tests.portal.conftest import HANOI, Site, key_in, token_in

AFTERNOON = datetime(2026, 11, 23, 15, 10, tzinfo=HANOI)
TEN = datetime(2026, 11, 24, 10, tzinfo=HANOI)
AGENCY = "so-y-te"


def asked(site: Site, *to: str) -> Requested:
    draft = RequestDraft(
        to=to or (AGENCY, "so-tu-phap"),
        content="Báo cáo nhanh thiệt hại do mưa lũ.\nNêu rõ số hộ bị ngập.",
        due_at=TEN,
        key="k",
        urgency=Urgency.express,
    )
    with site.app.write(site.now, "test") as ctx:
        made = request_report(ctx, draft)
    deliver_due(site.app, lambda: site.now)
    return made


def assignment(site: Site, made: Requested, code: str) -> Assignment:
    with site.app.read(site.now) as ctx:
        query = select(Assignment).join(Agency).where(Agency.code == code)
        rows = ctx.session.exec(query.order_by(Assignment.id.desc())).all()  # type: ignore[union-attr]
    return rows[0]


def posted(client: httpx.Client, page: httpx.Response, action: str, **fields: object) -> httpx.Response:
    data = {"csrf": token_in(page), "key": key_in(page), "action": action, **fields}
    return client.post("/requests/new", data=data)


WORDS: dict[str, object] = {
    "content": "Báo cáo nhanh",
    "by": "10h sáng mai",
    "urgency": "khan",
    "form": "either",
    "to": [AGENCY],
}


def test_while_everything_rests_the_page_does_not_say_that_it_went(site: Site) -> None:
    site.now = AFTERNOON
    client = site.staff()
    with site.app.write(site.now, "lan") as ctx:
        pause(ctx, "sai danh sách")
    sent = posted(client, client.get("/requests/new"), "send", **{**WORDS, "by": "10:00 24/11/2026"})
    assert sent.headers["location"].endswith("?done=requested-paused")
    assert "chưa gửi: đang tạm dừng thông báo toàn bộ" in client.get(sent.headers["location"]).text


def test_nothing_is_sent_before_it_was_shown_and_twice_is_once(site: Site) -> None:
    site.now = AFTERNOON
    client = site.staff()
    form = client.get("/requests/new")
    assert "Không nhập, tải lên nội dung thuộc bí mật nhà nước." in form.text
    shown = posted(client, form, "preview", **WORDS)
    assert shown.status_code == 200
    assert "10:00, thứ Ba, 24/11/2026" in shown.text
    assert 'name="by" value="10:00 24/11/2026"' in shown.text
    with site.app.read(site.now) as ctx:
        assert ctx.session.exec(select(Plan).where(Plan.kind == "request")).all() == []
    sent = [posted(client, shown, "send", **{**WORDS, "by": "10:00 24/11/2026"}) for _ in range(2)]
    assert [r.status_code for r in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    page = client.get(sent[0].headers["location"])
    assert "Đã gửi đề nghị" in page.text
    assert "Ngày làm việc cuối" not in page.text
    assert "dn-2026-00001" in client.get("/requests").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"by": "sáng mai"}, "chưa rõ giờ"),
        ({"by": "10h hôm nay"}, "đã qua"),
        ({"to": []}, "ít nhất một"),
        ({"to": ["so-y-tee"]}, "so-y-te"),
        ({"content": "  "}, "nội dung"),
        ({"document": "1/STC", "document_on": "hôm qua"}, "hôm qua"),
        ({"document": "1/STC"}, "cả số"),
        ({"key": "x"}, "tải lại trang"),
        ({"form": "fax"}, "Hình thức"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(site: Site, fields: dict[str, object], words: str) -> None:
    site.now = AFTERNOON
    client = site.staff()
    answer = posted(client, client.get("/requests/new"), "preview", **{**WORDS, **fields})
    assert answer.status_code == 422
    assert words in answer.text
    if "content" not in fields:
        assert ">Báo cáo nhanh</textarea>" in answer.text


def test_our_own_number_of_a_request_is_no_document(site: Site) -> None:
    site.confirm()
    asked(site)
    staff, agency = site.staff(), site.agency(AGENCY)
    for client, path in (
        (staff, "/"),
        (staff, "/periods"),
        (staff, "/reconcile"),
        (agency, "/a"),
        (agency, "/a/everything"),
    ):
        shown = client.get(path).text
        assert "đề nghị theo giờ" in shown or path == "/a", path
        assert not re.search(r">[^<]*dn-2026-00001", shown), path
    assert "dn-2026-00001" not in staff.get("/export/periods.csv").text


def test_requests_are_for_named_accounts_and_never_public(site: Site) -> None:
    site.now = AFTERNOON
    made = asked(site)
    stranger = site.client()
    for path in ("/requests", "/requests/new", f"/requests/{made.slug}"):
        assert stranger.get(path).status_code == 403
    assert stranger.get(f"/f/p/{made.slug}/lich.ics").status_code == 404
    assert made.slug not in stranger.get("/plans").text
    assert site.staff().get("/requests/197-kh-ubnd").status_code == 404


def test_the_button_is_the_agencys_own_and_opening_the_page_is_not_it(site: Site) -> None:
    site.now = AFTERNOON
    made = asked(site)
    mine = assignment(site, made, AGENCY)
    client, other = site.agency(AGENCY), site.agency("so-tu-phap")
    page = client.get(f"/a/{mine.public_id}")
    assert "Nêu rõ số hộ bị ngập." in page.text
    assert "còn 18 giờ" in page.text
    assert assignment(site, made, AGENCY).acknowledged_at is None
    path = f"/a/{mine.public_id}/acknowledge"
    assert client.post(path, data={}).status_code == 403
    assert other.post(path, data={"csrf": token_in(other.get("/a"))}).status_code == 404
    assert client.post(path, data={"csrf": token_in(page)}).status_code == 303
    assert assignment(site, made, AGENCY).acknowledged_at == AFTERNOON
    again = client.get(f"/a/{mine.public_id}")
    assert "Đã xác nhận “Đã nhận, đang thực hiện” lúc 15:10" in again.text
    assert path not in again.text


def test_the_call_list_gives_the_telephone_and_an_end_to_the_request(site: Site) -> None:
    site.now = AFTERNOON
    with site.app.write(site.now, "test") as ctx:
        agency = ctx.session.exec(select(Agency).where(Agency.code == AGENCY)).one()
        ctx.session.add(
            Contact(
                agency_id=agency.id or 0,
                audience=Audience.clerk,
                channel="phone",
                address="0221 3 111 222",
                created_at=ctx.as_of,
            )
        )
    made = asked(site)
    client = site.staff()
    page = client.get(f"/requests/{made.slug}")
    assert "0221 3 111 222" in page.text
    assert "chưa có số" in page.text
    assert "còn 18 giờ" in client.get(f"/periods/{made.period}").text
    done = client.post(f"/requests/{made.slug}/cancel", data={"csrf": token_in(page), "reason": "Đã có số liệu"})
    assert done.status_code == 303
    assert "Không còn cơ quan nào cần gọi" in client.get(f"/requests/{made.slug}").text
    assert "Không còn thực hiện" in site.agency(AGENCY).get("/a").text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_request_from_the_form_to_the_call_list(site: Site, width: int) -> None:
    site.now = AFTERNOON
    with site.app.write(site.now, "test") as ctx:
        link = sign_in_link(ctx, ensure_sample_account(ctx))
    with browser_page(width) as page:
        page.goto(site.url + link)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("link", name="Đề nghị", exact=True).click()
        page.get_by_role("link", name="Lập đề nghị mới").click()
        fits(page, width)
        page.get_by_label("Nội dung đề nghị").fill("Báo cáo nhanh thiệt hại do mưa lũ\nNêu rõ số hộ bị ngập.")
        page.get_by_label("Trước ví dụ").fill("trước 10h sáng mai")
        page.get_by_label("Mức độ khẩn").select_option("Hỏa tốc")
        page.get_by_text("Sở, ban, ngành và cơ quan chính quyền cấp tỉnh: chọn từng cơ quan").click()
        page.get_by_label("Sở Y tế").check()
        page.get_by_label("Sở Tư pháp").check()
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_role("heading", name="Hỏa tốc: Báo cáo nhanh thiệt hại do mưa lũ")).to_be_visible()
        expect(page.get_by_text("21:30, thứ Hai, 23/11/2026")).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name="Sửa lại").click()
        expect(page.get_by_label("Sở Y tế")).to_be_checked()
        page.get_by_role("button", name="Xem trước").click()
        page.get_by_role("button", name="Gửi đề nghị").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã gửi đề nghị")
        fits(page, width)
        page.get_by_role("link", name="danh sách cần gọi điện thoại").click()
        expect(page.get_by_role("row", name=re.compile("Sở Y tế"))).to_be_visible()
        fits(page, width)
    with browser_page(width) as page:
        page.goto(f"{site.url}/s/{site.link(AGENCY)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Báo cáo nhanh thiệt hại do mưa lũ").click()
        fits(page, width)
        page.get_by_role("button", name="Đã nhận, đang thực hiện").click()
        expect(page.get_by_role("status").first).to_contain_text("đã nhận, đang thực hiện")
        page.get_by_role("radio", name="Chưa có số, ký hiệu").check()
        page.locator('textarea[name="result:I"]').fill("12 hộ bị ngập.")
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("heading", name="Số TN-2026-")).to_be_visible()
    site.now = AFTERNOON + timedelta(minutes=5)
    with site.app.read(site.now) as ctx:
        rows = ctx.session.exec(select(Assignment).where(Assignment.state == AssignmentState.submitted)).all()
        assert [row.acknowledged_at for row in rows] == [AFTERNOON]
        slug = ctx.session.exec(select(Plan.slug).where(Plan.kind == "request")).one()
    client = site.staff()
    calls = client.get(f"/requests/{slug}").text
    assert "Sở Tư pháp" in calls
    assert "Sở Y tế" not in calls


def test_a_request_is_found_by_its_name_without_the_label_of_its_period(site: Site) -> None:
    made = asked(site, "so-tu-phap")
    found = site.staff().get("/search", params={"q": made.title}).text
    assert made.title in found
    assert f"{made.title}, " not in found.split("<h2")[1]
