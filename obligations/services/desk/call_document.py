"""The call list on paper: A4, official order, room for what was answered."""

from collections.abc import Sequence

from models.tables import Obligation, Period, Plan
from obligations.rules.wording import period_text
from obligations.services.context import Context
from obligations.services.desk.call_list import ToCall, whom_to_call
from obligations.services.ledgers.document import render_register
from obligations.services.spec import is_request
from reports.register import Register, RegisterPart

COLUMNS = (("TT", 1.0), ("Cơ quan, đơn vị", 4.6), ("Điện thoại", 2.6), ("Lý do gọi", 4.0), ("Kết quả", 4.3))


def render_call_list(ctx: Context, period: Period, form: str) -> bytes:
    """``docx`` or ``xlsx`` of whom to telephone as of now."""
    return render_register(_register(ctx, period, whom_to_call(ctx, period)), form)


def _register(ctx: Context, period: Period, rows: Sequence[ToCall]) -> Register:
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    now = ctx.as_of.astimezone(ctx.settings.zone)
    about = obligation.title if is_request(obligation) else f"{obligation.title}, {period_text(period.label)}"
    return Register(
        issuer=ctx.settings.unit,
        title="Danh sách cần gọi điện thoại",
        facts=(("Căn cứ", plan.citation), ("Nội dung", about), ("Lập lúc", f"{now:%H:%M} ngày {now:%d/%m/%Y}")),
        columns=COLUMNS,
        parts=(
            RegisterPart(
                "", "", tuple(_row(n, row) for n, row in enumerate(rows, 1)), "Không còn cơ quan nào cần gọi."
            ),
        ),
        closing=("Danh sách dùng nội bộ, theo thứ tự chính thức; không gửi cho cơ quan khác.",),
        as_of=now,
        sheet="Cần gọi",
    )


def _row(number: int, row: ToCall) -> tuple[str, ...]:
    last = f"gọi gần nhất: {row.last}" if row.last else ""
    return (str(number), row.name, row.phone or "chưa có số", "; ".join(row.why), last)
