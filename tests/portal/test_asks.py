"""What agencies ask for besides reporting, from the page of the duty to the coordinator's answer and back."""

import re

import httpx
import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.enums import AssignmentState
from models.tables import Assignment, MoreTimeRequest
from tests.portal.browsing import DESK, PHONE, browser_page, fits, staff_page
from tests.portal.conftest import PDF, Site, token_in

CODE = "so-tu-phap"


def post(client: httpx.Client, page: str, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data={"csrf": token_in(client.get(page)), **fields})


def test_a_request_is_withdrawn_by_its_agency_alone(told: Site) -> None:
    client, other = told.agency(CODE), told.agency("so-y-te")
    duty = f"/a/{told.assignment(CODE)}"
    asked = post(client, duty, f"{duty}/more-time", wanted_on="30/11/2026", reason="Chờ số liệu")
    assert asked.headers["location"] == f"{duty}?done=asked"
    with told.app.read(told.now) as ctx:
        public_id = ctx.session.exec(select(MoreTimeRequest.public_id)).one()
    theirs = f"/a/{told.assignment('so-y-te')}"
    assert post(other, theirs, f"{theirs}/more-time/withdraw", request=public_id).status_code == 404
    assert post(other, theirs, f"{duty}/more-time", wanted_on="30/11/2026", reason="x").status_code == 404
    assert post(client, duty, f"{duty}/more-time/withdraw", request=public_id).status_code == 303
    assert "Đã rút" in client.get(duty).text
    assert post(client, duty, f"{duty}/more-time/withdraw", request=public_id).status_code == 409


def test_only_coordinators_answer(told: Site) -> None:
    assert told.client().get("/asks").status_code == 403
    assert told.agency(CODE).get("/asks").status_code == 403
    staff = told.staff()
    assert "Không có đề nghị nào chờ trả lời" in staff.get("/asks").text
    assert post(staff, "/asks", "/asks/none/refuse", answer="x").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("more-time", {"wanted_on": "32/13/2026", "reason": "x"}, "32/13/2026"),
        ("more-time", {"wanted_on": "01/01/2026", "reason": "x"}, "phải sau ngày"),
        ("signing", {"expected_on": "20/12/2026"}, "chậm nhất là"),
        ("recall", {"submission": "none", "reason": "x"}, ""),
    ],
)
def test_what_cannot_be_is_refused_in_words(told: Site, path: str, fields: dict[str, str], said: str) -> None:
    client, duty = told.agency(CODE), f"/a/{told.assignment(CODE)}"
    answer = post(client, duty, f"{duty}/{path}", **fields)
    assert answer.status_code in (404, 409, 422)
    assert said in answer.text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_request_goes_from_the_agency_to_the_coordinator_and_back(told: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        page.get_by_text("Đề nghị thêm thời gian", exact=True).click()
        page.get_by_label("Đề nghị đến hết ngày").fill("30/11/2026")
        page.locator('form[action$="/more-time"] textarea').fill("Chờ số liệu quý III của Cục Thống kê.")
        page.get_by_label("Văn bản đề nghị").fill("45/STP-HC ngày 18/11/2026")
        page.get_by_role("button", name="Gửi đề nghị").first.click()
        expect(page.get_by_role("status").first).to_contain_text("Việc nhắc vẫn tiếp tục")
        expect(page.get_by_role("heading", name="Đề nghị thêm thời gian đến 30/11/2026")).to_be_visible()
        fits(page, width)
    with browser_page(width) as page:
        staff_page(told, page)
        page.goto(f"{told.url}/")
        page.get_by_role("link", name="01 đề nghị thêm thời gian").click()
        expect(page.get_by_text("Chờ số liệu quý III của Cục Thống kê.")).to_be_visible()
        fits(page, width)
        page.get_by_text("Giữ nguyên thời hạn", exact=True).click()
        page.get_by_label("Lý do, gửi đến cơ quan").fill("Phải báo cáo UBND tỉnh trước ngày 25/11.")
        page.get_by_role("button", name="Trả lời").click()
        expect(page.get_by_role("status").first).to_contain_text("cơ quan được thông báo một lần")
        page.goto(f"{told.url}/assignments/{told.assignment(CODE)}")
        expect(page.get_by_text("Giữ nguyên thời hạn, ")).to_be_visible()
        fits(page, width)
    answer = told.agency(CODE).get(f"/a/{told.assignment(CODE)}").text
    assert "Phải báo cáo UBND tỉnh trước ngày 25/11." in answer


@pytest.mark.e2e
@pytest.mark.parametrize("width", [DESK])
def test_the_head_signs_late_and_a_wrong_report_is_taken_back(told: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        page.get_by_text("Đang trình ký", exact=True).click()
        page.get_by_label(re.compile("Dự kiến ký ngày")).fill("24/11/2026")
        page.get_by_role("button", name="Báo đang trình ký").click()
        expect(page.get_by_text("Chờ ký, dự kiến 24/11/2026")).to_be_visible()
        fits(page, width)
        page.goto(f"{told.url}/a")
        expect(page.get_by_text("Chờ ký, dự kiến 24/11/2026")).to_be_visible()
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        page.get_by_role("radio", name="Đã có số, ký hiệu").check()
        page.get_by_label("Số, ký hiệu văn bản").fill("45/BC-STP")
        page.get_by_label("Ngày văn bản").fill("19/11/2026")
        page.locator('#bao-cao input[name="files"]').set_input_files(
            {"name": "ky.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("heading", name="Số TN-2026-")).to_be_visible()
        page.goto(f"{told.url}/a/{told.assignment(CODE)}")
        page.get_by_text("Thu hồi báo cáo đã gửi").click()
        page.locator('form[action$="/recall"] textarea').fill("Gửi nhầm số liệu của năm trước.")
        page.get_by_role("button", name="Thu hồi", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("lại phải gửi")
        fits(page, width)
    with told.app.read(told.now) as ctx:
        row = ctx.session.exec(select(Assignment).where(Assignment.public_id == told.assignment(CODE))).one()
        assert row.state == AssignmentState.open
    with browser_page(width) as page:
        staff_page(told, page)
        page.goto(f"{told.url}/")
        expect(page.get_by_text("Thu hồi báo cáo Sở Tư pháp")).to_be_visible()
        fits(page, width)


OTHERWISE = {
    "document_number": "45/BC-STP",
    "document_on": "29/10/2026",
    "way": "document_system",
    "sent_on": "30/10/2026",
}


def test_a_document_that_went_another_way_is_said_and_looked_for(told: Site) -> None:
    client, staff = told.agency(CODE), told.staff()
    duty, desk = f"/a/{told.assignment(CODE)}", f"/assignments/{told.assignment(CODE)}"
    assert "Đã gửi văn bản bằng đường khác" in client.get(duty).text
    wrong = post(client, duty, f"{duty}/sent-otherwise", **{**OTHERWISE, "way": "portal"})
    assert wrong.status_code == 422
    assert "đường gửi" in wrong.text
    said = post(client, duty, f"{duty}/sent-otherwise", **OTHERWISE)
    assert said.headers["location"] == f"{duty}?done=sent-otherwise"
    assert "Đã báo gửi, chờ đối chiếu" in client.get(duty).text
    waits = "Cơ quan báo đã gửi, chờ đối chiếu"
    assert waits in staff.get(desk).text
    assert waits in staff.get(f"/periods/{told.period()}").text
    assert "01 cơ quan, đơn vị báo đã gửi" in staff.get("/").text
    act = re.search(r'name="act" value="(stated:[^"]+)"', staff.get(desk).text)
    assert act is not None
    undone = post(staff, desk, f"{desk}/undo", act=act[1], reason="Không có trong sổ")
    assert undone.status_code == 303
    assert waits not in staff.get(f"/periods/{told.period()}").text
    theirs = f"/a/{told.assignment('so-y-te')}/sent-otherwise"
    assert post(client, duty, theirs, **OTHERWISE).status_code == 404


@pytest.mark.parametrize(("code", "first"), [("cong-an-tinh", True), (CODE, False)])
def test_who_may_not_reach_the_portal_sees_the_other_way_first(told: Site, code: str, first: bool) -> None:
    text = told.agency(code).get(f"/a/{told.assignment(code)}").text
    assert text.index('id="duong-khac"') < text.index('id="bao-cao"')
    assert ('<section class="card attention" id="duong-khac">' in text) is first


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_an_office_says_that_its_document_went_another_way_in_the_browser(told: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        page.get_by_label("Số, ký hiệu của văn bản đã gửi").fill("45/BC-STP")
        page.get_by_label("Ngày của văn bản đã gửi").fill("29/10/2026")
        page.get_by_label("Gửi ngày").fill("30/10/2026")
        page.get_by_role("button", name="Báo đã gửi").click()
        expect(page.get_by_role("status").first).to_contain_text("việc nhắc dừng lại")
        expect(page.get_by_role("heading", name="Đã báo gửi, chờ đối chiếu")).to_be_visible()
        fits(page, width)
    with browser_page(width) as page:
        staff_page(told, page)
        page.goto(f"{told.url}/")
        page.get_by_role("link", name="01 cơ quan, đơn vị báo đã gửi").click()
        expect(page.get_by_role("heading", name="Đối chiếu văn bản đến")).to_be_visible()
