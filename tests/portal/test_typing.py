"""Typing a report once: kept while it is typed, looked at before it is sent, taken away to be signed."""

import io
import threading
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlmodel import col, select

from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Agency, Assignment, Message, Period, ReportDraft, Submission
from obligations.services.drafting.drafts import KEPT_FOR, sweep_drafts
from obligations.services.lookup import find_obligation
from obligations.services.sending.render import render_message
from obligations.services.sending.render_rows import rows_of
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from portal import texts_vi as texts
from tests import builders as build
from tests import chromium
from tests.portal.browsing import DESK, PHONE, browser_page, fits
from tests.portal.conftest import PDF, PLAN, REPORT, Site, token_in

CODE = "so-tu-phap"
RESULT = "result:III.1.b1"
KEY = "k" * 24


def duty(site: Site, code: str = CODE) -> str:
    return f"/a/{site.assignment(code)}"


def post(client: httpx.Client, path: str, action: str, **fields: str) -> httpx.Response:
    known = {"key": KEY, "draft_version": "0", "form": "soft", **fields}
    return client.post(path, data={"csrf": token_in(client.get(path)), "action": action, **known})


def drafts(site: Site) -> list[ReportDraft]:
    with site.app.read(site.now) as ctx:
        return list(ctx.session.exec(select(ReportDraft)).all())


def test_a_draft_is_kept_for_its_agency_and_is_no_report(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    saved = post(client, path, "draft", **{RESULT: "Đã làm được một nửa.", "note": "còn thiếu"})
    assert saved.headers["location"] == f"{path}?done=draft-saved"
    again = told.agency(CODE).get(path).text
    assert "Đã làm được một nửa." in again
    assert "Bản nháp lưu lúc" in again
    with told.app.read(told.now) as ctx:
        assert ctx.session.exec(select(Submission)).all() == []
        overdue = select(Message).where(Message.kind == "overdue", Message.agency_id == agency_id(told))
        assert ctx.session.exec(overdue).all(), "the chasing goes on"
    staff = told.staff().get(f"/assignments/{told.assignment(CODE)}").text
    assert "một nửa" not in staff
    assert told.agency("so-y-te").get(path).status_code == 404
    assert post(told.agency("so-y-te"), duty(told, "so-y-te"), "draft").status_code == 303
    foreign = told.agency("so-y-te")
    token = token_in(foreign.get(duty(told, "so-y-te")))
    assert foreign.post(path, data={"csrf": token, "action": "draft", "key": KEY}).status_code == 404
    assert foreign.post(f"{path}/drop-draft", data={"csrf": token}).status_code == 404


def agency_id(site: Site, code: str = CODE) -> int:
    with site.app.read(site.now) as ctx:
        return ctx.session.exec(select(Agency.id).where(Agency.code == code)).one() or 0


def test_two_open_pages_do_not_overwrite_each_other_unseen(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    assert post(client, path, "draft", **{RESULT: "trang một"}).status_code == 303
    stale = post(client, path, "draft", **{RESULT: "trang hai"})
    assert stale.status_code == 409
    assert "trang hai" in stale.text, "what was typed stays on the page"
    assert "đã được lưu ở một trang khác" in stale.text
    assert [d.content["entries"]["III.1.b1"]["result"] for d in drafts(told)] == ["trang một"]
    assert 'name="draft_version" value="1"' in stale.text
    assert post(client, path, "draft", draft_version="1", **{RESULT: "trang hai"}).status_code == 303
    assert post(client, path, "draft", draft_version="1", **{RESULT: "trang hai"}).status_code == 303, "a double click"
    assert [(d.version, d.content["entries"]["III.1.b1"]["result"]) for d in drafts(told)] == [(2, "trang hai")]


def test_two_pages_at_the_same_moment_keep_one(told: Site) -> None:
    path, clients = duty(told), [told.agency(CODE), told.agency(CODE)]
    tokens = [token_in(c.get(path)) for c in clients]
    start, answers = threading.Barrier(2), list[int]()

    def one(n: int) -> None:
        start.wait()
        data = {"csrf": tokens[n], "action": "draft", "key": KEY, "draft_version": "0", RESULT: f"trang {n}"}
        answers.append(clients[n].post(path, data=data).status_code)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert len(drafts(told)) == 1


def test_a_page_that_saves_by_itself_is_answered_in_json(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    data = {"csrf": token_in(client.get(path)), "action": "draft", "key": KEY, "draft_version": "0", RESULT: "x"}
    saved = client.post(path, data=data, headers={"accept": "application/json"})
    assert saved.json() == {"version": 1, "said": "Đã lưu nháp lúc 09:00. Tệp đính kèm không nằm trong bản nháp."}
    stale = client.post(path, data={**data, RESULT: "y"}, headers={"accept": "application/json"})
    assert (stale.status_code, "trang khác" in stale.json()["said"]) == (409, True)


def test_the_draft_goes_with_the_report_or_when_it_is_dropped(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    post(client, path, "draft", **{RESULT: "x"})
    assert client.post(f"{path}/drop-draft", data={"csrf": token_in(client.get(path))}).status_code == 303
    assert drafts(told) == []
    post(client, path, "draft", **{RESULT: "x"})
    assert post(client, path, "send", **{RESULT: "x", "nil_rest": "1"}).headers["location"].startswith("/a/receipts/")
    assert drafts(told) == []


def test_old_drafts_are_swept(told: Site) -> None:
    post(told.agency(CODE), duty(told), "draft", **{RESULT: "x"})
    sweep_drafts(told.app, lambda: told.now + KEPT_FOR - timedelta(days=1))
    assert len(drafts(told)) == 1
    sweep_drafts(told.app, lambda: told.now + KEPT_FOR + timedelta(days=1))
    assert drafts(told) == []


def test_the_preview_shows_what_would_be_recorded_and_sends_it(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    wrong = post(client, path, "preview", form="signed", **{RESULT: "x"})
    assert wrong.status_code == 422
    shown = post(client, path, "preview", nil_rest="1", **{RESULT: "Đã tổ chức <b>03</b> hội nghị."})
    assert shown.status_code == 200
    assert "Đã tổ chức &lt;b&gt;03&lt;/b&gt; hội nghị." in shown.text
    assert "Không phát sinh trong kỳ." in shown.text
    with told.app.read(told.now) as ctx:
        assert ctx.session.exec(select(Submission)).all() == []


def docx_text(body: bytes) -> str:
    document = Document(io.BytesIO(body))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_what_is_typed_becomes_the_agencys_own_report(told: Site) -> None:
    figure = {"figure-name:0": "Số hội nghị", "figure-unit:0": "cuộc", "figure-value:0": "3", "figure-clause:0": ""}
    right = {"figure-kind:0": "uoc", "figure-adjusted:0": "2", "figure-adjusted_reason:0": "tính trùng"}
    lacking = post(told.agency(CODE), duty(told), "docx", **figure, **{**right, "figure-adjusted_reason:0": ""})
    assert (lacking.status_code, "phải có lý do" in lacking.text) == (422, True)
    made = post(told.agency(CODE), duty(told), "docx", **{RESULT: "Đã tổ chức 03 hội nghị."}, **figure, **right)
    assert made.headers["content-type"].endswith("wordprocessingml.document")
    text = docx_text(made.content)
    for words in (
        "SỞ TƯ PHÁP",
        "TỈNH HƯNG YÊN",
        "/BC-STP",
        "Đã tổ chức 03 hội nghị.",
        "Số hội nghị",
        "ước thực hiện",
        "Số kỳ trước điều chỉnh: 2; lý do: tính trùng",
        "Sở Tài chính",
    ):
        assert words in text, words
    assert "không phát sinh" not in text, "only the agency itself may say so"
    nil = post(told.agency(CODE), duty(told), "docx", nil_rest="1")
    assert "không phát sinh" in docx_text(nil.content)
    with told.app.read(told.now) as ctx:
        codes = select(Agency.code).where(col(Agency.name).startswith("Ủy ban nhân dân xã"), Agency.valid_to == None)  # noqa: E711
        commune = ctx.session.exec(codes.order_by(Agency.code)).first()
    assert commune is not None
    theirs = docx_text(post(told.agency(commune), duty(told, commune), "docx").content)
    assert "/BC-UBND" in theirs
    assert "TỈNH HƯNG YÊN" not in theirs, "a committee has nobody above it in its letterhead"


def test_last_years_text_is_taken_where_nothing_is_typed_and_figures_only_shown(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    assert "Chưa có nội dung báo cáo kỳ trước" in post(client, path, "last").text
    with told.app.write(told.now, "test") as ctx:
        obligation = find_obligation(ctx, PLAN, REPORT)
        now = ctx.session.exec(
            select(Period).where(Period.obligation_id == obligation.id, Period.label == "2026")
        ).one()
        period = build.add_period(ctx.session, obligation, label="2025", due_on=date(2025, 10, 31), spec=now.spec)
        agency = ctx.session.exec(select(Agency).where(Agency.code == CODE)).one()
        owed = build.add_assignment(ctx.session, period, agency)
        content = {
            "entries": [
                {
                    "clause": "III.1.b1",
                    "result": "Năm 2025: 02 hội nghị.",
                    "difficulty": "",
                    "proposal": "",
                    "nil": False,
                }
            ],
            "figures": [{"clause": "", "name": "Số hội nghị", "unit": "cuộc", "value": "2", "note": ""}],
        }
        draft = SubmissionDraft(
            owed.agency_id, [owed.id or 0], SubmissionForm.signed, SubmissionChannel.portal, content, "portal:2025"
        )
        submit_report(ctx, draft)
    taken = post(client, path, "last").text
    assert "Năm 2025: 02 hội nghị." in taken
    assert "Số hội nghị: kỳ trước 2 cuộc" in taken
    assert 'value="2"' not in taken.split('class="figures"')[1].split("</fieldset>")[0]
    kept = post(client, path, "last", **{RESULT: "Năm nay: 05."}).text
    assert "Năm nay: 05." in kept
    assert "Năm 2025: 02 hội nghị." not in kept
    other = post(told.agency("so-y-te"), duty(told, "so-y-te"), "last").text
    assert "Năm 2025" not in other


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_clerk_types_once_looks_and_sends_without_any_script(told: Site, width: int) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.get_by_role("link", name="Báo cáo hằng năm").click()
        page.get_by_role("radio", name="Bản mềm").check()
        page.locator(f'textarea[name="{RESULT}"]').fill("Đã tổ chức 03 hội nghị.")
        page.get_by_label("Số, ký hiệu văn bản").press("Enter")  # in any field: nothing is sent, what was typed is kept
        expect(page.get_by_role("status").first).to_contain_text("Đã lưu nháp")
        page.get_by_role("button", name="Lưu nháp").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã lưu nháp")
        fits(page, width)
        expect(page.locator(f'textarea[name="{RESULT}"]')).to_have_value("Đã tổ chức 03 hội nghị.")
        page.get_by_label("Các mục còn để trống").check()
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_role("heading", name="Xem trước")).to_be_visible()
        fits(page, width)
        page.get_by_role("button", name="Sửa tiếp").click()
        expect(page.locator(f'textarea[name="{RESULT}"]')).to_have_value("Đã tổ chức 03 hội nghị.")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Tải báo cáo để trình ký").click()
        assert taken.value.suggested_filename.endswith(".docx")
        page.get_by_role("button", name="Xem trước").click()
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("heading", name="Số TN-2026-")).to_be_visible()
        fits(page, width)


@pytest.mark.e2e
def test_a_file_too_large_is_named_before_anything_is_sent(told: Site, tmp_path: Path) -> None:
    limit = told.app.settings.upload_limit_mb
    large = tmp_path / "Phụ lục.pdf"
    with large.open("wb") as file:
        file.truncate((limit << 20) + 1)
    with chromium.borrowed() as browser:
        page = browser.new_page()
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(f"{told.url}{duty(told)}")
        page.locator(f'textarea[name="{RESULT}"]').fill("Đã tổ chức 03 hội nghị.")
        page.get_by_role("radio", name="Bản mềm").check()
        page.get_by_label("Các mục còn để trống").check()
        chosen = page.locator('input[type="file"][name="files"]').last
        chosen.set_input_files(large)
        said = chosen.evaluate("box => box.validationMessage")
        assert said == texts.UPLOAD["large"].format(name="Phụ lục.pdf", limit=limit)
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.locator(f'textarea[name="{RESULT}"]')).to_have_value("Đã tổ chức 03 hội nghị.")
        chosen.set_input_files([])
        page.get_by_role("button", name="Gửi báo cáo").click()
        expect(page.get_by_role("heading", name="Số TN-2026-")).to_be_visible()


@pytest.mark.e2e
def test_the_page_saves_by_itself_and_says_when_it_cannot(told: Site) -> None:
    with chromium.borrowed() as browser:
        page = browser.new_page()
        page.clock.install()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(f"{told.url}{duty(told)}")
        page.locator(f'textarea[name="{RESULT}"]').fill("Đang gõ dở")
        page.clock.run_for(21_000)
        expect(page.locator("[data-draft-said]")).to_contain_text("Đã lưu nháp lúc 09:00")
        assert [d.content["entries"]["III.1.b1"]["result"] for d in drafts(told)] == ["Đang gõ dở"]
        page.locator(f'textarea[name="{RESULT}"]').fill("Gõ thêm")
        page.clock.run_for(21_000)
        expect(page.locator('input[name="draft_version"]')).to_have_value("2")
        assert said == [], "no script is refused by our own policy"
        page.context.set_offline(offline=True)
        page.locator(f'textarea[name="{RESULT}"]').fill("Mất mạng")
        page.clock.run_for(21_000)
        expect(page.locator("[data-draft-said]")).to_contain_text("Chưa lưu được bản nháp")
        page.context.set_offline(offline=False)
        page.clock.run_for(21_000)
        expect(page.locator("[data-draft-said]")).to_contain_text("Đã lưu nháp")
    with told.app.read(told.now) as ctx:
        assert (
            ctx.session.exec(select(Assignment.state).where(Assignment.public_id == told.assignment(CODE))).one()
            == "open"
        )


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_form_file_goes_out_with_what_is_typed_and_is_read_back(told: Site, kind: str) -> None:
    client, path = told.agency(CODE), duty(told)
    figure = {"figure-name:0": "Số hội nghị", "figure-unit:0": "cuộc", "figure-value:0": "3", "figure-clause:0": ""}
    made = post(client, path, f"form-{kind}", **{RESULT: "=Đã tổ chức 03 hội nghị."}, **figure)
    assert made.status_code == 200
    assert f".{kind}" in made.headers["content-disposition"]
    page = read_back(client, path, f"Báo cáo.{kind}", made.content, **{"result:III.1.b2": "gõ trên trang"})
    assert page.status_code == 200
    assert f"Đã đọc 1 mục, 1 số liệu từ tệp “Báo cáo.{kind}”. Chưa lưu, chưa gửi" in page.text
    assert ">=Đã tổ chức 03 hội nghị.</textarea>" in page.text
    assert 'value="Số hội nghị"' in page.text
    assert "gõ trên trang" in page.text, "what the file leaves open stays"
    assert drafts(told) == []
    with told.app.read(told.now) as ctx:
        assert ctx.session.exec(select(Submission)).all() == []


def read_back(client: httpx.Client, path: str, name: str, content: bytes, **fields: str) -> httpx.Response:
    data = {"csrf": token_in(client.get(path)), "action": "read", "key": KEY, "draft_version": "0", **fields}
    return client.post(path, data=data, files={"form_file": (name, content)})


def test_a_form_file_that_cannot_be_read_changes_nothing_on_the_page(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    book = load_workbook(io.BytesIO(post(client, path, "form-xlsx", **{RESULT: "x"}).content))
    for row in range(2, 24):
        book["Số liệu"].cell(row, 4, "=1+1")
    out = io.BytesIO()
    book.save(out)
    wrong = read_back(client, path, "a.xlsx", out.getvalue(), **{RESULT: "gõ trên trang"})
    assert wrong.status_code == 422
    assert "Chưa đọc được tệp mẫu" in wrong.text
    assert "dòng 2, cột “Giá trị”: là công thức" in wrong.text
    assert "Còn 2 lỗi khác trong tệp." in wrong.text
    assert "gõ trên trang" in wrong.text
    for name, content, said in (
        ("a.pdf", PDF, "tệp mẫu phải là .docx hoặc .xlsx"),
        ("a.xlsx", PDF, "không đúng là tệp .xlsx"),
        ("", b"", "Chưa chọn tệp mẫu"),
    ):
        refused = read_back(client, path, name, content)
        assert (refused.status_code, said in refused.text) == (422, True), name
    other = told.agency("so-y-te")
    data = {"csrf": token_in(other.get(duty(told, "so-y-te"))), "action": "form-xlsx", "key": KEY}
    assert other.post(path, data=data).status_code == 404


@pytest.mark.parametrize("action", ["send", "preview"])
def test_a_form_file_that_was_chosen_and_not_read_is_not_left_out_unseen(told: Site, action: str) -> None:
    client, path = told.agency(CODE), duty(told)
    known = {"key": KEY, "draft_version": "0", "form": "soft", RESULT: "x"}
    data = {"csrf": token_in(client.get(path)), "action": action, **known}
    answer = client.post(path, data=data, files={"form_file": ("a.xlsx", b"x")})
    assert answer.status_code == 422
    assert "Đã chọn tệp mẫu nhưng chưa đọc" in answer.text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [DESK])
def test_a_clerk_fills_in_the_form_in_word_and_goes_on_in_the_page(told: Site, width: int, tmp_path: Path) -> None:
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(f"{told.url}{duty(told)}")
        page.get_by_text("Nhập bằng tệp Word, Excel").click()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Tải tệp mẫu (.docx)").click()
        filled = Document(taken.value.path())
        table = next(t for t in filled.tables if t.rows[0].cells[1].text == "III.1.b1")
        table.rows[2].cells[1].text = "Đã tổ chức 03 hội nghị."
        filled.save(str(tmp_path / "da-nhap.docx"))
        page.get_by_label("Tệp mẫu đã nhập").set_input_files(tmp_path / "da-nhap.docx")
        fits(page, width)
        page.get_by_role("button", name="Đọc tệp vào biểu mẫu").click()
        expect(page.get_by_text("Đã đọc 1 mục, 0 số liệu")).to_be_visible()
        expect(page.locator(f'textarea[name="{RESULT}"]')).to_have_value("Đã tổ chức 03 hội nghị.")
        fits(page, width)
        page.get_by_role("radio", name="Bản mềm").check()
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_text("Đã tổ chức 03 hội nghị.")).to_be_visible()


def test_the_receipt_goes_away_as_a_file_and_by_mail_with_the_same_facts(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    signed = {"form": "signed", "document_number": "45/BC-STP", "document_on": "18/11/2026"}
    missing = post(client, path, "send", **signed)
    assert missing.status_code == 422
    assert "cần kèm tệp" in missing.text
    typed = {"csrf": token_in(client.get(path)), "action": "send", "key": KEY, **signed}
    sent = client.post(path, data=typed, files={"files": ("da-ky.pdf", PDF)})
    receipt = sent.headers["location"]
    page = client.get(receipt).text
    assert f'href="{receipt}/xac-nhan.docx"' in page
    made = client.get(f"{receipt}/xac-nhan.docx")
    assert made.headers["content-disposition"].startswith('attachment; filename="xac-nhan-TN-2026-')
    assert made.content == client.get(f"{receipt}/xac-nhan.docx").content
    text = docx_text(made.content)
    for words in (
        "XÁC NHẬN ĐÃ NHẬN BÁO CÁO",
        "Số: TN-2026-",
        "09 giờ 00 phút, thứ Sáu, 20/11/2026",
        "Sở Tư pháp",
        "văn bản ký số, qua trang báo cáo",
        "45/BC-STP ngày 18/11/2026",
        "; gửi chậm",
    ):
        assert words in text, words
    assert told.agency("so-y-te").get(f"{receipt}/xac-nhan.docx").status_code == 404
    with told.app.read(told.now) as ctx:
        message = ctx.session.exec(select(Message).where(Message.kind == "received")).one()
        body = render_message(ctx, message, rows_of(ctx, message), link=None).text
    for words in ("Hình thức: văn bản ký số, số 45/BC-STP ngày 18/11/2026", "gửi chậm", "09 giờ 00 phút"):
        assert words in " ".join(body.split()), words


def sign(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    data = {"csrf": token_in(client.get(path)), "action": "sign", "key": f"{KEY}-k", **fields}
    return client.post(path, data=data, files={"files": ("da-ky.pdf", PDF)})


def test_after_a_soft_copy_the_signed_document_is_added_without_typing_again(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    known = {"document_number": "45/BC-STP", "document_on": "18/11/2026"}
    nothing = sign(client, path, **known)
    assert nothing.status_code == 409
    assert "Chưa có lần gửi nào" in nothing.text
    figure = {"figure-name:0": "Số hội nghị", "figure-unit:0": "cuộc", "figure-value:0": "3", "figure-clause:0": ""}
    post(client, path, "send", **{RESULT: "Đã tổ chức.", "nil:III.1.b2": "1"}, **figure)
    assert "Bổ sung văn bản đã ký" in client.get(path).text
    post(client, path, "draft", **{RESULT: "đang sửa"})
    wrong = sign(client, path, document_number="45/BC-STP", document_on="18/11/2099")
    bare = client.post(path, data={"csrf": token_in(client.get(path)), "action": "sign", "key": f"{KEY}-k", **known})
    assert bare.status_code == 422
    assert "đường khác" in bare.text
    assert wrong.status_code == 422
    first = sign(client, path, **known)
    assert first.headers["location"].startswith("/a/receipts/")
    assert sign(client, path, **known).headers["location"] == first.headers["location"], "a double click"
    with told.app.read(told.now) as ctx:
        soft, signed = ctx.session.exec(select(Submission).order_by(col(Submission.version))).all()
        state = ctx.session.exec(select(Assignment.state).where(Assignment.public_id == told.assignment(CODE))).one()
    assert (soft.form, signed.form, signed.version, signed.document_number) == ("soft", "signed", 2, "45/BC-STP")
    assert signed.content == soft.content
    assert state == "submitted"
    assert [d.content["entries"]["III.1.b1"]["result"] for d in drafts(told)] == ["đang sửa"]
    assert "Bổ sung văn bản đã ký" not in client.get(path).text


@pytest.mark.e2e
@pytest.mark.parametrize("width", [PHONE])
def test_a_clerk_adds_the_signed_document_in_the_browser(told: Site, width: int) -> None:
    post(told.agency(CODE), duty(told), "send", **{RESULT: "Đã tổ chức."})
    with browser_page(width) as page:
        page.goto(f"{told.url}/s/{told.link(CODE)}")
        page.get_by_role("button", name="Mở trang báo cáo").click()
        page.goto(f"{told.url}{duty(told)}")
        fits(page, width)
        page.get_by_label("Số, ký hiệu văn bản đã ký").fill("45/BC-STP")
        page.get_by_label("Ngày ký văn bản").fill("18/11/2026")
        page.get_by_label("Tệp văn bản đã ký").set_input_files({"name": "ky.pdf", "mimeType": "a/b", "buffer": PDF})
        page.get_by_role("button", name="Bổ sung văn bản đã ký").click()
        expect(page.get_by_role("heading", name="Số TN-2026-")).to_be_visible()
        expect(page.get_by_text("45/BC-STP")).to_be_visible()


def receipt_texts(client: httpx.Client, place: str) -> tuple[str, str]:
    """The page and the .docx of a receipt, as words."""
    return client.get(place).text, docx_text(client.get(f"{place}/xac-nhan.docx").content)


def test_a_receipt_names_who_received_it_and_for_which_plan_and_what_became_of_it(told: Site) -> None:
    client, path = told.agency(CODE), duty(told)
    first = post(client, path, "send", **{RESULT: "Lần một.", "nil_rest": "1"}).headers["location"]
    for text in receipt_texts(client, first):
        assert "Sở Tài chính" in text
        assert "Kế hoạch số 197/KH-UBND ngày 28/12/2023" in text
        assert "thay thế bởi" not in text
    with told.app.read(told.now) as ctx:
        message = ctx.session.exec(select(Message).where(Message.kind == "received")).one()
        mail = render_message(ctx, message, rows_of(ctx, message), link=None)
    assert "chưa thay cho văn bản đã ký" in " ".join(mail.text.split())
    assert "gửi tiếp văn bản đã ký" in mail.short
    second = post(client, path, "send", **{RESULT: "Lần hai.", "nil_rest": "1"}).headers["location"]
    for text in receipt_texts(client, first):
        assert "Được thay thế bởi lần gửi thứ 2." in text
    recalled = second.rsplit("/", 1)[1]
    client.post(
        f"{path}/recall", data={"csrf": token_in(client.get(path)), "submission": recalled, "reason": "Gửi nhầm"}
    )
    for text in receipt_texts(client, second):
        assert "Đã thu hồi; lần gửi này không còn được tính là đã nhận." in text
    for text in receipt_texts(client, first):
        assert "thay thế bởi" not in text
    page = client.get(path).text
    assert f'href="{first}"' in page
    assert f'href="{second}"' not in page


def test_what_was_recorded_by_hand_leads_with_the_day_it_came(told: Site) -> None:
    client, desk, staff = told.agency(CODE), f"/assignments/{told.assignment(CODE)}", told.staff()
    known = {"form": "paper", "channel": "post", "document_number": "9/BC", "document_on": "27/10/2026"}
    came = {"incoming_number": "1201", "arrived_on": "28/10/2026", "key": KEY}
    staff.post(f"{desk}/record", data={"csrf": token_in(staff.get(desk)), **known, **came})
    with told.app.read(told.now) as ctx:
        sent = ctx.session.exec(select(Submission)).one()
    page, docx = receipt_texts(client, f"/a/receipts/{sent.public_id}")
    assert '<p class="big">Ngày đến: thứ Tư, 28/10/2026<br>Số đến: 1201</p>' in page
    assert "Ngày đến: thứ Tư, 28/10/2026; số đến: 1201" in docx
    for text in (page, docx):
        assert text.index("28/10/2026") < text.index("Thời điểm ghi nhận")
    assert "Thời điểm nhận" not in docx
