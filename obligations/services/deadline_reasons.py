"""Why a deadline is when it is: each step with its rule and its source, from the phrase to the three dates."""

from calendars.vietnamese import format_long
from obligations.rules.due import DueDates, Why, why
from plans.basis import basis_note
from plans.occurrences import Occurrence
from plans.reasons import amendment_reasons
from plans.schema import ObligationSpec, PlanFile

WINDOW_WORDS = ("Kỳ số liệu", "Kỳ đầu lấy số liệu")
_READING = {
    "derived": "hạn của cơ quan tổng hợp tính theo hạn của các cơ quan và hạn báo cáo cấp trên",
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
    said = set(amendment_reasons(occurrence.amendments))
    for text in rest:
        if text in said:
            steps.append(why("amendment", "văn bản sửa đổi, bổ sung, đính chính", text))
        elif text.startswith(WINDOW_WORDS):
            steps.append(why("data-window", _window_source(plan, spec), text, occurrence.data_from, occurrence.data_to))
        else:
            rule = _rule(plan, spec)
            steps.append(why(rule, _READING[rule], text, occurrence.printed_on, occurrence.due_on))
    return [*steps, *dates.steps, _opening(plan, spec, occurrence)]


def _window_source(plan: PlanFile, spec: ObligationSpec) -> str:
    window = spec.data_window
    words = {"internal": "ấn định nội bộ", "letter": "công văn hướng dẫn"}
    return words.get(window.basis if window else "", plan.citation)


def _basis(plan: PlanFile, spec: ObligationSpec) -> str:
    deadline = spec.deadline
    if deadline is not None and deadline.basis == "letter":
        return basis_note(deadline, plan.citation).removeprefix("Theo công văn hướng dẫn").lstrip(": ")
    if deadline is not None and deadline.basis == "internal":
        return f"ấn định nội bộ, {deadline.set_by}"
    return f"{spec.clauses[0]}, {plan.citation}"


def _rule(plan: PlanFile, spec: ObligationSpec) -> str:
    deadline = spec.deadline
    if deadline is not None and deadline.is_derived:
        return "derived"
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
