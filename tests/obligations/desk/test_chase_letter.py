"""The công văn đôn đốc: a true .docx in the layout of official letters, honest and only where it may be sent."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import select

from models.enums import AssignmentState, Duty, MessageState
from models.tables import Agency
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.desk.chase_letter import chase_letter, find_letter
from obligations.services.planning.open_periods import open_due_periods
from tests.obligations.ledger_world import told
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi
from tests.prepared import Prepared

LATE = hanoi(2026, 11, 10, 9)


@pytest.fixture
def world(app: App, tmp_path: Path, prepared: Prepared) -> App:
    """Three departments that are late; Sở A asks."""

    def prepare() -> None:
        settle(app, tmp_path, small_plan())
        with app.write(hanoi(2026, 10, 1, 9), "test") as ctx:
            open_due_periods(ctx)

    prepared.once(app, "opened on 01/10", prepare)
    return app


def words(content: bytes) -> tuple[str, list[list[str]]]:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables[:1] for row in table.rows for cell in row.cells]
    text = "\n".join([*cells, *(p.text for p in document.paragraphs)])
    return text, [[cell.text for cell in row.cells] for row in document.tables[-1].rows]


def letter(ctx: Context, code: str) -> tuple[str, list[list[str]]]:
    return words(chase_letter(ctx, owed(ctx, code).public_id).content)


def test_a_letter_to_a_department(world: App) -> None:
    with world.write(hanoi(2026, 11, 2, 9), "test") as ctx:
        told(ctx, owed(ctx, "so-b"), state=MessageState.sent, finished_at=ctx.as_of)
    with world.read(LATE) as ctx:
        text, annex = letter(ctx, "so-b")
        made = find_letter(ctx, PLAN, DUTY, "2026", "so-b")
        assert made.content == find_letter(ctx, PLAN, DUTY, "2026", "so-b").content
        assert (made.file_name, made.duties) == ("cong-van-don-doc-so-b-2026.docx", 1)
    assert "SỞ A" in text
    assert "Số:          /SA-…." in text
    assert "V/v đôn đốc gửi" in text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Kính gửi: Sở B" in text
    assert "đã thông báo ngày 02/11/2026" in text
    assert "Sau thời gian trên, Sở A sẽ tổng hợp theo số liệu hiện có" in text
    assert "Sở C" not in text
    assert "Thông báo tự động" not in text
    assert "./." in text
    assert annex[0] == ["TT", "Báo cáo, nhiệm vụ", "Vị trí trong văn bản", "Thời hạn", "Tình trạng"]
    assert annex[1][0] == "1"
    assert annex[1][4] == "quá hạn 11 ngày, chưa gửi"


def test_no_notice_is_claimed_that_never_left(world: App) -> None:
    with world.write(hanoi(2026, 11, 2, 9), "test") as ctx:
        told(ctx, owed(ctx, "so-b"), state=MessageState.recorded, finished_at=ctx.as_of)
    with world.read(LATE) as ctx:
        assert "thông báo ngày" not in letter(ctx, "so-b")[0]


@pytest.mark.parametrize(
    ("kind", "duty"), [("party", Duty.required), ("party", Duty.requested), ("association", Duty.requested)]
)
def test_no_word_that_sounds_like_a_threat_to_a_party_body(world: App, kind: str, duty: Duty) -> None:
    with world.write(LATE, "test") as ctx:
        agency = ctx.session.exec(select(Agency).where(Agency.code == "so-b")).one()
        agency.kind = kind
        owed(ctx, "so-b").duty = duty
        text, annex = letter(ctx, "so-b")
    assert "Sau thời gian trên" not in text
    assert "trân trọng đề nghị" in text
    assert ("quá hạn" in annex[1][4]) == (duty == Duty.required)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("sent", "không còn phải gửi"),
        ("early", "Chưa hết thời hạn"),
        ("own", "chính mình"),
        ("unreviewed", "rà soát"),
    ],
)
def test_a_letter_that_may_not_be_written_is_refused(world: App, change: str, problem: str) -> None:
    code = "so-a" if change == "own" else "so-b"
    with world.write(LATE if change != "early" else hanoi(2026, 10, 30, 9), "test") as ctx:
        row = owed(ctx, code)
        if change == "sent":
            row.state = AssignmentState.submitted
        if change == "unreviewed":
            from models.tables import Period

            ctx.session.get_one(Period, row.period_id).needs_confirmation = True
        with pytest.raises(Refused, match=problem):
            chase_letter(ctx, row.public_id)


def test_a_day_is_left_for_people(world: App) -> None:
    with world.read(LATE + timedelta(days=1)) as ctx:
        text, _annex = letter(ctx, "so-c")
    assert "trước ngày ……/……/2026" in text
    assert "ngày        tháng        năm" in text
