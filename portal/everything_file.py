"""Everything an agency owes, as a table to take away: the words of the page."""

from obligations.rules.wording import document_text
from obligations.services.context import Context
from obligations.services.ledgers.document import render_register
from obligations.services.member.ahead import ComingRow
from obligations.services.member.everything import Everything
from obligations.services.views.agency import DutyView
from portal import texts_vi as texts
from portal.standing_words import own_state
from reports.register import Register, RegisterPart

COLUMNS = (
    ("Nội dung", 5.0), ("Văn bản", 2.6), ("Nơi nhận", 3.0), ("Thời hạn", 2.0),
    ("Ngày làm việc cuối trong hạn", 2.0), ("Tình trạng", 1.9),
)  # fmt: skip
DAY = "%d/%m/%Y"


def everything_file(ctx: Context, shown: Everything) -> bytes:
    """An .xlsx, one part a month."""
    now = ctx.as_of.astimezone(ctx.settings.zone)
    parts = [
        RegisterPart(
            f"Tháng {month.first:%m/%Y}",
            "",
            (*(_owed(ctx, duty) for duty in month.open), *(_coming(row) for row in month.coming)),
        )
        for month in shown.months
    ]
    if shown.standing:
        rows = tuple((s.title, document_text(s.plan_number), "", "", "", "Thường xuyên") for s in shown.standing)
        parts.append(RegisterPart("Nhiệm vụ thường xuyên", "", rows))
    if shown.closed:
        parts.append(RegisterPart(texts.CLOSED_UNSENT, "", tuple(_owed(ctx, duty) for duty in shown.closed)))
    if shown.done:
        parts.append(RegisterPart("Đã gửi hoặc không phải gửi", "", tuple(_owed(ctx, duty) for duty in shown.done)))
    register = Register(
        issuer=shown.agency,
        title="Toàn bộ nhiệm vụ phải thực hiện, báo cáo",
        facts=(("Cơ quan, đơn vị", shown.agency), ("Lập lúc", f"{now:%H:%M} ngày {now:%d/%m/%Y}")),
        columns=COLUMNS,
        parts=tuple(parts),
        closing=("Ngày ghi “dự kiến” là của kỳ chưa mở, có thể thay đổi theo văn bản.",),
        as_of=ctx.as_of,
        sheet="Nhiệm vụ",
        first_column="Thời gian",
    )
    return render_register(register, "xlsx")


def _owed(ctx: Context, duty: DutyView) -> tuple[str, ...]:
    standing = duty.standing
    hour = standing.due_at.astimezone(ctx.settings.zone) if standing.due_at else None
    due = f"{hour:%H:%M} {hour:{DAY}}" if hour else f"{standing.due_on:{DAY}}"
    return (
        duty.title if hour else f"{duty.title}, {duty.period_text}",
        document_text(duty.plan_number),
        duty.receiver,
        due,
        "" if hour else f"{standing.practical_due_on:{DAY}}",
        _state(duty),
    )


def _state(duty: DutyView) -> str:
    standing = duty.standing
    again = standing.again_by if standing.key == "returned" and not standing.closed_unsent else None
    return own_state(standing) + (f", gửi lại chậm nhất {again:{DAY}}" if again else "")


def _coming(row: ComingRow) -> tuple[str, ...]:
    return (
        f"{row.title}, {row.period_text}",
        document_text(row.plan_number),
        row.receiver,
        f"{row.due_on:{DAY}}",
        f"{row.practical_due_on:{DAY}}",
        f"Chưa mở kỳ; mở ngày {row.opens_on:{DAY}}, dự kiến",
    )
