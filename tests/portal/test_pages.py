"""What people see and what their buttons do."""

import html
import re
from datetime import date, timedelta

import httpx
import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, SubmissionChannel, SubmissionForm
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    AuditEntry,
    Contact,
    Extension,
    Message,
    OauthToken,
    Submission,
)
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.running.tick import run_tick
from tests.portal.conftest import LATE, PDF, Site, adopt, key_in, token_in

AGENCY = "so-tu-phap"


def assignment(site: Site, code: str = AGENCY) -> Assignment:
    with site.app.read(LATE) as ctx:
        return ctx.session.exec(select(Assignment).where(Assignment.public_id == site.assignment(code))).one()


def act(staff: httpx.Client, page: str, path: str, **data: str) -> httpx.Response:
    return staff.post(path, data={"csrf": token_in(staff.get(page)), **data})


def submit(site: Site, *, file: bool = True, **data: str) -> httpx.Response:
    """``file``: a signed report comes with its document."""
    member = site.agency(AGENCY)
    path = f"/a/{site.assignment(AGENCY)}"
    page = member.get(path)
    sent = {"csrf": token_in(page), "key": key_in(page), **data}
    signed = FILE if file and data.get("form") == "signed" else None
    return member.post(path, data=sent, files=signed, follow_redirects=True)


FILE = {"files": ("da-ky.pdf", PDF)}
SIGNED = {"form": "signed", "document_number": "45/BC-STP", "document_on": "28/10/2026"}


def test_an_installation_without_a_plan_says_so_on_every_page(empty_site: Site) -> None:
    client = empty_site.client()
    for path in ("/", "/plans", "/periods", "/messages"):
        response = client.get(path)
        assert response.status_code == 200
        assert 'class="empty"' in response.text
    assert client.get("/api/v1/status").json() == {"periods": []}
    assert client.get("/readyz").text == "ready\n"


def test_the_first_look_shows_a_late_period_that_waits(site: Site) -> None:
    text = site.client().get("/").text
    assert "thứ Bảy, 31/10/2026" in text
    assert "30/10/2026" in text
    assert "Chờ rà soát ban đầu" in text
    period = site.client().get(f"/periods/{site.period()}").text
    assert "Chưa rà soát" in period
    assert "Quá hạn, chưa gửi</span>" not in period, "nobody is called late before the review"
    assert "dondoc login" in period


def test_what_the_service_itself_needs_stands_on_the_first_page(site: Site) -> None:
    staff = site.staff()
    with site.app.write(site.now, "test") as ctx:
        ctx.session.add(OauthToken(oa="oa1", app_id="1", alarm="hết quyền", updated_at=site.now))
        for contact in ctx.session.exec(select(Contact).join(Agency).where(Agency.code == AGENCY)).all():
            contact.removed_at = site.now
    text = html.unescape(staff.get("/").text)
    assert "Cần cấp lại quyền gửi cho kênh Zalo" in text
    assert "dondoc zalo connect oa1" in text
    assert "01 cơ quan, đơn vị chưa có địa chỉ nhận thông báo" in text
    stranger = html.unescape(site.client().get("/").text)
    assert "dondoc zalo connect" not in stranger, "what is known of it is for those who sign in"


def test_reading_is_open_on_the_machine_itself_and_acting_is_not(site: Site) -> None:
    client = site.client()
    period = site.period()
    assert "<form" not in client.get(f"/periods/{period}").text
    refused = client.post(f"/periods/{period}/confirm", data={"csrf": "x"})
    assert refused.status_code == 403
    assert client.get(f"/assignments/{site.assignment(AGENCY)}").status_code == 403


def test_confirming_plans_one_message_for_each_who_had_not_sent(site: Site) -> None:
    staff = site.staff()
    page = f"/periods/{site.period()}"
    response = act(staff, page, f"{page}/confirm", received=AGENCY)
    assert response.headers["location"] == f"{page}?done=confirmed"
    shown = staff.get(response.headers["location"]).text
    assert "Đã xác nhận kết quả rà soát ban đầu" in shown
    assert "Quá hạn, chưa gửi" in shown
    assert assignment(site).state == AssignmentState.submitted
    with site.app.read(LATE) as ctx:
        messages = ctx.session.exec(select(Message)).all()
        owing = ctx.session.exec(
            select(Assignment).where(
                Assignment.state == AssignmentState.open, Assignment.period_id == assignment(site).period_id
            )
        ).all()
        names = {
            e.actor for e in ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "period.confirmed")).all()
        }
    assert len(messages) == len(owing)
    assert names == {"chuyen-vien-mau"}
    ledger = staff.get("/messages", params={"state": "planned"}).text
    assert "08:00 20/11/2026" in ledger
    again = act(staff, page, f"{page}/confirm")
    assert again.status_code == 409


def test_the_ledger_filters_pages_and_marks_what_was_not_sent(site: Site) -> None:
    site.confirm()
    site.now = LATE + timedelta(days=1)
    run_tick(site.app, site.now)
    client = site.client()
    first = client.get("/messages").text
    assert "Không gửi, chỉ ghi nhận" in first
    assert "Trang 1/" in first
    found = client.get("/messages", params={"agency": "Sở Tư pháp"}).text
    assert found.count("<tr>") == 2
    assert "Không có thông báo nào khớp" in client.get("/messages", params={"agency": "%"}).text
    assert "Không có thông báo nào khớp" in client.get("/messages", params={"page": 999, "kind": "open"}).text
    assert client.get("/messages", params={"page": 0}).status_code == 422
    link = re.findall(r'href="(/messages/[\w-]+)"', found)[0]
    text = client.get(link).text
    assert "Kính gửi" in text
    assert "/s/" not in text, "a reader never gets a personal link"
    assert "/s/" in site.staff().get(link).text, "a coordinator may try a sample mailbox"
    with site.app.write(site.now, "test") as ctx:
        for contact in ctx.session.exec(select(Contact)).all():
            contact.is_sample = False
    assert "/s/" not in site.staff().get(link).text


def test_a_report_by_clause_with_figures_becomes_a_receipt(site: Site) -> None:
    site.confirm()
    fields = {
        "result:III.1.b1": "Đã tổ chức 03 hội nghị",
        "difficulty:III.1.b1": "Kinh phí",
        "nil:III.2.b1": "1",
        "nil_rest": "1",
    }
    figures = {
        "figure-clause:0": "III.1.b1",
        "figure-name:0": "Hội nghị",
        "figure-unit:0": "cuộc",
        "figure-value:0": "3",
    }
    response = submit(site, **SIGNED, **fields, **figures)
    assert "/a/receipts/" in str(response.url)
    assert re.search(r"TN-2026-\d{6}", response.text)
    assert "09:00, thứ Năm, 19/11/2026" in response.text
    with site.app.read(LATE) as ctx:
        stored = ctx.session.exec(select(Submission)).one()
    assert stored.document_on == date(2026, 10, 28)
    by_clause = {e["clause"]: e for e in stored.content["entries"]}
    assert by_clause["III.1.b1"]["result"] == "Đã tổ chức 03 hội nghị"
    assert not by_clause["III.1.b1"]["nil"]
    assert by_clause["III.7.b2"]["nil"]
    assert stored.content["figures"] == [
        {
            "clause": "III.1.b1",
            "name": "Hội nghị",
            "unit": "cuộc",
            "value": "3",
            "kind": "thuc_hien",
            "adjusted": "",
            "adjusted_reason": "",
            "note": "",
        }
    ]
    assert assignment(site).state == AssignmentState.submitted
    assert "Đã gửi" in site.agency(AGENCY).get("/a").text


def test_the_same_form_sent_twice_is_one_submission(site: Site) -> None:
    site.confirm()
    member = site.agency(AGENCY)
    path = f"/a/{site.assignment(AGENCY)}"
    page = member.get(path)
    data = {"csrf": token_in(page), "key": key_in(page), **SIGNED}
    places = {member.post(path, data=data, files=FILE).headers["location"] for _ in range(3)}
    assert len(places) == 1
    with site.app.read(LATE) as ctx:
        assert len(ctx.session.exec(select(Submission)).all()) == 1


def test_the_same_form_with_other_content_is_another_version(site: Site) -> None:
    """A page kept open, or come back to, carries its key: what was put right must not be dropped without a word."""
    site.confirm()
    member = site.agency(AGENCY)
    path = f"/a/{site.assignment(AGENCY)}"
    page = member.get(path)
    data = {"csrf": token_in(page), "key": key_in(page), **SIGNED}
    first, second, again = (
        member.post(path, data={**data, "result:III.1.b1": said}, files=FILE).headers["location"]
        for said in ("một", "hai", "hai")
    )
    assert first != second == again
    with site.app.read(LATE) as ctx:
        kept = ctx.session.exec(select(Submission).order_by(col(Submission.id))).all()
        assert [s.content["entries"][0]["result"] for s in kept] == ["một", "hai"]


def test_a_later_version_replaces_and_both_are_shown(site: Site) -> None:
    site.confirm()
    submit(site, **SIGNED, **{"result:III.1.b1": "lần một"})
    submit(site, **SIGNED, **{"result:III.1.b1": "lần hai"})
    text = site.agency(AGENCY).get(f"/a/{site.assignment(AGENCY)}").text
    assert "Được thay thế" in text
    assert "lần một" in text
    assert "Gửi lần thứ 3" in text
    assert '<textarea name="result:III.1.b1" rows="3">lần hai</textarea>' in text


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"document_number": "1/BC"}, "Chưa chọn hình thức"),
        ({"form": "signed", "document_on": "28/10/2026"}, "cần có số, ký hiệu"),
        ({"form": "signed", "document_number": "1/BC"}, "cần có ngày"),
        ({**SIGNED, "document_on": "31/02/2026"}, "31/02/2026"),
        ({**SIGNED, "document_on": "01/12/2026"}, "không thể sau ngày hôm nay"),
        ({"form": "soft"}, "Chưa có nội dung"),
        ({**SIGNED, "key": "!"}, "tải lại trang"),
        (
            {**SIGNED, "result:III.1.b2": "x" * 20001},
            "Vận động doanh nhân nhận thức vai trò và chấp hành pháp luật”: có ô dài 20.001 ký tự",
        ),
        (
            {"form": "soft", "result:III.1.b1": "x", "figure-name:0": "", "figure-value:0": "12"},
            "Số liệu “12”: cần có cả",
        ),
        ({"form": "soft", "result:III.1.b1": "x", "figure-name:0": "Hội nghị"}, "Số liệu “Hội nghị”: cần có cả"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(site: Site, data: dict[str, str], problem: str) -> None:
    site.confirm()
    response = submit(site, **{"result:I.3(a)": "", "note": "<b>giữ</b>", **data})
    assert response.status_code == 422
    assert problem in response.text
    assert "&lt;b&gt;giữ&lt;/b&gt;" in response.text
    assert assignment(site).state == AssignmentState.open


def test_a_text_that_is_too_long_stays_whole_and_no_part_of_it_is_kept(site: Site) -> None:
    site.confirm()
    member, path = site.agency(AGENCY), f"/a/{site.assignment(AGENCY)}"
    page, end = member.get(path), "hết báo cáo"
    sent = {"csrf": token_in(page), "key": key_in(page), "form": "soft", "result:III.1.b1": "x\r\n" * 10_000 + end}
    for action in ("send", "draft", "docx", "form-xlsx"):
        refused = member.post(path, data={**sent, "action": action})
        assert refused.status_code == 422
        assert "có ô dài 20.011 ký tự" in refused.text, "a line break is one character, as people count"
        assert f"{end}</textarea>" in refused.text
    by_itself = member.post(path, data={**sent, "action": "draft"}, headers={"accept": "application/json"})
    assert by_itself.status_code == 422
    assert by_itself.json()["said"].startswith("Chưa lưu bản nháp. Mục “")
    assert end not in member.get(path).text


def test_a_signed_report_needs_its_document_or_the_other_way(site: Site) -> None:
    site.confirm()
    response = submit(site, file=False, **SIGNED, **{"result:III.1.b1": "đã làm"})
    assert response.status_code == 422
    assert "cần kèm tệp" in response.text
    assert "“Đã gửi văn bản bằng đường khác”" in response.text
    assert assignment(site).state == AssignmentState.open


def test_more_rows_for_figures_send_nothing(site: Site) -> None:
    site.confirm()
    response = submit(site, action="more", **{"figure-name:0": "Hội nghị", "result:I.3(a)": "đang viết"})
    assert response.status_code == 200
    assert response.text.count('name="figure-name:') == 6
    assert "đang viết" in response.text
    assert assignment(site).state == AssignmentState.open


def test_a_soft_copy_still_awaits_the_signed_document(site: Site) -> None:
    site.confirm()
    response = submit(site, form="soft", **{"result:I.3(a)": "đã làm"})
    assert "Đây là bản mềm" in response.text
    assert assignment(site).state == AssignmentState.soft_received
    assert "Đã gửi bản mềm" in site.agency(AGENCY).get("/a").text


def test_review_return_and_acceptance(site: Site) -> None:
    site.confirm()
    submit(site, **SIGNED)
    staff = site.staff()
    page = f"/assignments/{site.assignment(AGENCY)}"
    shown = staff.get(page).text
    version = re.findall(r'name="submission" value="([^"]+)"', shown)[0]
    assert act(staff, page, f"{page}/return", submission=version, remarks="").status_code == 422
    act(staff, page, f"{page}/return", submission=version, remarks="Bổ sung số liệu mục 3", again_by="25/11/2026")
    assert assignment(site).state == AssignmentState.returned
    assert "Bổ sung số liệu mục 3" in site.agency(AGENCY).get(f"/a/{site.assignment(AGENCY)}").text
    submit(site, **SIGNED)
    version = re.findall(r'name="submission" value="([^"]+)"', staff.get(page).text)[0]
    act(staff, page, f"{page}/accept", submission=version)
    assert assignment(site).state == AssignmentState.accepted


def test_what_came_on_paper_is_recorded_by_its_day_of_arrival(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    page = f"/assignments/{site.assignment(AGENCY)}"
    key = key_in(staff.get(page))
    data = {
        "key": key, "form": "paper", "channel": "post", "document_number": "9/BC", "document_on": "2026-10-27",
        "incoming_number": "1204", "arrived_on": "29/10/2026",
    }  # fmt: skip
    response = act(staff, page, f"{page}/record", **data)
    assert response.headers["location"].endswith("done=recorded")
    with site.app.read(LATE) as ctx:
        row = ctx.session.exec(select(Submission)).one()
    assert (row.form, row.channel, row.incoming_number) == (SubmissionForm.paper, SubmissionChannel.post, "1204")
    assert (row.arrived_on, row.recorded_by) == (date(2026, 10, 29), "chuyen-vien-mau")
    shown = staff.get(page).text
    assert "Gửi chậm" not in shown, "late counts from arrival, not from the day it was recorded"
    assert (
        act(staff, page, f"{page}/record", **{**data, "key": key_in(staff.get(page)), "arrived_on": ""}).status_code
        == 422
    )


def test_two_kinds_of_more_time_and_exemption(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    page = f"/assignments/{site.assignment(AGENCY)}"
    act(staff, page, f"{page}/agree-lateness", until_on="27/11/2026", reason="đang trình ký")
    assert "Thống nhất gửi đến 27/11/2026" in staff.get(f"/periods/{site.period()}").text
    assert assignment(site).due_on == date(2026, 10, 31)
    assert act(staff, page, f"{page}/extend", due_on="30/11/2026").status_code == 422
    act(staff, page, f"{page}/extend", due_on="30/11/2026", document_number="12/UBND", document_on="18/11/2026")
    assert assignment(site).due_on == date(2026, 11, 30)
    shown = staff.get(page).text
    assert "Gia hạn tới 30/11/2026" in shown
    act(staff, page, f"{page}/exempt", reason="đã sáp nhập")
    assert assignment(site).state == AssignmentState.exempt
    with site.app.read(LATE) as ctx:
        assert len(ctx.session.exec(select(Extension)).all()) == 1
        assert len(ctx.session.exec(select(AgreedLateness)).all()) == 1


def test_consolidation_is_made_offered_and_downloaded(site: Site) -> None:
    site.confirm()
    submit(site, **SIGNED, **{"result:III.1.b1": "Đã tổ chức 03 hội nghị"})
    staff = site.staff()
    page = f"/periods/{site.period()}"
    assert act(staff, page, f"{page}/consolidate").headers["location"].endswith("consolidated")
    links = re.findall(r'href="(/consolidations/[^"]+\.(\w+))"', staff.get(page).text)
    assert {"docx", "xlsx"} <= {kind for _, kind in links}
    for link, kind in links:
        file = staff.get(link)
        assert file.status_code == 200
        assert file.headers["content-disposition"].startswith("attachment")
        assert kind == "html" or file.content.startswith(b"PK")
    assert staff.get(links[0][0].rsplit(".", 1)[0] + ".exe").status_code == 404
    assert act(staff, page, f"{page}/consolidate").headers["location"].endswith("unchanged")


def test_a_waiting_message_can_be_stopped(site: Site) -> None:
    site.confirm()
    staff = site.staff()
    link = re.findall(r'href="(/messages/[\w-]+)"', staff.get("/messages").text)[0]
    act(staff, link, f"{link}/cancel", reason="gọi điện rồi")
    assert "gọi điện rồi" in staff.get(link).text
    assert act(staff, "/", f"{link}/release").status_code == 409


@pytest.mark.parametrize(
    ("choice", "cited"),
    [
        ({"basis": "plan"}, "Căn cứ của thông báo: trực tiếp Kế hoạch"),
        ({"basis": "letter", "number": "88/STC", "on": "30/09/2026"}, "Công văn số 88/STC ngày 30/09/2026"),
    ],
)
def test_opening_notices_wait_until_their_basis_is_chosen(empty_site: Site, choice: dict[str, str], cited: str) -> None:
    adopt(empty_site.app, LATE.replace(month=9, day=1))
    empty_site.now = LATE.replace(month=10, day=1)
    with empty_site.app.write(empty_site.now, "test") as ctx:
        open_due_periods(ctx)
    staff = empty_site.staff()
    page = f"/periods/{empty_site.period()}"
    assert "thông báo mở kỳ đang giữ" in staff.get(page).text
    assert act(staff, page, f"{page}/basis", basis="letter", number="", on="").status_code == 422
    act(staff, page, f"{page}/basis", **choice)
    text = staff.get(page).text
    assert cited in text
    assert "đang giữ" not in text
    with empty_site.app.read(empty_site.now) as ctx:
        states = set(ctx.session.exec(select(Message.state)).all())
    assert states == {MessageState.planned}


def test_lists_keep_the_official_order(site: Site) -> None:
    site.confirm(AGENCY)
    text = site.client().get(f"/periods/{site.period()}").text
    with site.app.read(LATE) as ctx:
        names = ctx.session.exec(
            select(Agency.name)
            .join(Assignment)
            .where(Assignment.period_id == assignment(site).period_id)
            .order_by(Agency.position)  # type: ignore[arg-type]
        ).all()
    places = [
        text.find(f">{name}<") if f">{name}<" in text else text.find(f'scope="row">{name}') for name in names[:10]
    ]
    assert -1 not in places
    assert places == sorted(places)


def test_the_json_interface_reads_the_same_things(site: Site) -> None:
    site.confirm()
    client = site.client()
    status = client.get("/api/v1/status").json()["periods"]
    report = next(p for p in status if p["obligation"] == "bao-cao-hang-nam")
    assert report["due_on"] == "2026-10-31"
    page = client.get(f"/api/v1/periods/{site.period()}").json()
    assert len(page["agencies"]) == report["assigned"]
    messages = client.get("/api/v1/messages", params={"state": "planned"}).json()
    assert len(messages) == 50
    one = client.get(f"/api/v1/messages/{messages[0]['public_id']}").json()
    assert one["sample_link"] is None
    days = client.get(
        "/api/v1/deadlines", params={"plan": "197-kh-ubnd", "from": "2026-01-01", "to": "2026-12-31"}
    ).json()
    assert {d["obligation"] for d in days} >= {"bao-cao-hang-nam", "tong-hop-bao-cao"}
    missing = client.get("/api/v1/periods/none")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    wrong = client.get("/api/v1/deadlines", params={"plan": "197-kh-ubnd", "from": "0001-01-01", "to": "2026-12-31"})
    assert wrong.status_code == 422


def test_metrics_and_health(site: Site) -> None:
    site.confirm()
    site.now = LATE + timedelta(days=2)
    text = site.client().get("/metrics").text
    assert re.search(r'^dondoc_messages\{state="planned"\} [1-9]\d*\.0$', text, re.MULTILINE)
    assert re.search(r"^dondoc_queue_depth [1-9]", text, re.MULTILINE)
    assert re.search(r"^dondoc_wal_bytes [1-9]", text, re.MULTILINE)
    assert "dondoc_oldest_lease_seconds 0.0" in text
    with site.app.write(LATE, "test") as ctx:
        message = ctx.session.exec(select(Message)).first()
        assert message is not None
        message.state, message.lease_until = MessageState.leased, site.now + timedelta(minutes=2)
    assert "dondoc_oldest_lease_seconds 180.0" in site.client().get("/metrics").text
    robots = site.client().get("/robots.txt").text
    assert "Allow: /f/" in robots


def test_signing_out_ends_the_session(site: Site) -> None:
    staff = site.staff()
    act(staff, "/", "/logout")
    assert "Đang xem, chưa đăng nhập" in staff.get("/").text
    site.confirm()
    member = site.agency(AGENCY)
    cookie = dict(member.cookies)
    member.post("/a/logout", data={"csrf": token_in(member.get("/a"))})
    member.cookies.update(cookie)
    assert member.get("/a").status_code == 403


def test_a_paper_report_is_recorded_from_the_initial_review(site: Site) -> None:
    staff, duty = site.staff(), site.assignment("so-tu-phap")
    page = staff.get(f"/periods/{site.period()}")
    assert f'href="/assignments/{duty}" aria-label="Đầu việc của Sở Tư pháp"' in page.text
    form = staff.get(f"/assignments/{duty}")
    came = {"form": "paper", "channel": "post", "document_number": "45/BC-STP", "arrived_on": "30/10/2026"}
    answer = staff.post(f"/assignments/{duty}/record", data={**came, "csrf": token_in(form), "key": key_in(form)})
    assert answer.status_code == 303
    page = staff.get(f"/periods/{site.period()}")
    assert 'id="r-so-tu-phap"' not in page.text, "it has come; there is nothing to tick"
    ticked = {"csrf": token_in(page), "received": ["so-tu-phap", "so-y-te"]}
    assert staff.post(f"/periods/{site.period()}/confirm", data=ticked).status_code == 303
    assert "lần gửi thứ 2" not in staff.get(f"/assignments/{duty}").text.lower()
