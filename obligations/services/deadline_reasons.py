"""Why a deadline is when it is: each step with its rule and its source, from the phrase to the three dates."""

from calendars.vietnamese import format_long
from obligations.rules.due import DueDates, Why, why
from plans.occurrences import Occurrence
from plans.schema import ObligationSpec, PlanFile

_READING = {
    "internal": "ngày do cơ quan tổng hợp ấn định",
    "before-strict": "cách đọc của văn bản (before: strict): không tính ngày được nêu",
    "before-inclusive": "cách đọc của văn bản (before: inclusive): tính cả ngày được nêu",
    "until-hour": "văn bản nêu giờ: đến giờ đó của chính ngày được nêu",
    "by": "Điều 148 Bộ luật Dân sự 2015: hết ngày cuối cùng của thời hạn",
    "on": "ngày được nêu là ngày thực hiện",
    "within": "khoảng thời gian kết thúc vào ngày cuối của nó",
}


def why_steps(plan: PlanFile, spec: ObligationSpec, occurrence: Occurrence, dates: DueDates) -> list[Why]:
    """Every step that leads to the dates of an occurrence; the texts are its reasons, and when it opens."""
    basis, *rest = occurrence.reasons
    steps = [why("basis", _basis(plan, spec), basis, None, occurrence.printed_on)]
    if rest:
        rule = _rule(plan, spec)
        source = _READING[rule]
        steps.append(why(rule, source, rest[0], occurrence.printed_on, occurrence.due_on))
    for text in rest[1:]:
        window = spec.data_window
        source = {"internal": "ấn định nội bộ", "letter": "công văn hướng dẫn"}.get(
            window.basis if window else "", plan.citation
        )
        steps.append(why("data-window", source, text, occurrence.data_from, occurrence.data_to))
    return [*steps, *dates.steps, _opening(plan, spec, occurrence)]


def _basis(plan: PlanFile, spec: ObligationSpec) -> str:
    deadline = spec.deadline
    if deadline is not None and deadline.basis == "letter":
        return deadline.basis_document or ""
    if deadline is not None and deadline.basis == "internal":
        return f"ấn định nội bộ, {deadline.set_by}"
    return f"{spec.clauses[0]}, {plan.citation}"


def _rule(plan: PlanFile, spec: ObligationSpec) -> str:
    deadline = spec.deadline
    if deadline is None or deadline.basis == "internal":
        return "internal"
    if deadline.time is not None:
        return "until-hour"
    return f"before-{plan.policy.before}" if deadline.op == "before" else deadline.op


def _opening(plan: PlanFile, spec: ObligationSpec, occurrence: Occurrence) -> Why:
    source = "ngày mở kỳ ghi trong tệp kế hoạch" if spec.opens else "mặc định: 30 ngày trước thời hạn"
    if occurrence.opens_on == plan.issued_on:
        source += ", không sớm hơn ngày ban hành văn bản"
    return why("opening", source, f"Mở kỳ: {format_long(occurrence.opens_on)}", None, occurrence.opens_on)
