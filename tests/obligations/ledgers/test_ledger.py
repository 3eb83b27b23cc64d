"""The ledger of notices: complete, in order, honest about silence, and cheap."""

import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from docx import Document

from models.enums import EventKind, MessageState, OutcomeKind
from models.tables import Message, Period
from notifications.message import Mail
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.context import App
from obligations.services.ledgers.document import file_name, render_ledger
from obligations.services.ledgers.ledger import assignment_ledger, find_ledger, period_ledger
from obligations.services.lookup import assignment_by_public_id
from obligations.services.sending.message_proof import check_text, digest_of, text_digest
from obligations.services.sending.receipts import evidence
from tests import builders as build
from tests.obligations.ledger_world import DAY, DUTY, NOW, PLAN, attempt, event, every_fate, period_of, told
from tests.statements import statements

EXPECTED = [
    "Lập thông báo: đôn đốc sau hạn",
    "Lập thông báo: đôn đốc sau hạn, thay cho thông báo không đến",
    "Lập thông báo: đôn đốc đến lãnh đạo",
    "Lập thông báo: nhắc trước hạn",
    "Dự thảo, chờ người có thẩm quyền",
    "Đưa vào đợt đôn đốc, nếu không dừng thì gửi lúc 14:00 ngày 02/11/2026",
    "Dừng thông báo",
    "Đồng ý gửi đợt đôn đốc",
    "Gọi điện thoại: máy bận",
    "Lần chuyển thứ 1: tạm thời chưa chuyển được",
    "Lần chuyển thứ 2: đã chuyển",
    "Thư bị trả lại",
    "Lần chuyển thứ 1: đã chuyển",
    "Người nhận đã xem (kênh gửi xác nhận)",
    "Gọi điện thoại: có người nghe máy",
    "Bỏ ghi nhận cuộc gọi lúc 11:00 ngày 02/11/2026",
]


def test_everything_is_told_in_time_order(app: App) -> None:
    name = every_fate(app)
    with app.read(NOW) as ctx:
        (sheet,) = assignment_ledger(ctx, name).agencies
    said = [e.what for e in sheet.events]
    assert [s for s in said if not s.startswith("Lập thông báo: đôn đốc sau hạn, thay")] == [
        e for e in EXPECTED if not e.startswith("Lập thông báo: đôn đốc sau hạn, thay")
    ]
    moments = [e.at for e in sheet.events]
    assert moments == sorted(moments)
    assert sheet.counts == {
        "planned": 4,
        "sent": 2,
        "delivered": 0,
        "seen": 1,
        "bounced": 1,
        "failed": 0,
        "recorded": 0,
        "call": 1,
    }
    fallback = next(e for e in sheet.events if "thay cho" in e.what)
    first = sheet.events[0]
    assert first.message is not None
    assert fallback.what.endswith(first.message)
    by = {e.what: e.by for e in sheet.events}
    assert (by["Đồng ý gửi đợt đôn đốc"], by["Dừng thông báo"]) == ("an", "test")
    assert by["Bỏ ghi nhận cuộc gọi lúc 11:00 ngày 02/11/2026"] == "binh"
    sent = next(e for e in sheet.events if e.kind == "sent")
    assert (sent.digest, sent.subject, sent.confirmed) == ("ab" * 32, "Đôn đốc gửi báo cáo năm 2026", True)


@pytest.mark.parametrize(("channel", "said"), [("email", "không có xác nhận"), ("zns", "chưa có xác nhận")])
def test_silence_is_called_what_it_is(app: App, channel: str, said: str) -> None:
    name = every_fate(app)
    with app.write(NOW, "test") as ctx:
        message = told(
            ctx, assignment_by_public_id(ctx, name), "today", channel=channel, state=MessageState.sent, finished_at=NOW
        )
        attempt(ctx, message, OutcomeKind.accepted, NOW)
    with app.read(NOW) as ctx:
        last = assignment_ledger(ctx, name).agencies[0].events[-1]
    assert last.what == f"Lần chuyển thứ 1: đã chuyển, {said}"
    assert last.confirmed is False


def test_without_inbound_events_no_channel_confirms(app: App) -> None:
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        attempt(ctx, told(ctx, row, channel="zns", state=MessageState.sent), OutcomeKind.accepted, DAY)
        name = row.public_id
    with app.read(NOW) as ctx:
        assert "không có xác nhận" in assignment_ledger(ctx, name).agencies[0].events[-1].what


def test_a_letter_that_came_back_is_told_when_it_came_back(app: App) -> None:
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        mail = told(ctx, row, state=MessageState.sent, finished_at=DAY)
        attempt(ctx, mail, OutcomeKind.accepted, DAY)
        name = row.public_id
    with app.write(NOW, "inbound") as ctx:
        mine = ctx.session.get_one(Message, mail.id)
        assert evidence(ctx, mine, EventKind.bounced, NOW, "mail", "5.1.1 no such user", "mail:1")
    with app.read(NOW) as ctx:
        events = assignment_ledger(ctx, name).agencies[0].events
    assert [e.kind for e in events] == ["planned", "sent", "bounced", "blocked"]
    assert events[-1].what == "Dừng dùng địa chỉ này"
    assert events[-2].at == NOW


def test_addresses_are_masked_unless_asked_for(app: App) -> None:
    name = every_fate(app)
    with app.read(NOW) as ctx:
        masked, whole = (repr(assignment_ledger(ctx, name, addresses=wanted)) for wanted in (False, True))
    assert "clerk." not in masked
    assert "84912345678" not in masked
    assert "863 111" not in masked
    assert "c…@mau.example" in masked
    assert "84…78" in masked
    assert "Văn thư" in masked
    assert "84912345678" in whole
    assert "0221 3 863 111" in whole


def test_a_period_of_300_costs_no_more_queries_than_one_of_3(app: App) -> None:
    counted = []
    for agencies in (3, 300):
        with app.write(DAY, "test") as ctx:
            if agencies == 3:
                period, rows = period_of(ctx, agencies)
            else:
                for _ in range(agencies):
                    agency = build.add_agency(ctx.session)
                    build.add_contact(ctx.session, agency)
                    rows.append(build.add_assignment(ctx.session, period, agency))
            for row in rows[-agencies:]:
                message = told(ctx, row, state=MessageState.sent, finished_at=DAY)
                attempt(ctx, message, OutcomeKind.accepted, DAY)
                event(ctx, message, EventKind.delivered, DAY)
            number = period.id or 0
        with app.read(NOW) as ctx:
            period_ledger(ctx, ctx.session.get_one(Period, number))  # what a new connection asks first is not counted
        with statements(app.database, begins="SELECT") as asked, app.read(NOW) as ctx:
            found = period_ledger(ctx, ctx.session.get_one(Period, number))
        assert len(found.agencies) >= agencies
        assert all(sheet.counts["delivered"] == 1 for sheet in found.agencies)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_found_by_the_names_people_use(app: App) -> None:
    every_fate(app)
    with app.read(NOW) as ctx:
        assert len(find_ledger(ctx, PLAN, DUTY, "2026").agencies) == 1
        with pytest.raises(NotFound, match="no agency"):
            find_ledger(ctx, PLAN, DUTY, "2026", "so-nao-do")


def test_documents_can_be_checked_later_and_are_reproducible(app: App) -> None:
    every_fate(app)
    with app.read(NOW) as ctx:
        found = find_ledger(ctx, PLAN, DUTY, "2026")
    for form in ("docx", "xlsx"):
        assert render_ledger(found, form, "Phòng A") == render_ledger(found, form, "Phòng A")
        assert zipfile.is_zipfile(io.BytesIO(render_ledger(found, form, "Phòng A")))
    document = Document(io.BytesIO(render_ledger(found, "docx", "Phòng A")))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "SỔ THEO DÕI THÔNG BÁO" in text
    assert "Kế hoạch số 1/KH-UBND" in text
    assert found.audit_hash in text
    cells = [[c.text for c in r.cells] for r in document.tables[0].rows]
    assert len(cells) == len(found.agencies[0].events) + 1
    assert "PAGE" in document.sections[0].header._element.xml
    assert file_name(found, "docx").startswith("so-theo-doi-thong-bao-bao-cao-2026-")
    with app.read(NOW) as ctx:
        assert audit.contains(ctx.session, f"{found.audit_seq}:{found.audit_hash}")
        assert not audit.contains(ctx.session, f"{found.audit_seq}:{'0' * 64}")
        assert not audit.contains(ctx.session, "nonsense")
    with pytest.raises(Refused, match="pdf"):
        render_ledger(found, "pdf", "Phòng A")


def test_no_cell_is_ever_a_formula(app: App) -> None:
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        told(ctx, row, state=MessageState.failed, finished_at=DAY, reason='=HYPERLINK("http://x.example")')
        name = row.public_id
    with app.read(NOW) as ctx:
        book = openpyxl.load_workbook(io.BytesIO(render_ledger(assignment_ledger(ctx, name), "xlsx", "=1+1")))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert all(cell.data_type == "s" for cell in cells if str(cell.value).startswith("="))


def test_a_text_can_be_proved(app: App) -> None:
    mail = Mail("m", "email", "a@b.example", "Chủ đề", "Dòng một  \r\nDòng hai\r\n", short="ngắn")
    assert digest_of(mail) == text_digest("Dòng một\nDòng hai")
    assert digest_of(Mail("m", "zalo", "1", "Chủ đề", "dài", short="ngắn")) == text_digest("ngắn")
    zns = Mail("m", "zns", "1", "Chủ đề", "dài", template="open", params={"b": "2", "a": "1"})
    assert digest_of(zns) == text_digest("open\na: 1\nb: 2")
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        message = told(ctx, row, body_sha256=digest_of(mail), finished_at=DAY + timedelta(hours=1))
        waiting = told(ctx, row, "today")
        names = message.public_id, waiting.public_id
    with app.read(NOW) as ctx:
        assert check_text(ctx, names[0], "Dòng một\nDòng hai\n\n").matches
        assert not check_text(ctx, names[0], "Dòng một\nDòng ba\n").matches
        with pytest.raises(Refused, match="chưa được chuyển"):
            check_text(ctx, names[1], "")
        with pytest.raises(NotFound):
            check_text(ctx, "no such", "")
