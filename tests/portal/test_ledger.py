"""Pages of the ledger of notices and of telephone calls."""

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from sqlmodel import col, select

from models.tables import Agency, Message, PhoneCall
from obligations.services.context import open_app
from obligations.services.ledgers.ledger import assignment_ledger
from obligations.services.lookup import find_period
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.running.advance import standings, table_rows
from obligations.services.running.tick import run_tick
from obligations.settings import Settings
from tests.portal.conftest import LATE, PLAN, REPORT, Site, serve, token_in

AGENCY = "so-tu-phap"
NEXT_DAY = LATE + timedelta(days=1)


@pytest.fixture(scope="session")
def chased_template(adopted_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody was written to after the initial review; made once, copied by each test."""
    home = tmp_path_factory.mktemp("chased")
    shutil.copy(adopted_template, home / "dondoc.db")
    app = open_app(Settings(home=home, secret_key="a key known to tests only"))
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ())
    run_tick(app, NEXT_DAY)
    app.close()
    return home / "dondoc.db"


@pytest.fixture
def chased(settings: Settings, chased_template: Path) -> Iterator[Site]:
    """A running portal the day after."""
    shutil.copy(chased_template, settings.home / "dondoc.db")
    for site in serve(settings, lambda _app: None):
        site.now = NEXT_DAY
        yield site


def test_the_ledger_shows_what_went_and_takes_a_call(chased: Site) -> None:
    staff, name = chased.staff(), chased.assignment(AGENCY)
    shown = staff.get(f"/assignments/{name}/ledger")
    assert shown.status_code == 200
    assert "Lập thông báo: đôn đốc sau hạn" in shown.text
    assert "chỉ ghi nhận, không gửi" in shown.text
    made = staff.post(
        f"/assignments/{name}/calls",
        data={"csrf": token_in(shown), "result": "answered", "person": "Ông A", "number": "0221 3 863 111",
              "called_on": f"{chased.now:%d/%m/%Y}", "called_at": "08h15", "answer": "=gửi trong tuần"},
    )  # fmt: skip
    assert made.headers["location"] == f"/assignments/{name}/ledger?done=call-recorded"
    again = staff.get(f"/assignments/{name}/ledger")
    assert "Gọi điện thoại: có người nghe máy" in again.text
    with chased.app.read(chased.now) as ctx:
        call = ctx.session.exec(select(PhoneCall)).one()
        assert f"{call.called_at.astimezone(ctx.settings.zone):%H:%M}" == "08:15"
    undone = staff.post(
        f"/assignments/{name}/calls/{call.public_id}/undo", data={"csrf": token_in(again), "reason": "nhầm cơ quan"}
    )
    assert undone.status_code == 303
    assert "Bỏ ghi nhận cuộc gọi lúc 08:15" in staff.get(f"/assignments/{name}/ledger").text


def test_the_form_of_a_call_warns_of_secrets_once(chased: Site) -> None:
    form = chased.staff().get(f"/assignments/{chased.assignment(AGENCY)}/ledger").text.split("Ghi một cuộc gọi")[1]
    assert form.split("</form>")[0].count("bí mật nhà nước") == 1


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"result": "maybe"}, "Chưa chọn kết quả cuộc gọi"),
        ({"result": "busy", "called_at": "25:00"}, "chưa đúng"),
        ({"result": "busy", "called_on": "20/11/2026"}, "chưa đúng"),
        ({"result": "busy", "called_on": "20/12/2026", "called_at": "9h"}, "sau thời điểm hiện tại"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_with_words(chased: Site, fields: dict[str, str], problem: str) -> None:
    staff, name = chased.staff(), chased.assignment(AGENCY)
    token = token_in(staff.get(f"/assignments/{name}/ledger"))
    answer = staff.post(f"/assignments/{name}/calls", data={"csrf": token, **fields})
    assert answer.status_code == 422
    assert problem in answer.text


def test_exports_mask_addresses_and_hold_no_formula(chased: Site) -> None:
    staff, name, period = chased.staff(), chased.assignment(AGENCY), chased.period()
    with chased.app.read(chased.now) as ctx:
        address = ctx.session.exec(
            select(Message.address).join(Agency, col(Message.agency_id) == Agency.id).where(Agency.code == AGENCY)
        ).first()
    assert address is not None
    assert address in staff.get(f"/assignments/{name}/ledger").text
    for path in (f"/assignments/{name}/ledger", f"/ledger/{period}/so-theo-doi"):
        word = staff.get(f"{path}.docx")
        assert word.headers["content-disposition"].startswith("attachment")
        document = Document(io.BytesIO(word.content))
        text = "\n".join(p.text for p in document.paragraphs) + "".join(
            c.text for table in document.tables[:3] for row in table.rows for c in row.cells
        )
        assert "SỔ THEO DÕI THÔNG BÁO" in text
        assert address not in text
        book = openpyxl.load_workbook(io.BytesIO(staff.get(f"{path}.xlsx").content))
        assert all(
            c.data_type in ("s", "n", "d")
            for sheet in book
            for row in sheet.iter_rows()
            for c in row
            if c.value is not None
        )
    assert staff.get(f"/assignments/{name}/ledger.pdf").status_code == 404


def test_the_period_and_its_call_list(chased: Site) -> None:
    staff, period = chased.staff(), chased.period()
    ledger = staff.get(f"/ledger/{period}")
    assert "Sở Tư pháp" in ledger.text
    assert "chỉ ghi nhận, không gửi 01" in ledger.text
    calls = staff.get(f"/calls/{period}")
    assert "quá hạn" in calls.text
    assert staff.get(f"/calls/{period}/danh-sach-goi.docx").content[:2] == b"PK"
    assert staff.get(f"/calls/{period}/danh-sach-goi.exe").status_code == 404
    assert f"/ledger/{period}" in staff.get(f"/periods/{period}").text


def test_one_state_is_one_word_everywhere(chased: Site) -> None:
    """Who is overdue was *Chưa nhận* in the ledger and *Quá hạn, chưa gửi* beside it."""
    staff, name, period = chased.staff(), chased.assignment(AGENCY), chased.period()
    said = "Quá hạn, chưa gửi"
    for path in (f"/periods/{period}", f"/ledger/{period}", f"/assignments/{name}/ledger", f"/assignments/{name}"):
        page = staff.get(path).text
        assert said in page, path
        assert "Chưa nhận</span>" not in page.split("Sở Tư pháp")[1].split("</tr>")[0], path
    assert said in staff.get(f"/export/period.csv?period={period}").text
    of_it = f"Trạng thái: {said}. Tổng hợp: chỉ ghi nhận, không gửi 01"
    document = Document(io.BytesIO(staff.get(f"/ledger/{period}/so-theo-doi.docx").content))
    assert any(of_it in p.text for p in document.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(staff.get(f"/ledger/{period}/so-theo-doi.xlsx").content))
    assert any(str(row[0].value).endswith("Sở Tư pháp") and of_it in str(row[1].value) for row in book["Thông tin"])
    with chased.app.read(chased.now) as ctx:
        run = {
            row["Cơ quan, đơn vị"]: row["Tình trạng"] for row in table_rows(dict(standings(ctx))[f"{PLAN}-{REPORT}"])
        }
        sheet = assignment_ledger(ctx, name).agencies[0]
    assert (run["Sở Tư pháp"], sheet.state, sheet.state_text) == (said, "overdue", said)


def test_the_letter_is_drafted_for_who_is_late_only(chased: Site) -> None:
    staff, name = chased.staff(), chased.assignment(AGENCY)
    made = staff.get(f"/assignments/{name}/cong-van.docx")
    assert made.status_code == 200
    text = "\n".join(p.text for p in Document(io.BytesIO(made.content)).paragraphs)
    assert "Kính gửi: Sở Tư pháp" in text
    token = token_in(staff.get(f"/assignments/{name}"))
    assert staff.post(f"/assignments/{name}/exempt", data={"csrf": token, "reason": "x"}).status_code == 303
    assert staff.get(f"/assignments/{name}/cong-van.docx").status_code == 409


def test_nobody_reads_it_without_a_name(chased: Site) -> None:
    stranger, name, period = chased.client(), chased.assignment(AGENCY), chased.period()
    for path in (
        f"/assignments/{name}/ledger", f"/assignments/{name}/ledger.docx", f"/ledger/{period}",
        f"/ledger/{period}/so-theo-doi.xlsx", f"/calls/{period}", f"/assignments/{name}/cong-van.docx",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 403, path
    assert stranger.post(f"/assignments/{name}/calls", data={"result": "busy"}).status_code == 403
    agency = chased.agency(AGENCY)
    assert agency.get(f"/assignments/{name}/ledger").status_code == 403


def test_a_call_is_undone_only_where_it_stands(chased: Site) -> None:
    staff, name, other = chased.staff(), chased.assignment(AGENCY), chased.assignment("so-cong-thuong")
    token = token_in(staff.get(f"/assignments/{name}/ledger"))
    staff.post(f"/assignments/{name}/calls", data={"csrf": token, "result": "busy"})
    with chased.app.read(chased.now) as ctx:
        call = ctx.session.exec(select(PhoneCall)).one().public_id
    wrong = staff.post(f"/assignments/{other}/calls/{call}/undo", data={"csrf": token, "reason": "x"})
    assert wrong.status_code == 404
    with chased.app.read(chased.now) as ctx:
        assert ctx.session.exec(select(PhoneCall)).one().undone_at is None
