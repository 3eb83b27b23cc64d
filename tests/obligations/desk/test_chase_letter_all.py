"""One công văn đôn đốc for a whole period: who is named in its annex, and who is not; on both databases."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.enums import AssignmentState, Duty, PeriodState
from models.tables import Agency, Period, SigningPromise
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.desk.chase_letter_all import period_letter
from obligations.services.lookup import find_period
from obligations.services.reviewing.review import agree_lateness
from tests.obligations.desk.test_chase_letter import LATE, words, world  # noqa: F401 - a fixture
from tests.obligations.small_world import DUTY, PLAN, owed

HEAD = ["TT", "Cơ quan, đơn vị", "Thời hạn", "Tình trạng"]


def period(ctx: Context) -> Period:
    return find_period(ctx, PLAN, DUTY, "2026")


def letter(ctx: Context) -> tuple[str, list[list[str]]]:
    return words(period_letter(ctx, period(ctx).public_id).content)


def test_it_names_all_that_are_late_in_official_order_and_the_body_of_the_letter_nobody(world: App) -> None:  # noqa: F811
    with world.read(LATE) as ctx:
        text, annex = letter(ctx)
        made = period_letter(ctx, period(ctx).public_id)
        assert made.content == period_letter(ctx, period(ctx).public_id).content
        assert made.duties == 2
    assert annex[0] == HEAD
    assert [row[1] for row in annex[1:]] == ["Sở B", "Sở C"], "not Sở A, which asks"
    assert annex[1][2:] == ["30/10/2026", "quá hạn 11 ngày, chưa gửi"]
    for said in (
        "Kính gửi: Các cơ quan, đơn vị (theo Phụ lục kèm theo)", "Số:          /SA-….", "02 cơ quan, đơn vị quá hạn",
        "Sau thời gian trên, Sở A sẽ tổng hợp", "trước ngày ……/……/2026", "V/v đôn đốc gửi",
    ):  # fmt: skip
        assert said in text
    assert "Sở B" not in text


def test_who_agreed_on_a_day_or_waits_for_a_signature_is_not_named(world: App) -> None:  # noqa: F811
    with world.write(LATE, "test") as ctx:
        agree_lateness(ctx, owed(ctx, "so-b").public_id, date(2026, 11, 20), "chờ số liệu")
        assert [row[1] for row in letter(ctx)[1][1:]] == ["Sở C"]
        row, on = owed(ctx, "so-c"), date(2026, 11, 12)
        ctx.session.add(
            SigningPromise(
                assignment_id=row.id or 0, number=1, made_on=ctx.today, expected_on=on, made_by="x", made_at=ctx.as_of
            )
        )
        row.snoozed_until = on
        ctx.session.flush()
        with pytest.raises(Refused, match="Không có cơ quan nào quá hạn"):
            letter(ctx)
    with world.write(LATE + timedelta(days=20), "test") as ctx:
        assert len(letter(ctx)[1]) == 3, "both days have passed"


def test_no_word_that_sounds_like_a_threat_when_a_party_body_is_named(world: App) -> None:  # noqa: F811
    with world.write(LATE, "test") as ctx:
        ctx.session.exec(select(Agency).where(Agency.code == "so-b")).one().kind = "party"
        ctx.session.flush()
        assert "Sau thời gian trên" not in letter(ctx)[0]
        owed(ctx, "so-b").duty = Duty.requested
        owed(ctx, "so-c").state = AssignmentState.submitted
        with pytest.raises(Refused, match="Không có cơ quan nào"):
            letter(ctx)


def test_not_before_the_review_nor_after_the_end(world: App) -> None:  # noqa: F811
    with world.write(LATE, "test") as ctx:
        period(ctx).needs_confirmation = True
        with pytest.raises(Refused, match="rà soát"):
            letter(ctx)
        period(ctx).needs_confirmation = False
        period(ctx).state = PeriodState.closed
        with pytest.raises(Refused, match="không còn mở"):
            letter(ctx)
